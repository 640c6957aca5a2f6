# SPDX-License-Identifier: MIT
"""meter.py PROGRAM LOG: runs the program in its own place and adds a line: the
milliseconds of CPU that it and what it waited for have used, and the most KiB of
memory that one of them had."""

import os
import resource
import sys

SOCKET = 3
program, log = sys.argv[1:]
os.set_inheritable(SOCKET, True)
child = os.posix_spawn(program, [program], {})
_, status = os.waitpid(child, 0)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
with open(log, "a", encoding="ascii") as lines:
    lines.write(f"{(used.ru_utime + used.ru_stime) * 1000:.3f} {used.ru_maxrss}\n")
sys.exit(os.waitstatus_to_exitcode(status) & 255)
