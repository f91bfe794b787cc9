#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""
recordings.py GLIDEPATH [--all|--few]: the same packs say of a recording what they said of the instance.

Each world and fault is flown live with --record, and the file is judged with --from: every verdict, word, cause and the exit
status are equal, the file holds none of the world's secrets in any form, and judged twice it gives the same bytes. An anonymised
recording is never judged softer. Without --all the default world has all its faults, the others some; with --few all
of them have some.
"""
import base64
import json
import os
import re
import subprocess
import sys
import tempfile
import urllib.parse
from concurrent.futures import ThreadPoolExecutor

GLIDEPATH = os.path.realpath(sys.argv[1])
ALL = "--all" in sys.argv
FEW = "--few" in sys.argv
DEFAULT = "cloud-ex-machina"
SHARE = 6  # of the other worlds' faults, every so many
# What tells of the flight and not of the instance.
ABOUT_THE_FLIGHT = ("traffic", "started", "duration_ms", "clock", "sources", "clock_skew_s")
# A moment of this machine's: the flight is judged by the clock it was recorded by, which stood a little earlier.
ENVIRONMENT = {**os.environ, "LC_ALL": "C.UTF-8", "NO_COLOR": "1", "SOURCE_DATE_EPOCH": "1800000000"}


def run(work, *arguments):
    environment = {**ENVIRONMENT, "XDG_STATE_HOME": work}
    done = subprocess.run([GLIDEPATH, *arguments], cwd=work, env=environment, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def listed(world, heading):
    with tempfile.TemporaryDirectory() as work:
        _, text = run(work, "demo", *(["--world", world] if world else []), "--help")
    block = re.search(rf"^{heading}.*?\n(.*?)(?:\n\n\S|\Z)", text, re.S | re.M)
    return re.findall(r"^  ([a-z0-9-]+)(?:$| )", block.group(1), re.M) if block else []


def report(work, name):
    with open(os.path.join(work, name), encoding="utf-8") as file:
        document = json.load(file)
    return document


def comparable(document):
    kept = {key: value for key, value in document.items() if key not in ABOUT_THE_FLIGHT}
    for check in kept["checks"]:
        if check["source"] is not None:
            check["source"] = "somewhere"
            check.pop("taken", None)
            check.pop("age_s", None)
    return kept


def differences(live, later):
    for key, value in live.items():
        if value == later.get(key):
            continue
        if key != "checks":
            yield f"{key}: {str(value)[:160]} -> {str(later.get(key))[:160]}"
            continue
        for before, after in zip(value, later[key]):
            for member in before:
                if before[member] != after.get(member):
                    yield f"{before['id']}.{member}: {str(before[member])[:160]} -> {str(after.get(member))[:160]}"


def forms(secret):
    plain = secret.encode()
    yield secret
    yield urllib.parse.quote(secret, safe="")
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        yield encode(plain).decode().rstrip("=")


def secrets_in(text):
    """What the worlds call a secret: all of them are made up, and say so."""
    found = [form for secret in SECRETS for form in forms(secret) if form in text]
    found += re.findall(r"simulated-[a-z-]*(?:key|password|secret|token)", text)
    found += [pair for user in USERS for secret in SECRETS
              for pair in [base64.b64encode(f"{user}:{secret}".encode()).decode().rstrip("=")] if pair in text]
    return found


def world_texts():
    """The secrets and users of every world, from its own file."""
    folder = os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "..", "sim", "worlds")
    secrets, users = set(), set()
    for name in sorted(os.listdir(folder)):
        with open(os.path.join(folder, name), encoding="utf-8") as file:
            text = file.read()
        secrets |= set(re.findall(r"\bsimulated-[a-z0-9-]+", text))
        users |= set(re.findall(r"\buser(?:_name)?:\s*['\"]?([A-Za-z0-9._-]+)", text))
    return sorted(secrets), sorted(users)


def check_flight(flight):
    world, fault, diagnose, extra = flight
    options = (["--world", world] if world else []) + (["--fault", fault] if fault else []) + list(extra)
    command = "diagnose" if diagnose else "check"
    complaints = []
    with tempfile.TemporaryDirectory() as work:
        live, said = run(work, "demo", *options, *(["--diagnose"] if diagnose else []), "--quiet", "--record", "seen.json",
                         "--report", "json=live.json")
        if live not in (0, 1, 3):
            return flight, [f"live: exit {live}: {said[-300:]}"], 0
        consent = [word for word in extra if word == "--allow-writes"]
        judge = [command, "--quiet", "--from", "seen.json", *consent]
        later, said = run(work, *judge, "--report", "json=later.json")
        if later != live or "Sanitizer" in said:
            complaints.append(f"exit {live} live, {later} of the recording: {said[-300:]}")
        if later not in (0, 1, 3):
            return flight, complaints, 0
        complaints += differences(comparable(report(work, "live.json")), comparable(report(work, "later.json")))
        run(work, *judge, "--report", "json=again.json")
        with open(os.path.join(work, "later.json"), "rb") as one, open(os.path.join(work, "again.json"), "rb") as two:
            if one.read() != two.read():
                complaints.append("judged twice, two reports")
        with open(os.path.join(work, "seen.json"), encoding="utf-8") as file:
            text = file.read()
        complaints += [f"the file holds a secret: {secret}" for secret in secrets_in(text)]
    return flight, complaints, len(text)


def softer(live, later):
    """Law 1: an anonymised answer may move a finding only towards unknown."""
    kept = {"fail": ("fail", "unknown"), "blocked": ("blocked", "unknown"), "unknown": ("unknown",), "pass": ("pass", "unknown"),
            "waived": ("waived", "unknown"), "not-applicable": ("not-applicable",)}
    for before, after in zip(live["checks"], later["checks"]):
        if after["verdict"] not in kept[before["verdict"]]:
            yield f"{before['id']}: {before['verdict']} live, {after['verdict']} ({after['seen']}) of the anonymised recording"


def check_anonymous(flight):
    world, fault, _, _ = flight
    options = (["--world", world] if world else []) + (["--fault", fault] if fault else [])
    with tempfile.TemporaryDirectory() as work:
        live, said = run(work, "demo", *options, "--quiet", "--anonymise", "--record", "seen.json", "--report", "json=live.json")
        later, said = run(work, "check", "--quiet", "--from", "seen.json", "--report", "json=later.json")
        if live not in (0, 1, 3) or later not in (0, 1, 3):
            return flight, [f"exit {live} live, {later} of the anonymised recording: {said[-300:]}"], 0
        complaints = list(softer(report(work, "live.json"), report(work, "later.json")))
        if live != 0 and later == 0:
            complaints.append(f"exit {live} live and 0 of the anonymised recording")
        with open(os.path.join(work, "seen.json"), encoding="utf-8") as file:
            text = file.read()
        complaints += [f"the file names {name}" for name in ("acme", "cxm_integration", "svc_rad") if re.search(rf"\b{name}\b", text)]
    return flight, complaints, len(text)


def flights():
    worlds = listed(None, "Worlds")
    for world in worlds:
        faults = listed(world, "Faults") + listed(world, "Variations")
        chosen = faults if ALL or (world == DEFAULT and not FEW) else faults[worlds.index(world) % SHARE::SHARE]
        yield world, None, False, ()
        yield world, None, True, ("--allow-writes",)
        yield world, None, False, ("--without", "auditor")
        for i, fault in enumerate(chosen):
            yield world, fault, i % 2 == 1 or ALL, ("--allow-writes",) if fault.startswith(("write", "mandatory", "rule")) else ()
            if ALL:
                yield world, fault, False, ("--without", "auditor")


SECRETS, USERS = world_texts()


def main():
    todo = list(flights())
    failed, sizes = 0, []
    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(check_flight, todo))
        results += pool.map(check_anonymous, [flight for flight in todo if not flight[3]][::4])
    for (world, fault, diagnose, extra), complaints, size in results:
        sizes.append(size)
        for complaint in complaints:
            failed += 1
            print(f"FAILED: {world} {fault or 'healthy'} {'diagnose' if diagnose else 'check'} {' '.join(extra)}: {complaint}")
    if failed or not todo or not SECRETS:
        sys.exit(f"recordings.py: {failed} complaints about {len(results)} flights")
    print(f"recordings.py: {len(results)} flights, recordings of {min(sizes) // 1024} to {max(sizes) // 1024} KiB")


main()
