# SPDX-License-Identifier: Apache-2.0
#
# Flights: runs of `glidepath demo` in the worlds of the simulated instance, many at a time, for ci/matrix and ci/accuracy. What
# a fault says of itself is read from sim/faults.yaml, line by line: tests/sim holds those lines to their form and to the truth.
import json
import os
import re
import subprocess
import tempfile
import threading
from collections import namedtuple
from concurrent.futures import ThreadPoolExecutor

root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

Flight = namedtuple("Flight", "world faults without mode")  # mode: "check" or "diagnose", or without writes "plain" or "quick"
Landing = namedtuple("Landing", "status report complaint")  # report: None where there was none; complaint: of a sanitizer,
#                                                             or about the report for a ticket
MOST_TICKET_LINES = 40
SECRET = re.compile(r"simulated-[a-z-]*(?:key|password|secret|token)")


class Fault:
    """What sim/faults.yaml says of a fault besides its steps."""

    def __init__(self):
        self.told, self.hygiene, self.closes, self.unseen, self.cause, self._works = None, False, False, False, None, []

    def take(self, key, value):
        words = re.findall(r"[a-z0-9-]+", value)
        if key == "works":
            self._works = words
        else:
            setattr(self, key, words == ["true"] or words[0])

    def works(self, world):
        """Whether the vendor's calls go on working in the world."""
        return self.hygiene or self._works == ["true"] or world in self._works


def faults_told():
    """Every fault of sim/faults.yaml by its id."""
    faults, current = {}, None
    with open(os.path.join(root, "sim/faults.yaml"), encoding="utf-8") as file:
        for line in file:
            name = re.fullmatch(r"  ([a-z0-9-]+):\n", line)
            said = re.fullmatch(r"    (told|hygiene|works|closes|unseen|cause): (.+)\n", line)
            if name:
                current = faults.setdefault(name.group(1), Fault())
            elif said:
                current.take(said.group(1), said.group(2))
    return faults


def cause_of_world(world):
    """What is wrong in a world that is not healthy; None of the others."""
    with open(os.path.join(root, "sim/worlds", world + ".yaml"), encoding="utf-8") as file:
        found = re.search(r"^cause: ([a-z0-9-]+)$", file.read(), re.MULTILINE)
    return found.group(1) if found else None


def catalogue():
    """(section, told from) of every cause, in the catalogue's own words."""
    with open(os.path.join(root, "tests/sim/causes.txt"), encoding="utf-8") as file:
        rows = [line.rstrip("\n").split(" | ") for line in file]
    return {row[0]: (row[1], row[2]) for row in rows}


Outcome = namedtuple("Outcome", "broken symptoms")  # the vendor's own calls that come to less; ids that say no more than that


def outcomes():
    """What the vendor's calls come to, by world and fault ("-": as the world stands)."""
    with open(os.path.join(root, "tests/sim/outcomes.txt"), encoding="utf-8") as file:
        rows = [line.split("|") for line in file]
    return {tuple(row[0].split()): Outcome(set(row[1].split()), set(row[2].split())) for row in rows}


def complaint_of_ticket(path):
    """What is wrong with the markdown report: it fits into a ticket, and a secret never comes there."""
    with open(path, encoding="utf-8") as file:
        text = file.read()
    if text.count("\n") > MOST_TICKET_LINES:
        return f"the markdown report has {text.count(chr(10))} lines"
    return "the markdown report shows a secret" if SECRET.search(text) else None


class Fleet:
    def __init__(self, glidepath, workers=None, timeout_s=30):
        self.glidepath = os.path.abspath(glidepath)
        self.workers = workers or 2 * (os.cpu_count() or 1)  # a flight waits half of its time
        self.timeout_s = timeout_s
        self.environment = {key: value for key, value in os.environ.items() if not key.startswith("GLIDEPATH_")}
        self.environment.pop("SOURCE_DATE_EPOCH", None)
        self.state = tempfile.TemporaryDirectory()
        self.environment["XDG_STATE_HOME"] = self.state.name

    def _help(self, *arguments):
        command = [self.glidepath, "demo", *arguments, "--help"]
        return subprocess.run(command, capture_output=True, text=True, check=True, env=self.environment).stdout

    def worlds(self):
        return re.findall(r"^  (\S+)$", self._help().partition("\nWorlds:\n")[2].partition("\n\n")[0], re.MULTILINE)

    def modes(self):
        """The commands' names a demo can play; the one that is to be judged comes last."""
        return ["check", "diagnose"] if re.search(r"--diagnose\b", self._help()) else ["check"]

    def faults_of(self, world):
        """The ids of the faults and of the variations of a world, as the help of demo lists them."""
        faults, _, variations = self._help("--world", world).partition("\nFaults of ")[2].partition("\nVariations of it")
        ids = re.compile(r"^  ([a-z][a-z0-9-]*)$", re.MULTILINE)
        return ids.findall(faults), ids.findall(variations)

    def fly(self, flight):
        command = [self.glidepath, "demo", "--quiet", "--timeout", str(self.timeout_s)]
        ticket = os.path.join(self.state.name, f"{threading.get_ident()}.md")
        command += ["--world", flight.world, "--report", "json=-", "--report", "markdown=" + ticket]
        command += [part for fault in flight.faults for part in ("--fault", fault)]
        command += [part for name in flight.without for part in ("--without", name)]
        options = {"plain": [], "quick": ["--quick"], "diagnose": ["--allow-writes", "--diagnose"]}
        command += options.get(flight.mode, ["--allow-writes"])
        done = subprocess.run(command, capture_output=True, text=True, env=self.environment)
        complaint = done.stderr if re.search(r"Sanitizer|runtime error", done.stderr) else None
        if complaint is None and os.path.exists(ticket):
            complaint = complaint_of_ticket(ticket)
            os.remove(ticket)
        try:
            return Landing(done.returncode, json.loads(done.stdout), complaint)
        except ValueError:
            return Landing(done.returncode, None, complaint)

    def fly_all(self, flights):
        """The landings of the flights, in their order."""
        with ThreadPoolExecutor(self.workers) as pool:
            return list(pool.map(self.fly, flights))
