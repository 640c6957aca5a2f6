# SPDX-License-Identifier: MIT
"""A line with a terminal at its end: line.py COMMAND [ARGUMENT]...

Runs the command as getty would be, in a session of its own on a new terminal,
and passes bytes on until it ends. Where login(1) hangs the line up first
(vhangup(2), util-linux), it is open again a moment later: script(1) and the like
believe that all is over. When this ends, the line is hung up.
"""

import errno
import fcntl
import os
import pty
import select
import struct
import sys
import termios
import time
import tty


def start(command):
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    pid = os.fork()
    if pid == 0:
        os.close(master)
        os.login_tty(slave)
        os.execvp(command[0], command)
    os.close(slave)
    return pid, master


def read(fd):
    """What is there; nothing while the line is hung up."""
    try:
        return os.read(fd, 4096)
    except OSError as error:
        if error.errno != errno.EIO:
            raise
        time.sleep(0.01)
        return b""


def status_of(pid):
    done, status = os.waitpid(pid, os.WNOHANG)
    return os.waitstatus_to_exitcode(status) % 256 if done else None


def carry(pid, master):
    status = None
    while status is None:
        status = status_of(pid)
        ready = select.select([0, master], [], [], 0.05)[0]
        if master in ready:
            os.write(1, read(master))
        if 0 in ready:
            typed = os.read(0, 4096)
            if not typed:
                return 1
            os.write(master, typed)
    while select.select([master], [], [], 0)[0]:
        rest = read(master)
        if not rest:
            break
        os.write(1, rest)
    return status


if os.isatty(0):
    tty.setraw(0)
sys.exit(carry(*start(sys.argv[1:])))
