# SPDX-License-Identifier: MIT
"""The pictures of docs/pictures, from real runs; docs/pictures/make keeps them.
What they show is looked at here too: the whole text, and a QR code that scans."""

import re

from PIL import Image

from rig import paths
from rig.console import LINE, WAITING, put_line
from rig.day_key import HOME, USER, Machine
from rig.day_login import ON, make_certificate, signed_in_laptop, switch_on
from rig.person import BrowserPerson, QuickPerson
from rig.ssh import ADDRESS, CODE, PROMPT, authorize_key, ssh_line
from rig.terminal import read_qr

PASTE = "Paste the code from the browser:"
QUIET = ["-o", "LogLevel=ERROR"]
QUIET_HOST = ["-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null"]
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


def test_the_day_s_sign_in(dex, make_node, terminal, browser):
    """playpen-ssh on a person's machine, and the page that the browser ends with."""
    machine = Machine(make_node("laptop", 7))
    words = machine.command("PS1=carol@laptop:~$ ", "DISPLAY=:9", "TERM=xterm-256color",
                            "sh", "-c", f"cd {HOME}; exec sh -i")
    screen = terminal(machine.host.command_line(
        ["setpriv", f"--reuid={USER}", "--clear-groups", *words]))
    screen.wait_for("carol@laptop:~$")
    screen.type("playpen-ssh login")
    screen.press("Enter")
    assert "Sign-in received" in BrowserPerson(browser, "alice").sign_in(machine.address())
    page = paths.PICTURES / "playpen-ssh-page.png"
    browser.picture(page)
    Image.open(page).crop((0, 0, 900, 280)).save(page, optimize=True)  # below it is white
    screen.wait_for("Signed in as alice until")
    screen.type("playpen-ssh status")
    screen.press("Enter")
    text = screen.wait_for("(in memory)")
    screen.picture(paths.PICTURES / "playpen-ssh.png")
    assert re.search(r"^name +alice$", text, re.M) and re.search(r"^left +1[12] h", text, re.M)


def test_a_refused_certificate(dex, make_node, terminal):
    """The sentence stands above the QR code, and all of it is on the screen."""
    node = switch_on(make_node("node-8", 8, changes=ON))
    laptop = signed_in_laptop(make_node("laptop", 7))
    options = make_certificate(laptop, "-n", "alice", "-V", "-10m:+48h")
    words = laptop.command("ssh", *QUIET_HOST, *QUIET, *options, f"alice@{node.address}")
    screen = terminal(laptop.host.command_line(
        ["setpriv", f"--reuid={USER}", "--clear-groups", *words]))
    text = screen.wait_for(PROMPT)
    assert "Your day certificate lasts longer than its sign-in." in text
    take(screen, "refused-certificate.png", text)
