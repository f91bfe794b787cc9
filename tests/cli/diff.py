#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""
diff.py GLIDEPATH [--all]: what glidepath diff says of a healthy world and each of its faults.

The exit status is 1 exactly when the reports of the two runs have a verdict that got worse, the checks named are those whose
verdicts differ, and where a fault changes rows, a difference of one of its tables is named as what did it. A healthy world
against itself has no change, and turned round nothing gets worse that got worse before. Without --all each world has some of
its faults that change rows.
"""
import json
import os
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

GLIDEPATH = os.path.realpath(sys.argv[1])
ALL = "--all" in sys.argv
ENVIRONMENT = {**os.environ, "LC_ALL": "C.UTF-8", "NO_COLOR": "1"}
RANKS = {"fail": 0, "blocked": 1, "unknown": 2, "pass": 3, "waived": 3, "not-applicable": 3}
SHARE = 15  # without --all, of each world's faults every so many

def run(work, *arguments):
    environment = {**ENVIRONMENT, "XDG_STATE_HOME": work}
    done = subprocess.run([GLIDEPATH, *arguments], cwd=work, env=environment, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def listed(world, heading):
    with tempfile.TemporaryDirectory() as work:
        _, text = run(work, "demo", *(["--world", world] if world else []), "--help")
    block = re.search(rf"^{heading}.*?\n(.*?)(?:\n\n\S|\Z)", text, re.S | re.M)
    return re.findall(r"^  ([a-z0-9-]+)(?:$| )", block.group(1), re.M) if block else []


def overlays():
    """The tables of whose rows each fault changes some, in any world."""
    path = os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "..", "sim", "faults.yaml")
    with open(path, encoding="utf-8") as file:
        text = file.read()
    blocks = re.split(r"^  ([a-z0-9-]+):\n", text, flags=re.M)
    return {name: set(re.findall(r"\b(?:set|insert|delete): ([a-z0-9_]+)", body)) for name, body in zip(blocks[1::2], blocks[2::2])}


def report(work, name):
    with open(os.path.join(work, name), encoding="utf-8") as file:
        return json.load(file)


def verdicts(document):
    return {check["id"]: check["verdict"] for check in document["checks"]}


def changed(before, after):
    """The checks whose verdicts differ, each with the way it went."""
    ways = {}
    for name, verdict in after.items():
        if before[name] != verdict:
            step = RANKS[verdict] - RANKS[before[name]]
            ways[name] = "worse" if step < 0 else "better" if step > 0 else "otherwise"
    return ways


def rows_read(work, name):
    """Of each question its table and the rows that came, without the times that go on with the world's."""
    document, rows = report(work, name), {}
    for answer in document["answers"]:
        question = answer["question"]
        if "page" not in answer or question["kind"] != "rows":
            continue
        page = document["pages"][answer["page"]]
        rows[json.dumps(question, sort_keys=True)] = question["table"], {
            tuple((column, value) for column, value in zip(page["columns"], page["rows"][i])
                  if column in question.get("fields", []) and not re.match(r"\d{4}-\d\d-\d\d", value or ""))
            for i in answer.get("rows", [])}
    return rows


def shown(work, tables):
    """Those of the tables that were read in both runs, and came out otherwise."""
    before, after = rows_read(work, "a.json"), rows_read(work, "b.json")
    return {table for question, (table, rows) in after.items()
            if table in tables and question in before and before[question][1] != rows}


def names_table(document, tables):
    told = [difference for change in document["changes"] for difference in change["differences"]] + document["besides"]
    return any(difference["table"] in tables for difference in told)


def compare(work, tables):
    """What is wrong with the diff of a.json and b.json, and how it proved its causes."""
    status, said = run(work, "diff", "a.json", "b.json", "--report", "json=diff.json")
    if status not in (0, 1) or "Sanitizer" in said or "runtime error" in said:
        return [f"exit {status}: {said[-400:]}"], []
    document = report(work, "diff.json")
    ways = changed(verdicts(report(work, "live-a.json")), verdicts(report(work, "live-b.json")))
    told = {change["id"]: change["change"] for change in document["changes"]}
    complaints = []
    if told != ways:
        complaints.append(f"says {told}, and the reports {ways}")
    if status != (1 if "worse" in ways.values() else 0) or document["summary"]["exit"] != status:
        complaints.append(f"exit {status}, and the reports {ways}")
    for change in document["changes"]:
        if change["proof"] == "none" or not change["differences"]:
            complaints.append(f"{change['id']}: what did it was not found")
    tables = shown(work, tables)
    if tables and ways and not names_table(document, tables):
        seen = {difference["says"] for change in document["changes"] for difference in change["differences"]}
        complaints.append(f"none of {sorted(tables)} is named: {sorted(seen)[:6]}")
    return complaints, [change["proof"] for change in document["changes"]]


def turned(work):
    status, said = run(work, "diff", "b.json", "a.json", "--report", "json=back.json")
    if status not in (0, 1):
        return [f"turned round: exit {status}: {said[-300:]}"]
    forth = {change["id"]: change["change"] for change in report(work, "diff.json")["changes"]}
    back = {change["id"]: change["change"] for change in report(work, "back.json")["changes"]}
    mirror = {"worse": "better", "better": "worse", "otherwise": "otherwise"}
    return [] if back == {name: mirror[way] for name, way in forth.items()} else [f"turned round it says {back}, and {forth}"]


def record(work, letter, world, fault):
    extra = ["--fault", fault] if fault else []
    status, said = run(work, "demo", "--world", world, *extra, "--quiet", "--record", f"{letter}.json",
                       "--report", f"json=live-{letter}.json")
    return [] if status in (0, 1, 3) else [f"demo: exit {status}: {said[-300:]}"]


def check_pair(pair):
    world, fault, tables, healthy = pair
    with tempfile.TemporaryDirectory() as work:
        for name in ("a.json", "live-a.json"):
            os.link(os.path.join(healthy, name), os.path.join(work, name))
        complaints = record(work, "b", world, fault)
        if complaints:
            return pair, complaints, []
        complaints, proofs = compare(work, tables)
        if not fault and proofs:
            complaints.append("a healthy world differs from itself")
        return pair, complaints + ([] if complaints else turned(work)), proofs


def pairs(folder):
    """World, fault, its tables, and the folder with what a run of the healthy world said."""
    tables = overlays()
    worlds = listed(None, "Worlds")
    for world in worlds:
        healthy = os.path.join(folder, world)
        os.mkdir(healthy)
        for complaint in record(healthy, "a", world, None):
            sys.exit(f"diff.py: {world}: {complaint}")
        faults = listed(world, "Faults")
        if not ALL:
            faults = [name for name in faults if tables.get(name)][worlds.index(world) % SHARE::SHARE]
        yield world, None, set(), healthy
        for fault in faults:
            yield world, fault, tables.get(fault, set()), healthy


def main():
    n_failed, n_proofs = 0, {}
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(2) as pool:
        todo = list(pairs(folder))
        for (world, fault, _, _), complaints, proofs in pool.map(check_pair, todo):
            for complaint in complaints:
                n_failed += 1
                print(f"FAILED: {world} {fault or 'healthy'}: {complaint}")
            for proof in proofs:
                n_proofs[proof] = n_proofs.get(proof, 0) + 1
    if n_failed or len(todo) < 10:
        sys.exit(f"diff.py: {n_failed} complaints about {len(todo)} comparisons")
    print(f"diff.py: {len(todo)} comparisons; changes by what proved their cause: {n_proofs}")


main()
