# SPDX-License-Identifier: MIT
"""The pictures of docs/pictures, from real runs; docs/pictures/make keeps them.
What they show is looked at here too: the whole text, and a QR code that scans."""

import re

from rig import paths
from rig.console import LINE, WAITING, put_line
from rig.person import QuickPerson
from rig.ssh import ADDRESS, CODE, PROMPT, authorize_key, ssh_line
from rig.terminal import read_qr

PASTE = "Paste the code from the browser:"
QUIET = ["-o", "LogLevel=ERROR"]
SUDOERS = "Defaults lecture=never\n%platform-admins ALL=(ALL) ALL\n"


def take(screen, name, text):
    """The picture; what was to be seen is, and a phone reads the address."""
    address = ADDRESS.search(text).group(1)
    assert CODE.search(text).group(1) in address
    assert read_qr(screen.picture(paths.PICTURES / name)) == address
    return address


def test_ssh(dex, node, terminal):
    screen = terminal(ssh_line(node, "alice", options=QUIET))
    take(screen, "ssh.png", screen.wait_for(PROMPT))


def test_console(dex, node, terminal):
    put_line(node)
    login = "stty iutf8; exec agetty --noclear --noissue - linux"
    screen = terminal(
        node.command_line(["/usr/bin/python3", LINE, "sh", "-c", login])
    )
    screen.wait_for("node-7 login:")
    screen.type("alice")
    screen.press("Enter")
    address = take(screen, "console.png", screen.wait_for(WAITING))
    QuickPerson("alice").approve(address)
    screen.wait_for("alice@node-7:~$")


def test_sudo(dex, node, ssh, terminal):
    node.write("/etc/sudoers.d/playpen", SUDOERS, 0o440)
    assert ssh(node, "alice", "true").sign_in() == ("", 0)
    options = authorize_key(node, "alice", "/home/alice")
    screen = terminal(ssh_line(node, "alice", options=[*QUIET, *options]))
    screen.wait_for("alice@node-7:~$")
    for line in ("clear", "sudo id -un"):
        screen.type(line)
        screen.press("Enter")
    address = take(screen, "sudo.png", screen.wait_for(WAITING))
    QuickPerson("alice").approve(address)
    screen.wait_for("\nroot\n")


def test_paste_back(dex, make_node, terminal):
    node = make_node(changes={"client": {"flow": "code"}})
    screen = terminal(ssh_line(node, "alice", options=QUIET))
    text = screen.wait_for(PASTE)
    address = re.search(r"Open +(.*?)\n(?=Paste)", text, re.DOTALL).group(1)
    code = QuickPerson("alice").fetch_code(address.replace("\n", ""))
    screen.type(code)
    screen.wait_for(code)
    screen.picture(paths.PICTURES / "paste-back.png")
    screen.press("Enter")
    screen.wait_for("alice@node-7:~$")
