# SPDX-License-Identifier: MIT
"""A console login on a virtual terminal of the kernel's own."""

import re

import pytest

from rig.console import WAITING
from rig.person import QuickPerson
from rig.ssh import ADDRESS
from rig.vt import VirtualTerminal, free_number

pytestmark = pytest.mark.release

HALF_BLOCKS = re.compile("[\u2580\u2584\u2588]")


@pytest.fixture
def screen(node):
    number = free_number()
    if number is None:
        pytest.skip("there is no free virtual terminal to be typed on here")
    terminal = VirtualTerminal(node, number)
    yield terminal
    node.stop()
    terminal.close()


def test_login_on_a_virtual_terminal(dex, node, screen):
    node.popen(["setsid", "agetty", "--noclear", screen.name, "linux"])
    screen.wait_for("login:")
    screen.type("alice\n")
    text = screen.wait_for(WAITING)
    address = ADDRESS.search(text).group(1)
    assert "Code " in text
    can_draw = screen.font_has("\u2580\u2584") and screen.size() >= (24, 80)
    assert bool(HALF_BLOCKS.search(text)) == can_draw
    QuickPerson("alice").approve(address)
    screen.wait_for("alice@node-7:~$")
    screen.type("tty; id -un\n")
    screen.wait_for(f"/dev/{screen.name}\nalice\n")
    screen.type("exit\n")
