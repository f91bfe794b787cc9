#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""schema.py GLIDEPATH: probes/recording.schema.json is true, says a validator that is not ours.

Recordings of live demo runs are valid, and stay so when every object is closed to keys the schema does not name; with one thing
wrong they are not. Needs python3-jsonschema (ci/setup tests); without it the status is 77, and CTest says that it was skipped.
"""
import copy
import json
import os
import subprocess
import sys
import tempfile

try:
    import jsonschema
except ImportError:
    if os.path.realpath(sys.executable) != os.path.realpath("/usr/bin/python3") and os.path.exists("/usr/bin/python3"):
        os.execv("/usr/bin/python3", ["/usr/bin/python3"] + sys.argv)
    print("SKIPPED: schema.py needs python3-jsonschema")
    sys.exit(77)

HERE = os.path.dirname(os.path.realpath(__file__))

# Why, and the arguments behind `demo`.
RUNS = [
    ("a healthy instance", []),
    ("a diagnosis", ["--diagnose", "--fault", "oauth-app-user-unset"]),
    ("an API key", ["--world", "rad-security", "--diagnose", "--fault", "policy-profile-unlinked"]),
    ("consent to write", ["--allow-writes"]),
    ("a write that was refused", ["--allow-writes", "--fault", "write-denied"]),
    ("nobody to ask", ["--without", "integration", "--without", "auditor"]),
    ("a page in place of answers", ["--fault", "instance-hibernating"]),
    ("no handshake", ["--fault", "tls-handshake"]),
    ("without names", ["--anonymise"]),
]

WRONG = [
    ("another shape", lambda d: d.update(schema="glidepath-recording/2")),
    ("no digest", lambda d: d.pop("digest")),
    ("a time without its zone", lambda d: d.update(started="2026-11-20T10:00:00")),
    ("a question without its kind", lambda d: d["answers"][0]["question"].pop("kind")),
    ("a reason nobody knows", lambda d: d["answers"][0].update(reason="because")),
    ("a row of numbers", lambda d: d["pages"][0]["rows"].append([1])),
    ("a status below nothing", lambda d: d["exchanges"][0].update(status=-1)),
    ("a credential of no kind", lambda d: d["credentials"][0].update(kind="wish")),
]


def closed(schema):
    """The schema in which an object has no key that is not named."""
    if isinstance(schema, list):
        return [closed(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    copied = {key: closed(value) for key, value in schema.items()}
    if schema.get("type") == "object" and "properties" in schema:
        copied["additionalProperties"] = False
    return copied


def main():
    with open(os.path.join(HERE, "..", "..", "probes", "recording.schema.json"), encoding="utf-8") as file:
        validator = jsonschema.Draft7Validator(closed(json.load(file)))
    failures, recording = [], None
    with tempfile.TemporaryDirectory() as folder:
        for why, arguments in RUNS:
            path = os.path.join(folder, "seen.json")
            subprocess.run([sys.argv[1], "demo", "--quiet", "--record", path, *arguments], stdout=subprocess.DEVNULL,
                           stderr=subprocess.DEVNULL, env={**os.environ, "XDG_STATE_HOME": folder}, check=False)
            with open(path, encoding="utf-8") as file:
                document = json.load(file)
            recording = recording or document
            for error in validator.iter_errors(document):
                failures.append(f"{why}: /{'/'.join(map(str, error.absolute_path))}: {error.message[:200]}")
    for why, spoil in WRONG:
        spoilt = copy.deepcopy(recording)
        spoil(spoilt)
        if validator.is_valid(spoilt):
            failures.append(f"{why} is valid")
    print("\n".join(failures) or f"schema.py: {len(RUNS)} recordings are valid, {len(WRONG)} spoilt ones are not")
    sys.exit(1 if failures else 0)


main()
