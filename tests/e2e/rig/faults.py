# SPDX-License-Identifier: MIT
"""Something happens to the Nth playpen-policy of a node, at a given system call
of its or before its first one."""

import pathlib

from .wait import until

PROGRAM = pathlib.Path(__file__).with_name("meter.py")
METER = "/usr/local/lib/meter.py"
LOG = "/var/log/meter"
POLICIES = "/usr/libexec/playpen/playpen-policy /usr/lib/*/playpen/playpen-policy"
REAL = "/usr/local/lib/playpen-real/playpen-policy"
PLACE = "/var/lib/playpen-faults"
# Each takes the next free number, and follows the lines that wait there for it.
# strace does not come between the module and its child (-D).
WRAPPER = f"""#!/bin/sh
PATH=/usr/bin:/bin
i=1
while ! mkdir {PLACE}/$i 2>/dev/null; do i=$((i + 1)); done
[ ! -e {PLACE}/$i.do ] || . {PLACE}/$i.do
exec {REAL}
"""
KILL_POLICY = "kill -KILL $$"
KILL_HOST = "kill -KILL $PPID; sleep 5"


def inject(call, number, what="signal=KILL"):
    """At that call for the Nth time, before it is carried out."""
    return (f"exec strace -D -o /dev/null -e trace={call} "
            f"-e inject={call}:{what}:when={number} {REAL}")


def replace_policy(node, program):
    """The text of a program in playpen-policy's place; the real one is REAL."""
    policy = node.out(f"ls {POLICIES} 2>/dev/null | head -1")
    node.run(f"mkdir -p {REAL.rpartition('/')[0]}; mv {policy} {REAL}")
    node.write(policy, program, 0o755)


class Meter:
    """What each playpen-policy of a node used, its worker with it."""

    def __init__(self, node):
        self._node = node
        node.write(METER, PROGRAM.read_text(encoding="utf-8"), 0o644)
        replace_policy(node, f"#!/bin/sh\nexec /usr/bin/python3 {METER} {REAL} {LOG}\n")

    def read(self, count):
        """(milliseconds, KiB) of each so far; waits until there are so many."""
        until(lambda: len(self._lines()) >= count, f"{count} policies' end")
        lines = self._lines()
        self._node.run(["rm", LOG])
        return [tuple(map(float, line.split())) for line in lines]

    def _lines(self):
        return self._node.run(["cat", LOG], check=False).stdout.splitlines()


class Faults:
    def __init__(self, node):
        self._node = node
        node.run(f"mkdir {PLACE}")
        replace_policy(node, WRAPPER)

    def plan(self, *lines):
        """What the next ones do, one line each; an empty line is no fault."""
        self._node.run(f"rm -rf {PLACE}; mkdir {PLACE}")
        for number, line in enumerate(lines, 1):
            if line:
                self._node.write(f"{PLACE}/{number}.do", line + "\n")
