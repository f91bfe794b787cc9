#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""terminal.py GLIDEPATH: the program on real terminals (pseudo terminals of several sizes) and off them.

What the tests of the report cannot see: which terminal is recognised, what the environment changes, what is shown while
it waits, and that nothing of that is left behind.
"""
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
import unicodedata

GLIDEPATH = sys.argv[1]
BROKEN = ["demo", "--world", "rad-security", "--fault", "policy-profile-unlinked"]
SLOW = ["demo", "--world", "rad-security", "--latency-ms", "150"]
ESCAPE = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
ERASE = "\r\x1b[K"
ANNOUNCED = ("A simulated instance on ", "  with the fault ")  # by the demo, before the report
failures = []


def expect(is_so, reason, shown=""):
    expect.n_rows += 1
    if not is_so:
        failures.append(reason)
        print(f"FAILED ({reason})\n{shown[:2000]!r}")


expect.n_rows = 0


def environment(**extra):
    names = ("NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "TERM", "LANG", "LC_ALL", "LC_CTYPE", "COLUMNS",
             "GITHUB_ACTIONS", "SOURCE_DATE_EPOCH")
    env = {k: v for k, v in os.environ.items() if k not in names and not k.startswith("GLIDEPATH_")}
    return {**env, "TERM": "xterm", "LC_ALL": "C.UTF-8", **extra}


def on_terminal(arguments, columns=80, interrupt_when=None, **extra):
    """What a terminal of that width is sent, and the exit status."""
    parent, child = pty.openpty()
    fcntl.ioctl(child, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    process = subprocess.Popen([GLIDEPATH, *arguments], stdin=child, stdout=child, stderr=child,
                               env=environment(**extra))
    os.close(child)
    sent = b""
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        if not select.select([parent], [], [], 1)[0]:
            continue
        try:
            piece = os.read(parent, 65536)
        except OSError:
            break
        if not piece:
            break
        sent += piece
        if interrupt_when is not None and interrupt_when in sent:
            process.send_signal(signal.SIGINT)
            interrupt_when = None
    os.close(parent)
    return sent.decode().replace("\r\n", "\n"), process.wait()


def off_terminal(arguments, **extra):
    done = subprocess.run([GLIDEPATH, *arguments], stdin=subprocess.DEVNULL, capture_output=True, check=False,
                          env=environment(**extra))
    return done.stdout.decode(), done.stderr.decode(), done.returncode


def width(text):
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def screen_of(sent):
    """What stays to be read: a line that was taken back is gone."""
    lines = [line.split(ERASE)[-1] for line in sent.split("\n")]
    return ESCAPE.sub("", "\n".join(lines))


def sizes():
    for columns in (40, 60, 80, 200):
        sent, status = on_terminal(BROKEN, columns)
        screen = screen_of(sent)
        expect(status == 1 and screen.endswith("exit 1\n"), f"{columns} columns: ends with the verdict", screen)
        wide = [line for line in screen.split("\n")
                if width(line) > columns and not line.startswith((" " * 15 + "open ", *ANNOUNCED))]
        expect(not wide, f"{columns} columns: only links are wider", "\n".join(wide))
        expect("waiting" not in screen and "\r" not in screen, f"{columns} columns: nothing stays of progress", screen)


def colours():
    rows = [
        ({}, True, True, "a terminal has colours"),
        ({"NO_COLOR": "1"}, True, False, "NO_COLOR"),
        ({"NO_COLOR": ""}, True, True, "an empty NO_COLOR counts as none"),
        ({"TERM": "dumb"}, True, False, "a dumb terminal"),
        ({"NO_COLOR": "1", "CLICOLOR_FORCE": "1"}, True, False, "NO_COLOR goes first"),
        ({}, False, False, "a pipe has none"),
        ({"CLICOLOR_FORCE": "1"}, False, True, "a pipe has them where they are forced"),
        ({"CLICOLOR_FORCE": "0"}, False, False, "0 forces nothing"),
        ({"CLICOLOR_FORCE": "1", "NO_COLOR": "1"}, False, False, "NO_COLOR goes first there, too"),
    ]
    texts = set()
    for extra, is_terminal, has_colour, reason in rows:
        out = (on_terminal if is_terminal else off_terminal)([*BROKEN, "--quiet"], **extra)[0]
        expect(("\x1b[1;31m" in out) == has_colour, reason, out)
        expect(("\x1b" in out) == has_colour, f"{reason}: no other escape sequence", out)
        texts.add(re.sub(r"[0-9.]+ m?s\.", "", ESCAPE.sub("", out)))
    expect(len(texts) == 1, "the words are the same with colours and without", "\n".join(texts))


def characters():
    for locale in ("C", "POSIX"):
        out = off_terminal(BROKEN, LC_ALL=locale)[0]
        expect(out.isascii() and "x FAIL" in out, f"{locale}: ASCII", out)
    out = off_terminal(BROKEN)[0]
    controls = [c for c in out if unicodedata.category(c) in ("Cc", "Cf") and c != "\n"]
    expect(not controls and "✗ FAIL" in out, "off a terminal: no control characters", out)


def waiting():
    sent, status = on_terminal(SLOW)
    expect(status == 0, "a slow instance", sent)
    told = [line for line in sent.split(ERASE) if line.startswith("waiting")]
    names_it = all("acme.service-now.com" in line or "/api/now/" in line for line in told)
    expect(len(told) >= 5 and names_it, "names what it waits for", sent)
    expect(any(re.search(r"[0-9]+ of [0-9]+ answered; [1-9][0-9]* s of 60 s\)", t) for t in told), "and for how long", sent)
    expect("waiting" not in screen_of(sent), "and takes it back", screen_of(sent))
    sent, _ = on_terminal(SLOW, 40)
    told = [line for line in sent.split(ERASE) if line.startswith("waiting")]
    expect(told and all(len(line) < 40 for line in told), "in one line of a narrow terminal", sent)
    sent, _ = on_terminal([*SLOW, "--quiet"])
    expect("waiting" not in sent and ERASE not in sent, "--quiet does not", sent)
    sent, _ = on_terminal(SLOW, TERM="dumb")
    expect("\r" not in sent and "\x1b" not in sent, "nothing is rewritten on a dumb terminal", sent)
    sent, _ = on_terminal([*SLOW, "--verbose"])
    requests = [line for line in screen_of(sent).split("\n") if re.match(r"\[[0-9]+\] wave", line)]
    expect(len(requests) > 10 and "waiting" not in screen_of(sent), "--verbose: each request has a line of its own", sent)


def waiting_off_a_terminal():
    out, err, status = off_terminal(["demo", "--latency-ms", "20000", "--timeout", "7"])
    lines = [line for line in err.split("\n") if line.startswith("waiting")]
    expect(status == 3 and lines == [lines[0]] and re.match(r"waiting [56] s for acme\.service-now\.com/api/now/table/\S+ "
           r"\(0 of 1 answered; [56] s of 7 s\)$", lines[0]) is not None, "off a terminal: one line, when it is long", err)
    expect("waiting" not in out and "\x1b" not in err, "which is no part of the report", out)
    out, err, status = off_terminal(BROKEN)
    expect("waiting" not in err, "and none when it is short", err)


def interrupted():
    sent, status = on_terminal(["demo", "--latency-ms", "2000"], interrupt_when=b"waiting")
    screen = screen_of(sent)
    expect(status == 130 and screen.endswith("exit 130\n"), "interrupted: the report comes all the same", screen)
    expect("waiting" not in screen, "and nothing stays of progress", screen)


def main():
    for part in (sizes, colours, characters, waiting, waiting_off_a_terminal, interrupted):
        part()
    if failures:
        print(f"terminal.py: {len(failures)} of {expect.n_rows} rows failed")
        return 1
    print(f"terminal.py: {expect.n_rows} rows as wanted")
    return 0


if __name__ == "__main__":
    sys.exit(main())
