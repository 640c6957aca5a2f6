# SPDX-License-Identifier: MIT
"""A person at a terminal of the node itself."""

import os
import pathlib
import signal

from .ssh import ADDRESS

WAITING = "Waiting for your approval ..."
PROGRAM = pathlib.Path(__file__).with_name("line.py")
LINE = "/usr/local/lib/line.py"


def put_line(node):
    """The program LINE is there then. It is written once: another line may be
    about to start it."""
    if not node.exists(LINE):
        node.write(LINE, PROGRAM.read_text(encoding="utf-8"))


def on_terminal(node, command):
    """On a terminal that the node itself has a name for."""
    put_line(node)
    return node.spawn(["/usr/bin/python3", LINE, *command], timeout=8)


def hang_up(terminal):
    """The line is gone, as when a cable is pulled."""
    (line,) = pathlib.Path(f"/proc/{terminal.pid}/task/{terminal.pid}/children").read_text().split()
    os.kill(int(line), signal.SIGKILL)


def wait_for_url(terminal):
    """What was shown until the sign-in goes on by itself, and the address."""
    terminal.expect_exact(WAITING)
    return terminal.before, ADDRESS.search(terminal.before).group(1)
