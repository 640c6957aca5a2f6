# SPDX-License-Identifier: MIT
"""A person at a terminal of the node itself."""

import shlex

from .ssh import ADDRESS

WAITING = "Waiting for your approval ..."


def on_terminal(node, command):
    """On a terminal that the node itself has a name for."""
    line = ["script", "-qec", shlex.join(command), "/dev/null"]
    return node.spawn(line, timeout=8)


def wait_for_url(terminal):
    """What was shown until the sign-in goes on by itself, and the address."""
    terminal.expect_exact(WAITING)
    return terminal.before, ADDRESS.search(terminal.before).group(1)
