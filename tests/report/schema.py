#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""schema.py GLIDEPATH: report/report.schema.json and report/diff.schema.json are true, says a validator that is not ours.

The golden reports, and reports of live demo runs, are valid; they stay so when every object is closed to keys the
schema does not name, so that no key is missing in it; and reports with one thing wrong are not, so that it demands what
it says. Needs python3-jsonschema (ci/setup tests); without it the status is 77, and CTest says that it was skipped.
"""
import copy
import glob
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
ROOT = os.path.join(HERE, "..", "..")

# Why, and the arguments behind `demo`.
RUNS = [
    ("a healthy instance", []),
    ("a cause", ["--fault", "oauth-app-user-unset"]),
    ("two causes", ["--fault", "oauth-app-user-unset", "--fault", "role-missing"]),
    ("clues, replies and questions", ["--diagnose", "--fault", "oauth-app-user-unset"]),
    ("a diagnosis of one refusal out of many causes", ["--diagnose", "--without", "auditor", "--world", "rad-security",
                                                       "--fault", "policy-profile-unlinked"]),
    ("advice of a ready diagnosis", ["--diagnose"]),
    ("nobody to ask", ["--without", "integration", "--without", "auditor"]),
    ("checks left out", ["--only", "credential"]),
    ("only the checks that gate", ["--quick", "--fail-on", "recommended"]),
    ("consent to write", ["--allow-writes"]),
    ("another vendor", ["--world", "strategy-overview"]),
    ("a page in place of answers", ["--fault", "instance-hibernating"]),
]


def set_at(report, path, value):
    *parents, last = path
    for key in parents:
        report = report[key]
    report[last] = value


def without(report, path):
    *parents, last = path
    for key in parents:
        report = report[key]
    del report[last]


# Why a report is refused, and what is done to tests/report/golden/diagnosis.1.json.
WRONG = [
    ("another shape", lambda r: set_at(r, ["schema"], "glidepath-report/2")),
    ("a verdict nobody knows", lambda r: set_at(r, ["checks", 0, "verdict"], "warn")),
    ("a reason nobody knows", lambda r: set_at(r, ["checks", 5, "reason"], "because")),
    ("an unknown without a reason", lambda r: set_at(r, ["checks", 5, "reason"], None)),
    ("an unknown for a reason of another verdict", lambda r: set_at(r, ["checks", 5, "reason"], "skipped")),
    ("a pass with a reason", lambda r: set_at(r, ["checks", 0, "reason"], "denied")),
    ("an id without its pack", lambda r: set_at(r, ["checks", 0, "id"], "awake")),
    ("a status that is not the exit status", lambda r: set_at(r, ["summary", "exit"], 0)),
    ("a status nobody knows", lambda r: set_at(r, ["summary", "status"], "green")),
    ("ready, with causes", lambda r: r["summary"].update({"status": "ready", "exit": 0})),
    ("a count below nothing", lambda r: set_at(r, ["summary", "fail"], -1)),
    ("a count that is text", lambda r: set_at(r, ["summary", "pass"], "4")),
    ("a time without its zone", lambda r: set_at(r, ["started"], "2026-11-20T10:00:00")),
    ("a confidence nobody knows", lambda r: set_at(r, ["causes", 0, "confidence"], "sure")),
    ("a cause that says nothing", lambda r: set_at(r, ["causes", 0, "says"], None)),
    ("a reply without its meaning", lambda r: without(r, ["causes", 0, "replies", 0, "means"])),
    ("a cause without its doubt", lambda r: without(r, ["causes", 0, "doubt"])),
    ("advice without its question", lambda r: without(r, ["advice", 0, "ask"])),
    ("a clue without its signature", lambda r: without(r, ["clues", 0, "signature"])),
    ("an exchange without its status", lambda r: without(r, ["traffic", "exchanges", 0, "status"])),
    ("a number where a URL belongs", lambda r: set_at(r, ["traffic", "exchanges", 0, "url"], 7)),
] + [("without " + key, lambda r, key=key: without(r, [key])) for key in (
    "schema", "tool", "instance", "started", "duration_ms", "clock", "summary", "packs", "checks", "causes", "advice",
    "traffic", "clues")]

# The same of a report about several targets.
WRONG_SETS = [
    ("without their reports", lambda r: without(r, ["reports"])),
    ("without a summary", lambda r: without(r, ["summary"])),
    ("a status nobody knows", lambda r: set_at(r, ["summary", "status"], "green")),
    ("a share that is none", lambda r: set_at(r, ["summary", "shard"], "half")),
    ("a reason nobody knows", lambda r: set_at(r, ["summary", "reason"], "because")),
    ("one of them wrong", lambda r: set_at(r, ["reports", 1, "checks", 0, "verdict"], "warn")),
    ("one of them a set", lambda r: set_at(r, ["reports", 0, "schema"], "glidepath-reports/1")),
]

failures = []


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


def expect_valid(validators, report, name):
    for kind, validator in validators.items():
        for error in validator.iter_errors(report):
            failures.append("%s (%s): /%s: %s" % (name, kind, "/".join(map(str, error.absolute_path)),
                                                  error.message[:200]))


def live_report(glidepath, arguments, folder):
    path = os.path.join(folder, "report.json")
    environment = {key: value for key, value in os.environ.items() if not key.startswith("GLIDEPATH_")}
    environment["XDG_STATE_HOME"] = folder
    done = subprocess.run([glidepath, "demo", "--report", "json=" + path] + arguments, env=environment,
                          stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
    if not os.path.exists(path):
        failures.append("demo %s: no report: %s" % (" ".join(arguments), done.stderr.decode()[-400:]))
        return None
    with open(path, encoding="utf-8") as file:
        report = json.load(file)
    os.unlink(path)
    if report["summary"]["exit"] != done.returncode:
        failures.append("demo %s: the report says another exit status" % " ".join(arguments))
    return report


def compared(glidepath, validators, folder):
    """Two recordings forth and back, whose every key the schema wants; then the report of a run against its baseline."""
    for words in (["--record", "a.json"], ["--fault", "user-inactive", "--record", "b.json", "--skip", "clock"]):
        subprocess.run([glidepath, "demo", "--quiet", *words], cwd=folder, check=False, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL, env={**os.environ, "XDG_STATE_HOME": folder})
    for names in (["a.json", "b.json"], ["b.json", "a.json"], ["a.json", "a.json"]):
        subprocess.run([glidepath, "diff", *names, "--report", "json=diff.json"], cwd=folder, check=False, stdout=subprocess.DEVNULL)
        with open(os.path.join(folder, "diff.json"), encoding="utf-8") as file:
            document = json.load(file)
        expect_valid(validators, document, "diff %s" % " ".join(names))
        for key in document:
            wrong = {name: value for name, value in document.items() if name != key}
            if validators["as published"].is_valid(wrong):
                failures.append("not refused: a diff without %s" % key)
    for change in ("sideways", None):
        wrong = json.loads(json.dumps(document))
        wrong["changes"] = [{"id": "a/b", "change": change}]
        if validators["as published"].is_valid(wrong):
            failures.append("not refused: a change that is %s" % change)
    return live_report(glidepath, ["--baseline", os.path.join(folder, "a.json"), "--fault", "user-inactive"], folder)


def validators_of(name):
    with open(os.path.join(ROOT, "report", name), encoding="utf-8") as file:
        schema = json.load(file)
    jsonschema.Draft202012Validator.check_schema(schema)
    return {"as published": jsonschema.Draft202012Validator(schema), "closed": jsonschema.Draft202012Validator(closed(schema))}


def merged(glidepath, paths):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "set.json")
        subprocess.run([glidepath, "report", "merge", "--quiet", "--report", "json=" + path] + paths, check=False,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        with open(path, encoding="utf-8") as file:
            return json.load(file)


def main():
    validators = validators_of("report.schema.json")
    published = validators["as published"]

    goldens = sorted(glob.glob(os.path.join(HERE, "golden", "*.json")))
    if len(goldens) < 6:
        failures.append("only %d golden reports" % len(goldens))
    for path in goldens:
        with open(path, encoding="utf-8") as file:
            expect_valid(validators, json.load(file), os.path.basename(path))
    with tempfile.TemporaryDirectory() as folder:
        for why, arguments in RUNS:
            report = live_report(sys.argv[1], arguments, folder)
            if report is not None:
                expect_valid(validators, report, why)
        since = compared(os.path.realpath(sys.argv[1]), validators_of("diff.schema.json"), folder)
        if since is not None:
            expect_valid(validators, since, "a run against its baseline")
            if since["changes"]["worse"] == 0 or not since["causes"][0]["since"]:
                failures.append("a run against its baseline says nothing of it")

    with open(os.path.join(HERE, "golden", "diagnosis.1.json"), encoding="utf-8") as file:
        right = json.load(file)
    for why, spoil in WRONG:
        wrong = copy.deepcopy(right)
        spoil(wrong)
        if published.is_valid(wrong):
            failures.append("not refused: %s" % why)
    added = copy.deepcopy(right)
    added["checks"][0]["added_later"] = 1
    if not published.is_valid(added):
        failures.append("a key that is added is no break of the contract")

    several = merged(sys.argv[1], goldens)
    expect_valid(validators, several, "several targets")
    for why, spoil in WRONG_SETS:
        wrong = copy.deepcopy(several)
        spoil(wrong)
        if published.is_valid(wrong):
            failures.append("not refused: several targets, %s" % why)

    for failure in failures:
        print("FAILED", failure)
    print("schema.py: %d golden and %d live reports, %d wrong ones" % (len(goldens), len(RUNS), len(WRONG)))
    sys.exit(1 if failures else 0)


main()
