#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""plan.py GLIDEPATH: --plan says what a run sends and sends nothing; --max-requests is never exceeded; packs share.

Everything goes over real sockets to `glidepath sim`, whose log counts what arrives. A plan is held to what runs then do:
what is certain is what a healthy instance is asked, and nothing a run asks after any fault is missing in it. Plans are
valid by report/plan.schema.json, says python3-jsonschema (ci/setup tests); without it that part is left out, and said.
"""
import collections
import copy
import json
import os
import re
import subprocess
import sys
import tempfile
import time

try:
    import jsonschema
except ImportError:
    if os.path.realpath(sys.executable) != os.path.realpath("/usr/bin/python3") and os.path.exists("/usr/bin/python3"):
        os.execv("/usr/bin/python3", ["/usr/bin/python3"] + sys.argv)
    jsonschema = None

HERE = os.path.dirname(os.path.realpath(__file__))
GLIDEPATH = os.path.realpath(sys.argv[1])
HOST = "acme.service-now.com"
# Further arguments are worlds: those alone, for a build in which a look takes long.
WORLDS = sys.argv[2:] or ["1stream", "cloud-ex-machina", "harness-sei", "harness-sei-oauth", "rad-security", "strategy-overview"]

failures = []
n_rows = 0


def expect(reason, holds, told=""):
    global n_rows
    n_rows += 1
    if not holds:
        failures.append("%s%s" % (reason, ": " + str(told)[:600] if told != "" else ""))


def run(*arguments, **environment):
    clean = {key: value for key, value in os.environ.items()
             if not re.match(r"GLIDEPATH_|GITHUB_|SOURCE_DATE_EPOCH$|NO_COLOR$|.*_proxy$|.*_PROXY$", key)}
    clean.update({"LC_ALL": "C.UTF-8", "XDG_STATE_HOME": os.path.abspath("state")}, **environment)
    return subprocess.run([GLIDEPATH] + list(arguments), env=clean, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, encoding="utf-8", check=False)


class Sim:
    """A simulated instance, and a target file for it."""

    def __init__(self, world, *options):
        self.log = os.path.abspath("sim.log")
        open(self.log, "w", encoding="utf-8").close()
        self.process = subprocess.Popen(
            [GLIDEPATH, "sim", "--world", world, "--tls", "--host", HOST, "--log", self.log] + list(options),
            stdout=subprocess.PIPE, encoding="utf-8")
        self.about = json.loads(self.process.stdout.readline())
        self.reach = ["--connect-to", "%s:443:127.0.0.1:%d" % (HOST, self.about["port"]),
                      "--cacert", self.about["ca_file"]]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()

    def n_requests(self):
        """How many arrived since this was asked last."""
        time.sleep(0.02)
        with open(self.log, encoding="utf-8") as file:
            n = sum(1 for _ in file)
        os.truncate(self.log, 0)
        return n

    def target(self, packs, auditor=True, secret=None, **parameters):
        """Writes target.yaml; a secret is in a file of its own, or what `secret` says."""
        parts = ["instance: https://%s/" % HOST, "packs: [%s]" % ", ".join(packs), "credentials:"]
        for name, credential in self.about["credentials"].items():
            if name == "auditor" and not auditor:
                continue
            parts.append("  %s:" % name)
            for key, value in credential.items():
                if key in ("key", "password", "token", "refresh_token", "client_secret"):
                    path = "%s.%s" % (name, key)
                    with open(path, "w", encoding="utf-8") as file:
                        file.write(value)
                    value = secret or "{ file: %s }" % path
                parts.append("    %s: %s" % (key, value))
        parts.append("set:" if parameters else "")
        parts += ["  %s: %s" % (key, value) for key, value in parameters.items()]
        with open("target.yaml", "w", encoding="utf-8") as file:
            file.write("\n".join(parts) + "\n")
        return "target.yaml"

    def secrets(self):
        return [value for credential in self.about["credentials"].values() for key, value in credential.items()
                if key in ("key", "password", "token", "refresh_token", "client_secret")]


def plan_of(*arguments):
    done = run(*arguments, "--plan", "--report", "json=-")
    expect("a plan ends 0: " + " ".join(arguments), done.returncode == 0, done.stderr)
    if done.returncode != 0:
        sys.exit("plan.py: glidepath %s: %s" % (" ".join(arguments), done.stderr))
    return json.loads(done.stdout), done


def report_of(*arguments):
    done = run(*arguments, "--report", "json=-")
    return json.loads(done.stdout), done


def call_of(request):
    """What of a request does not depend on which questions were merged: who, how, and the path."""
    return (request["credential"], request["method"], request["url"].split("?")[0])


# ---- The plan by itself

def check_totals(plan, name):
    totals = plan["totals"]
    expect(name + ": certain", totals["certain"] == len(plan["requests"]))
    expect(name + ": at most", totals["at_most"] == len(plan["requests"]) + len(plan["follow_ups"]))
    expect(name + ": waves", sum(totals["waves"]) == totals["certain"])
    for key in ("certain", "at_most", "tokens", "writes"):
        expect(name + ": credentials make up " + key, sum(c[key] for c in totals["credentials"]) == totals[key])
    calls = [r for r in plan["requests"] if "/api/" in r["url"]]
    expect(name + ": what a rule counts", sum(r["certain"] for r in plan["rate"]) == len(calls))
    longest = max(len(r["url"].encode()) for r in plan["requests"] + plan["follow_ups"])
    expect(name + ": longest URL", totals["longest_url_bytes"] == longest)
    certain = {(r["credential"], r["method"], r["url"]) for r in plan["requests"]}
    doubles = [r["url"] for r in plan["requests"] + plan["follow_ups"]]
    expect(name + ": each certain request once", len(certain) == len(plan["requests"]))
    for request in plan["requests"] + plan["follow_ups"]:
        table = re.search(r"/api/now/table/([a-z_0-9]+)\?", request["url"])
        rights = {r["table"]: r for r in plan["rights"]
                  if r["credential"] == request["credential"] and r["operations"] in ("read", None)}
        if table and request["method"] == "GET" and request["credential"] not in ("made-up",) and \
                "diagnosis" not in request["checks"]:
            expect(name + ": a right for " + table.group(1), table.group(1) in rights, request["url"])
    return doubles


def check_text(text, name):
    for line in text.splitlines():
        is_url = " https://" in line and re.match(r"(wave \d|only if) ", line)
        is_body = line.lstrip().startswith("WRITES")
        expect(name + ": 80 columns", len(line) <= 80 or is_url or is_body, line)
    expect(name + ": says that nothing was sent", re.search(r"Nothing\s+was\s+sent", text) is not None)


def check_plans(validate):
    several = [["--quick"], ["--diagnose"], ["--without", "auditor"], ["--allow-writes"], ["--max-requests", "7"]]
    for i, world in enumerate(WORLDS):
        for options in [[]] + (several if world == "rad-security" else several[i % len(several):][:1]):
            arguments = ["demo", "--quiet", "--world", world] + options
            plan, done = plan_of(*arguments)
            name = " ".join(arguments[2:])
            validate(plan, name)
            check_totals(plan, name)
            check_text(done.stderr, name)
            warns = "--max-requests" in options and plan["totals"]["certain"] > 7
            expect(name + ": a ceiling below what is certain is warned of", (plan["totals"]["warning"] is not None) == warns)
            expect(name + ": in both forms", ("WARNING: --max-requests 7" in done.stderr) == warns)
    quick, _ = plan_of("demo", "--world", "rad-security", "--quick")
    whole, _ = plan_of("demo", "--world", "rad-security")
    held = [c for r in quick["follow_ups"] for c in r["only_if"] if c["when"].startswith("what the check is there for")]
    expect("--quick asks less for certain", quick["totals"]["certain"] < whole["totals"]["certain"])
    expect("and says what it held back", len(held) > 0)
    writing, _ = plan_of("demo", "--world", "rad-security", "--allow-writes")
    rights = [r["operations"] for r in writing["rights"]]
    expect("consent to write needs rights", "create, write, delete" in rights and
           "create, write, delete" not in [r["operations"] for r in whole["rights"]])
    deep, _ = plan_of("demo", "--world", "rad-security", "--diagnose")
    asked = {r["credential"] for r in deep["follow_ups"] if "diagnosis" in r["checks"]}
    expect("a diagnosis lists samples, other calls and logs", {"made-up", "integration", "auditor"} <= asked, asked)
    bare, _ = plan_of("demo", "--world", "rad-security", "--diagnose", "--no-samples")
    expect("without samples none", "made-up" not in {r["credential"] for r in bare["follow_ups"]})


# Why a plan is refused, and what is done to one.
WRONG = [
    ("another shape", lambda p: p.update(schema="glidepath-plan/2")),
    ("a method nobody sends", lambda p: p["requests"][0].update(method="PUT")),
    ("a wave before the first", lambda p: p["requests"][0].update(wave=-1)),
    ("a follow-up for no reason", lambda p: p["follow_ups"][0].update(only_if=[])),
    ("a check without its pack", lambda p: p["requests"][0].update(checks=["awake"])),
    ("a count that is text", lambda p: p["totals"].update(certain="22")),
    ("a ceiling of nothing", lambda p: p["totals"].update(max_requests=0)),
    ("rights nobody knows", lambda p: p["rights"][0].update(operations="admin")),
]


def validator():
    with open(os.path.join(HERE, "..", "..", "report", "plan.schema.json"), encoding="utf-8") as file:
        schema = json.load(file)
    if jsonschema is None:
        print("plan.py: plans are not held to their schema: that needs python3-jsonschema")
        return lambda plan, name: None
    jsonschema.Draft202012Validator.check_schema(schema)

    def closed(part):
        if isinstance(part, list):
            return [closed(item) for item in part]
        if not isinstance(part, dict):
            return part
        copied = {key: closed(value) for key, value in part.items()}
        if part.get("type") == "object" and "properties" in part:
            copied["additionalProperties"] = False
        return copied

    published = jsonschema.Draft202012Validator(schema)
    strict = jsonschema.Draft202012Validator(closed(schema))
    right, _ = plan_of("demo", "--world", "rad-security")
    for why, spoil in WRONG:
        wrong = copy.deepcopy(right)
        spoil(wrong)
        expect("the schema refuses " + why, not published.is_valid(wrong))
    for key in right:
        wrong = {k: v for k, v in right.items() if k != key}
        expect("the schema refuses a plan without " + key, not published.is_valid(wrong))

    def validate(plan, name):
        for kind in (published, strict):
            for error in kind.iter_errors(plan):
                expect(name + ": valid", False, "/%s: %s" % ("/".join(map(str, error.absolute_path)), error.message))
    return validate


# ---- The plan and what is done then

# World, what is broken in it, and other options: everything asked then was in the plan.
BROKEN = [
    ("cloud-ex-machina", ["oauth-app-user-unset"], []),
    ("cloud-ex-machina", ["nothing-returned"], []),
    ("cloud-ex-machina", ["rows-hidden"], []),
    ("rad-security", ["blast-radius"], ["--diagnose"]),
    ("rad-security", ["role-missing"], ["--quick"]),
    ("rad-security", ["api-key-inactive"], ["--diagnose"]),
    ("rad-security", ["user-inactive"], ["--diagnose", "--without", "auditor"]),
    ("rad-security", ["read-denied"], []),
    ("rad-security", ["field-hidden"], []),
    ("rad-security", ["table-closed"], ["--without", "auditor"]),
    ("strategy-overview", ["api-key-expired"], []),
    ("1stream", ["plugin-missing"], []),
    ("1stream", [], ["--without", "auditor"]),
    ("harness-sei", ["user-locked-out"], ["--diagnose"]),
    ("harness-sei", ["role-missing"], ["--quick", "--without", "auditor"]),
]


def check_done():
    for world in WORLDS:
        plan, _ = plan_of("demo", "--world", world)
        report, _ = report_of("demo", "--world", world)
        keys = ("wave", "credential", "method", "url")
        wanted = sorted(tuple(r[k] for k in keys) for r in plan["requests"])
        done = sorted(tuple(e[k] for k in keys) for e in report["traffic"]["exchanges"])
        expect("a healthy %s is asked what is certain" % world, wanted == done,
               [r for r in done if r not in wanted] + [r for r in wanted if r not in done])
    for world, faults, options in BROKEN:
        arguments = ["demo", "--world", world] + [a for fault in faults for a in ("--fault", fault)] + options
        plan, _ = plan_of(*arguments)
        report, done = report_of(*arguments)
        name = " ".join(arguments[1:])
        expect(name + ": runs", done.returncode in (0, 1, 3), done.stderr)
        foreseen = {call_of(r) for r in plan["requests"] + plan["follow_ups"]}
        surprises = {call_of(e) for e in report["traffic"]["exchanges"]} - foreseen
        expect(name + ": nothing is asked that was not foreseen", not surprises, surprises)
        expect(name + ": no more than was foreseen",
               report["traffic"]["requests"] <= plan["totals"]["at_most"], report["traffic"]["requests"])


def check_nothing_sent():
    with Sim("rad-security") as sim:
        target = sim.target(["rad-security", "baseline"], service_user="svc_rad")
        for command in (["check"], ["diagnose"], ["check", "--allow-writes"], ["check", "--quick"]):
            for form in ([], ["--report", "json=-"]):
                done = run(*command, target, *sim.reach, "--plan", *form)
                expect("a plan", done.returncode == 0, done.stderr)
                for secret in sim.secrets():
                    expect("shows no secret", secret not in done.stdout + done.stderr)
        script = os.path.abspath("fetch")
        with open(script, "w", encoding="utf-8") as file:
            file.write("#!/bin/sh\necho fetched-secret-not-real\n")
        os.chmod(script, 0o755)
        fetched = sim.target(["rad-security"], secret="{ command: [%s] }" % script, service_user="fetched-secret-not-real")
        done = run("check", fetched, *sim.reach, "--plan")
        expect("not even one that was typed where it does not belong",
               done.returncode == 0 and "fetched-secret-not-real" not in done.stdout + done.stderr, done.stdout[:300])
        missing = run("check", sim.target(["rad-security"], secret="{ env: NOT_SET }", service_user="svc_rad"), *sim.reach,
                      "--plan")
        expect("a secret that is not there is told before", missing.returncode == 2 and "NOT_SET" in missing.stderr)
        expect("nothing was sent", sim.n_requests() == 0)


def check_nothing_to_send():
    done = run("check", "--instance", "https://your-company.service-now.com/", "--pack", "baseline", "--plan")
    expect("an address that cannot be used", done.returncode == 0 and done.stdout.startswith("Nothing would be sent."),
           done.stdout)
    plan, _ = plan_of("check", "--instance", "https://your-company.service-now.com/", "--pack", "baseline")
    expect("nor does anything follow then", plan["requests"] == [] and plan["follow_ups"] == [])
    plan, _ = plan_of("check", "--instance", "acme", "--pack", "baseline")
    expect("without a credential there is the gate", [r["credential"] for r in plan["requests"]] == ["none"])
    expect("and nothing follows", plan["follow_ups"] == [], plan["follow_ups"])


def check_files():
    check_nothing_to_send()
    for name in ("report.json", "plan.json", "other.json", "page.html"):
        with open(name, "w", encoding="utf-8") as file:
            file.write("old")
    done = run("demo", "--quiet", "--plan", "--report", "json")
    with open("report.json", encoding="utf-8") as file:
        expect("a plan is no report", done.returncode == 0 and file.read() == "old")
    with open("plan.json", encoding="utf-8") as file:
        expect("but plan.json", json.load(file)["schema"] == "glidepath-plan/1")
    expect("the text is on standard output", "\nwave 0 " in done.stdout)
    done = run("demo", "--quiet", "--plan", "--report", "json=other.json")
    with open("other.json", encoding="utf-8") as file:
        expect("or where one wants it", json.load(file)["schema"] == "glidepath-plan/1")
    done = run("demo", "--quiet", "--plan", "--report", "json=-")
    expect("on standard output it has that to itself", json.loads(done.stdout) and "\nwave 0 " in done.stderr)
    for form in ("html=page.html", "junit", "markdown", "sarif", "tap", "github"):
        done = run("demo", "--quiet", "--plan", "--report", form)
        expect("not as " + form, done.returncode == 2 and "--plan is written as text or as JSON, not as" in done.stderr)
    done = run("demo", "--quiet", "--plan", "--anonymise")
    expect("nor without names, which stand in the URLs", done.returncode == 2 and "--anonymise" in done.stderr)
    with open("page.html", encoding="utf-8") as file:
        expect("which removes nothing", file.read() == "old")
    done = run("demo", "--quiet", "--plan", "--report", "json=/dev/full")
    expect("a full disk is told", done.returncode == 4)
    with open("mine.yaml", "w", encoding="utf-8") as file:
        file.write("instance: https://acme.service-now.com/\n")
    done = run("check", "mine.yaml", "--plan", "--report", "json=mine.yaml")
    expect("what is read is not replaced", done.returncode == 2 and "this run reads that file" in done.stderr)


# ---- The ceiling

# World, how it is broken, command and options, and ceilings to try.
CEILINGS = [
    ("cloud-ex-machina", [], ["check"], [1, 2, 3, 4, 12, 20]),
    ("cloud-ex-machina", [], ["check", "--allow-writes"], [2, 20, 24, 27]),
    ("cloud-ex-machina", ["--switch", "front=busy-at-first"], ["check"], [1, 2, 3, 9]),
    ("cloud-ex-machina", ["--switch", "front=unavailable"], ["check"], [1, 2]),
    ("cloud-ex-machina", ["--fault", "oauth-app-user-unset"], ["diagnose"], [2, 3, 8, 14]),
    ("rad-security", ["--fault", "policy-profile-unlinked"], ["diagnose"], [1, 3, 12, 24]),
    ("harness-sei", [], ["check"], [1, 2, 3, 10]),
    ("harness-sei-oauth", [], ["check", "--in-flight", "16"], [2, 5, 13]),
]


def check_ceilings():
    n_unasked = 0
    for world, broken, command, ceilings in CEILINGS:
        with Sim(world, *broken) as sim:
            target = sim.target([sim.about["pack"]], **{k: v for k, v in sim.about["parameters"].items()
                                                        if k not in ("auth",)})
            for ceiling in ceilings:
                report, done = report_of(*command, target, *sim.reach, "--refused-wait", "0", "--timeout", "20",
                                         "--max-requests", str(ceiling))
                name = "%s %s at %d" % (" ".join(command), " ".join([world] + broken), ceiling)
                n = sim.n_requests()
                expect(name + ": never more arrive", n <= ceiling, n)
                expect(name + ": and those are counted", report["traffic"]["requests"] == n, report["traffic"]["requests"])
                unasked = [c for c in report["checks"] if c["reason"] == "timeout"]
                n_unasked += len(unasked)
                gating = [c for c in unasked if c["gates"]]
                expect(name + ": not asked for is not ready", not gating or done.returncode in (1, 3), done.returncode)
                if broken == [] and gating:
                    expect(name + ": inconclusive", done.returncode == 3, done.returncode)
                for check in unasked:
                    expect(name + ": the option is named", "--max-requests" in (check["because"] or "") and
                           check["verdict"] == "unknown", (check["id"], check["because"]))
    expect("some of them bit", n_unasked > 100, n_unasked)


# ---- Packs that share

# World, packs, and the parameters of all of them.
PAIRS = [
    ("rad-security", ["rad-security", "baseline"], {"service_user": "svc_rad"}),
    ("cloud-ex-machina", ["cloud-ex-machina", "baseline"], {"service_user": "cxm_integration",
                                                            "assignment_group": "Cloud Operations"}),
    ("rad-security", ["rad-security", "strategy-overview", "baseline"], {"service_user": "svc_rad"}),
]


def check_pairs():
    for world, packs, parameters in PAIRS:
        with Sim(world) as sim:
            alone = 0
            for pack in packs:
                known = {k: v for k, v in parameters.items() if k != "assignment_group" or pack == "cloud-ex-machina"}
                report, done = report_of("check", sim.target([pack], **known), *sim.reach)
                expect(pack + " alone runs", done.returncode in (0, 1, 3), done.stderr)
                alone += report["traffic"]["requests"]
                largest = report["traffic"]["requests"] if pack == packs[0] else largest
            sim.n_requests()
            target = sim.target(packs, **parameters) if "assignment_group" not in parameters else \
                sim.target(packs, **{k: v for k, v in parameters.items() if k != "assignment_group"})
            extra = ["--set", "cloud-ex-machina.assignment_group=Cloud Operations"] \
                if "assignment_group" in parameters else []
            plan, _ = plan_of("check", target, *sim.reach, *extra)
            expect("a plan of several packs sends nothing", sim.n_requests() == 0)
            report, done = report_of("check", target, *sim.reach, *extra)
            name = " + ".join(packs)
            together = report["traffic"]["requests"]
            expect(name + ": fewer together than alone", together < alone, (together, alone))
            expect(name + ": as many as arrive", sim.n_requests() == together)
            expect(name + ": as many as planned", together >= plan["totals"]["certain"] and
                   together <= plan["totals"]["at_most"], (together, plan["totals"]))
            calls = collections.Counter((e["credential"], e["method"], e["url"]) for e in report["traffic"]["exchanges"])
            expect(name + ": each URL once for a credential", max(calls.values()) == 1, calls.most_common(2))
            firsts = [c for c in calls if c[2].endswith("oauth_token.do")]
            expect(name + ": one token", len(firsts) <= 1)
            of = {c["id"].split("/")[0] for c in report["checks"]}
            expect(name + ": all are judged", of == set(packs), of)


def main():
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        for part in (lambda: check_plans(validator()), check_done, check_nothing_sent, check_files, check_ceilings,
                     check_pairs):
            started = time.monotonic()
            part()
            if os.environ.get("GLIDEPATH_TIMES"):
                print("%s: %.1f s" % (part.__name__, time.monotonic() - started))
        os.chdir("/")
    for failure in failures:
        print("FAILED", failure)
    print("plan.py: %d rows, %d failed" % (n_rows, len(failures)))
    sys.exit(1 if failures else 0)


main()
