#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""anonymised.py GLIDEPATH: flies broken worlds with and without --anonymise, in every format, and looks in what was written
for every user name, e-mail address, client id and parameter of the world, its host, and whatever has the form of an address."""
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
FLIGHTS = [
    ("rad-security", ["policy-profile-unlinked"], ["--diagnose"]),
    ("cloud-ex-machina", ["oauth-app-user-unset", "role-missing"], ["--diagnose"]),
    ("harness-sei", ["user-locked-out"], []),
    ("strategy-overview", ["user-inactive"], ["--without", "auditor", "--diagnose"]),
    ("cloud-ex-machina", [], ["--quiet"]),
]
EMAIL = re.compile(r"[A-Za-z0-9._+-]+(?:@|%40)[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}")
ADDRESS = re.compile(r"(?<![0-9.])(?:[0-9]{1,3}\.){3}[0-9]{1,3}(?![0-9.])")


def formats(glidepath):
    said = subprocess.run([glidepath, "demo", "--report", "nosuch"], capture_output=True, text=True).stderr
    return re.search(r"there are (.*)", said).group(1).split(", ")


def originals(world):
    """What the world says of its people; a value that the packs name themselves is the vendor's."""
    text = (ROOT / "sim/worlds" / (world + ".yaml")).read_text()
    packs = "".join(path.read_text() for path in (ROOT / "rules/packs").glob("*.yaml"))
    found = set(re.findall(r"user_name: ([\w.]+)", text)) | set(re.findall(r"client_id: ([\w-]+)", text))
    block = re.search(r"\n  parameters:\n((?:    .*\n)*)", text)
    for value in re.findall(r"^    \w+: (.*)", block.group(1) if block else "", re.M):
        if value not in packs:
            found.add(value.strip("\"'"))
    return {value for value in found if len(value) > 2} | {"acme"}


def fly(glidepath, folder, flight, names, extra):
    world, faults, options = flight
    arguments = [glidepath, "demo", "--world", world, *options, *extra]
    for fault in faults:
        arguments += ["--fault", fault]
    for name in names:
        arguments += ["--report", f"{name}={folder}/{name}.report"]
    done = subprocess.run(arguments, capture_output=True, text=True, cwd=folder)
    written = {path.name: path.read_text() for path in pathlib.Path(folder).glob("*.report")}
    written["standard output"] = done.stdout
    return done.returncode, written


def named(text, values):
    found = [value for value in values if re.search(r"(?<![A-Za-z0-9])" + re.escape(value) + r"(?![A-Za-z0-9])", text, re.I)]
    return found + EMAIL.findall(text) + ADDRESS.findall(text)


def main():
    glidepath = str(pathlib.Path(sys.argv[1]).resolve())
    names = formats(glidepath)
    failures = []
    for flight in FLIGHTS:
        values = originals(flight[0])
        with tempfile.TemporaryDirectory() as plain, tempfile.TemporaryDirectory() as masked:
            plain_status, told = fly(glidepath, plain, flight, names, [])
            status, written = fly(glidepath, masked, flight, names, ["--anonymise", "--verbose"] if "--quiet" not in flight[2] else ["--anonymise"])
        if len(set(named("".join(told.values()), values))) < 3:
            failures.append(f"{flight}: the plain reports name hardly anybody, so this shows nothing")
        if status != plain_status or len(written) != len(names) + 1:
            failures.append(f"{flight}: ends {status}, not {plain_status}, with {len(written)} texts")
        for name, text in written.items():
            if "host-1" not in text and name != "standard output":
                failures.append(f"{flight}: {name} has no token for the host")
            for value in sorted(set(named(text, values))):
                failures.append(f"{flight}: {name} shows {value}")
    print("\n".join(failures) or f"{len(FLIGHTS)} flights in {len(names)} formats name nobody")
    sys.exit(1 if failures else 0)


main()
