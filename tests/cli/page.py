#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""page.py PAGE GLIDEPATH: does what a reader of a page does, in an empty folder, and compares.

A block of YAML that begins with "# NAME" becomes the file NAME, one with "# NAME, at the end" is put behind it. In a block
of console the lines with "$ " in front are typed, and what is printed must be what stands below them; a line "…" stands for
any lines. What differs from run to run (times, ports, how often law 1 was looked at) may differ.
"""

import os
import re
import subprocess
import sys
import tempfile

VARIES = [
    (re.compile(r", [0-9.]+ m?s\."), ", … ms."),
    (re.compile(r"127\.0\.0\.1:[0-9]+"), "127.0.0.1:…"),
    (re.compile(r"looked again [0-9]+ times (.*), [0-9]+ findings"), r"looked again … times \1, … findings"),
]


def blocks(text):
    for block in re.finditer(r"^```(yaml|console)\n(.*?)^```$", text, re.M | re.S):
        yield block[1], block[2]


def put(text, folder):
    name = re.match(r"# (\S+\.yaml)(, at the end)?\n", text)
    if name is None:
        return
    with open(os.path.join(folder, name[1]), "a" if name[2] else "w", encoding="utf-8") as out:
        out.write(text[name.end():] if name[2] else text)


def commands(text):
    """Yields each command with what is to be printed."""
    parts = re.split(r"^\$ (.*)\n", text, flags=re.M)
    yield from zip(parts[1::2], parts[2::2])


def as_pattern(wanted):
    lines = ["(?:.*\n)*?" if line == "…" else re.escape(line) + "\n" for line in wanted.splitlines()]
    return re.compile("".join(lines) + r"\Z")


def as_printed_always(text):
    for pattern, instead in VARIES:
        text = pattern.sub(instead, text)
    return text


def main():
    page, glidepath = sys.argv[1], os.path.realpath(sys.argv[2])
    with open(page, encoding="utf-8") as file:
        text = file.read()
    n_commands = n_failed = 0
    with tempfile.TemporaryDirectory() as folder:
        os.symlink(glidepath, os.path.join(folder, "glidepath"))
        environment = dict(os.environ, PATH=folder + os.pathsep + os.environ["PATH"])
        work = os.path.join(folder, "work")
        os.mkdir(work)
        for kind, block in blocks(text):
            if kind == "yaml":
                put(block, work)
                continue
            for command, wanted in commands(block):
                n_commands += 1
                printed = subprocess.run(["bash", "-c", command], cwd=work, env=environment, text=True,
                                         stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                         stderr=subprocess.STDOUT, check=False).stdout
                if not as_pattern(as_printed_always(wanted)).match(as_printed_always(printed)):
                    n_failed += 1
                    print(f"{page}: '{command}' prints something else than the page shows:\n{printed}")
    print(f"{page}: {n_commands} commands, {n_failed} print something else")
    return 1 if n_failed or not n_commands else 0


sys.exit(main())
