# SPDX-License-Identifier: Apache-2.0
#
# accuracy.py ROOT: ci/accuracy, measuring a program whose answers are made up here. Perfect ones pass; each of the rows below
# spoils one of them and must be told so, or is a difference that must not matter.
import json
import os
import subprocess
import sys
import tempfile

root = sys.argv[1]
SOUND = {"status": 0, "causes": [], "advice": []}

# The stand-in for glidepath: prints what is planned for its arguments, from a file named by them. In sh, for it runs a thousand
# times.
STAND_IN = """#!/bin/sh
shift
world= faults= sight=with mode=check
while [ $# -gt 0 ]; do
    case $1 in
        --world) world=$2; shift ;;
        --fault) faults=${faults:+$faults+}$2; shift ;;
        --without) sight=without; shift ;;
        --diagnose) mode=diagnose ;;
        --help) exec cat "$PLAN/help$world" ;;
    esac
    shift
done
plan="$PLAN/$world ${faults:--} $sight"
[ ! -e "$plan $mode" ] || plan="$plan $mode"
. "$plan"
"""
HELP = """{option}

Worlds:
  {worlds}

Faults of {world}:

{faults}

Variations of it, which break nothing:

  older-wording
      Text
"""


def broken(*causes, advice=()):
    return {"status": 1, "causes": list(causes), "advice": list(advice)}


def advised(*advice):
    return {"status": 0, "causes": [], "advice": list(advice)}


PERFECT = {
    "rad-security - with": SOUND,
    "rad-security - without": {**SOUND, "status": 3},
    "rad-security older-wording with": SOUND,
    "rad-security older-wording without": {**SOUND, "status": 3},
    "rad-security user-inactive with": broken("user-inactive!"),
    "rad-security user-inactive without": broken("credential-refused!", "user-missing?", "user-inactive?"),
    "rad-security table-closed with": broken("table-closed!"),
    "rad-security table-closed without": broken("table-closed!"),
    "rad-security role-missing with": broken("role-missing!", "rows-hidden!"),
    "rad-security role-missing without": broken("rows-hidden!", "role-missing?"),
    "rad-security write-denied with": broken("write-denied!"),
    "rad-security write-denied without": broken("write-denied!"),
    "rad-security clock-skew with": advised("clock-skew"),
    "rad-security clock-skew without": {**advised("clock-skew"), "status": 3},
    "rad-security excess-privilege with": advised("excess-privilege"),
    "rad-security excess-privilege without": {**SOUND, "status": 3},
    "literal - with": broken("policy-profile-unlinked!"),
    "literal - without": broken("credential-refused!", "policy-profile-unlinked?"),
    "literal older-wording with": broken("policy-profile-unlinked!"),
    "literal older-wording without": broken("credential-refused!", "policy-profile-unlinked?"),
    "literal user-inactive with": broken("policy-profile-unlinked!", "user-inactive!"),
    "literal user-inactive without": broken("credential-refused!", "policy-profile-unlinked?", "user-inactive?"),
    "literal connect-failure with": {**broken("connect-failure!"), "status": 3},
    "literal connect-failure without": {**broken("connect-failure!"), "status": 3},
}
WORLDS = {
    "literal": ["connect-failure", "user-inactive"],
    "rad-security": ["clock-skew", "excess-privilege", "role-missing", "table-closed", "user-inactive", "write-denied"],
}

# Why, what is answered instead, what must be said: one part for each line that says FAILED.
SHARE = "with the auditor: right first 7 of 8"
ROWS = [
    ("perfect", {}, []),
    ("a certain id that is not true, in the second place", {"rad-security table-closed with": broken("table-closed!", "acl-role!")},
     ["table-closed, with the auditor, check: wrong certain: acl-role"]),
    ("likely it may be", {"rad-security table-closed with": broken("table-closed!", "acl-role")}, []),
    ("a symptom that no call shows", {"rad-security user-inactive with": broken("user-inactive!", "token-refused!")},
     ["wrong certain: token-refused"]),
    ("a symptom that calls show", {"rad-security user-inactive with": broken("user-inactive!", "credential-refused!")}, []),
    ("green although broken", {"rad-security user-inactive without": {**SOUND}},
     ["user-inactive, without the auditor, check: green", "user-inactive, without the auditor, check: not listed"]),
    ("green with the right cause", {"rad-security user-inactive with": {**broken("user-inactive!"), "status": 0}},
     ["check: green although broken", "check: exit 0", SHARE]),
    ("a healthy world with a cause", {"rad-security - with": broken("user-inactive?")}, ["-, with the auditor, check: a cause"]),
    ("… without the auditor too", {"rad-security - without": broken("user-inactive?")}, ["-, without the auditor, check: a cause"]),
    ("a healthy world that is not ready", {"rad-security - with": {**SOUND, "status": 1}}, ["-, with the auditor, check: exit 1"]),
    ("a variation with a cause", {"rad-security older-wording with": broken("user-inactive?")}, ["older-wording, with the auditor"]),
    ("hygiene as a cause", {"rad-security excess-privilege with": broken("excess-privilege!", advice=["excess-privilege"])},
     ["excess-privilege, with the auditor, check: a cause", SHARE]),
    ("hygiene that is not told", {"rad-security excess-privilege with": SOUND}, ["not advised", SHARE]),
    ("what goes on working gates", {"rad-security clock-skew with": {**advised("clock-skew"), "status": 1}}, ["exit 1", SHARE]),
    ("what the caller alone can tell is not told", {"rad-security clock-skew without": SOUND}, ["not advised"]),
    ("with the auditor second is not first", {"rad-security user-inactive with": broken("user-missing", "user-inactive!")},
     ["user-inactive, with the auditor, check: not first; first is user-missing", SHARE]),
    ("without the auditor what the caller alone can tell is first",
     {"rad-security table-closed without": broken("rest-api-role-missing", "table-closed")},
     ["table-closed, without the auditor, check: not first"]),
    ("… and the rest is listed", {"rad-security user-inactive without": broken("credential-refused!")},
     ["user-inactive, without the auditor, check: not listed"]),
    ("… as a cause, not as advice",
     {"rad-security user-inactive without": broken("credential-refused!", advice=["user-inactive"])},
     ["user-inactive, without the auditor, check: not listed"]),
    ("what an auditor might take for it is not true",
     {"rad-security write-denied with": broken("acl-denies!", "write-denied!")},
     ["check: wrong certain: acl-denies", "check: not first; first is acl-denies", SHARE]),
    ("the literal world names another cause", {"literal - with": broken("policy-missing")}, ["literal, -, with the auditor"]),
    ("the fault may come first there", {"literal user-inactive with": broken("user-inactive!", "policy-profile-unlinked!")}, []),
    ("… and may not be left out", {"literal user-inactive with": broken("policy-profile-unlinked!")},
     ["literal, user-inactive, with the auditor, check: not listed", SHARE]),
    ("a sanitizer reports", {"rad-security - with": {**SOUND, "stderr": "x.c:1: runtime error: y"}}, ["no sound report, exit 0"]),
    ("no report", {"rad-security - with": {"status": 4}}, ["no sound report, exit 4"]),
    ("no report of a fault", {"rad-security user-inactive with": {"status": 4}}, ["no sound report, exit 4", SHARE]),
]
MISS = {"rad-security user-inactive with": broken("user-missing", "user-inactive!")}
UNTRUE = {"rad-security user-inactive with": broken("user-missing!", "user-inactive!")}
EXCUSED = [
    ("a miss with a reason still counts as one", MISS, "rad-security user-inactive Because.", [SHARE]),
    ("a reason that is not needed", {}, "rad-security user-inactive Because.", ["not needed any more"]),
    ("a reason for nothing", {}, "rad-security nosuch Because.", ["there is no case rad-security nosuch"]),
    ("no reason makes true what is not", UNTRUE, "rad-security user-inactive Because.", ["wrong certain: user-missing", SHARE]),
    ("… nor a miss without the auditor", {"rad-security user-inactive without": broken("credential-refused!")},
     "rad-security user-inactive Because.", ["not listed", "not needed any more"]),
]
PAIR = {"rad-security": ["role-missing", "user-inactive"]}
PAIRS = [
    ("both", broken("user-inactive!", "role-missing!"), "", []),
    ("one only", broken("user-inactive!"), "", ["role-missing not listed"]),
    ("the other as advice", broken("user-inactive!", advice=["role-missing"]), "", []),
    ("… with a reason", broken("user-inactive!"), "rad-security user-inactive+role-missing Because.", []),
    ("… that is not needed", broken("user-inactive!", "role-missing!"), "rad-security user-inactive+role-missing Because.",
     ["not needed any more"]),
    ("neither first", broken("credential-refused", "user-inactive", "role-missing"), "", ["first is credential-refused"]),
    ("a certain id that is not true", broken("user-inactive!", "role-missing!", "acl-role!"),
     "rad-security user-inactive+role-missing Because.", ["wrong certain: acl-role"]),
    ("green", {**broken("user-inactive!", "role-missing!"), "status": 0}, "", ["green although broken"]),
    ("cannot be staged together", {"status": 2}, "", []),
]


def script_of(answer):
    """What the stand-in does for it."""
    marks = {"!": "certain", "?": "possible"}
    lines = [f"echo '{answer['stderr']}' >&2"] if "stderr" in answer else []
    if "causes" in answer:
        causes = [{"id": cause.rstrip("!?"), "confidence": marks.get(cause[-1], "likely")} for cause in answer["causes"]]
        report = {"causes": causes, "advice": [{"id": advice} for advice in answer["advice"]]}
        lines.append(f"echo '{json.dumps(report)}'")
    return "\n".join([*lines, f"exit {answer['status']}", ""])


class Bench:
    def __init__(self, folder):
        self.folder, self.n_rows, self.n_failed = folder, 0, 0
        os.mkdir(self.path("plan"))
        self.write("glidepath", STAND_IN)
        os.chmod(self.path("glidepath"), 0o755)

    def path(self, name):
        return os.path.join(self.folder, name)

    def plan(self, answers, worlds, has_diagnose):
        """Writes a file of help for each world, and a script for each answer."""
        for name in os.listdir(self.path("plan")):
            os.remove(os.path.join(self.path("plan"), name))
        for world in ["", *worlds]:
            faults = "\n".join(f"  {fault}\n      Text" for fault in worlds.get(world, []))
            text = HELP.format(option="--diagnose" if has_diagnose else "", worlds="\n  ".join(worlds), world=world, faults=faults)
            self.write(f"plan/help{world}", text)
        for key, answer in answers.items():
            self.write(f"plan/{key}", script_of(answer))

    def write(self, name, text):
        with open(self.path(name), "w", encoding="utf-8") as file:
            file.write(text)

    def run(self, why, answers, wanted, exceptions="", worlds=None, options=(), has_diagnose=False):
        self.plan(answers, worlds or WORLDS, has_diagnose)
        self.write("exceptions", exceptions + "\n")
        command = [sys.executable, os.path.join(root, "ci/accuracy"), "--page", self.path("page"),
                   "--exceptions", self.path("exceptions"), *options, self.path("glidepath")]
        done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "PLAN": self.path("plan")})
        failures = [line for line in done.stdout.splitlines() if line.startswith("FAILED")]
        is_met = (len(failures) == len(wanted) and all(any(part in line for line in failures) for part in wanted)
                  and done.returncode == (1 if wanted else 0))
        self.n_rows += 1
        if not is_met:
            self.n_failed += 1
            print(f"{why}: wanted {wanted}, exit {done.returncode}:\n{done.stdout}{done.stderr}")


def main():
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(folder)
        for why, spoilt, wanted in ROWS:
            bench.run(why, {**PERFECT, **spoilt}, wanted)
        for why, spoilt, exceptions, wanted in EXCUSED:
            bench.run(why, {**PERFECT, **spoilt}, wanted, exceptions)
        for why, answer, exceptions, wanted in PAIRS:
            bench.run(why, {"rad-security role-missing+user-inactive with": answer}, wanted, exceptions, PAIR, ["--pairs"])
        bench.run("the page is written", PERFECT, [])
        bench.run("and is as it was written", PERFECT, [], options=["--verify"])
        moved = {**PERFECT, "rad-security user-inactive without": broken("user-inactive", "credential-refused!")}
        bench.run("and is not any more", moved, ["docs/accuracy.md is not what this run says"], options=["--verify"])
        in_check = {f"{key} check": answer for key, answer in MISS.items()}
        bench.run("of two commands diagnose is held to the places", {**PERFECT, **in_check}, [], has_diagnose=True)
        in_check = {f"{key} check": answer for key, answer in UNTRUE.items()}
        bench.run("but none may say what is not true", {**PERFECT, **in_check}, ["check: wrong certain"], has_diagnose=True)
    print(f"accuracy.py: {bench.n_failed} failures in {bench.n_rows} rows")
    return 1 if bench.n_failed else 0


sys.exit(main())
