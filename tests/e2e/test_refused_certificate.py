# SPDX-License-Identifier: MIT
"""What a person is told whose certificate a node has refused, and a key of Dex's that
counts no longer than Dex said."""

import re

import pexpect
import pytest

from rig.day_key import USER
from rig.day_login import (ON, QUIET, Watched, connect, make_certificate, reasons,
                           signed_in_laptop, switch_on)
from rig.person import QuickPerson
from rig.ssh import PROMPT, Ssh
from rig.wait import until

pytestmark = pytest.mark.release

MAX_AGE = 600  # Dex's Cache-Control of its keys
STATUS = "playpen-ssh status || true"


@pytest.fixture
def node(make_node):
    return switch_on(make_node("node-8", 8, changes=ON))


@pytest.fixture
def laptop(dex, make_node):
    return signed_in_laptop(make_node("laptop", 7))


@pytest.fixture
def dial(laptop, node):
    """dial(options, command): carol's ssh from the laptop, on a terminal."""
    made = []

    def start(options, command=STATUS):
        words = laptop.command("ssh", *QUIET[2:], *options, f"alice@{node.address}", command)
        line = laptop.host.command_line(
            ["setpriv", f"--reuid={USER}", "--clear-groups", *words])
        made.append(Ssh(node, "alice", program=line))
        return made[-1]

    yield start
    for connection in made:
        connection.close()


def flawed(laptop):
    return make_certificate(laptop, "-n", "alice", "-V", "-5m:+48h")


def test_the_prompt_says_why_and_so_does_status_on_the_node(laptop, node, dial):
    connection = dial(flawed(laptop))
    screen = connection.wait_for_screen().replace("\r", "")
    sentence = "Your day certificate lasts longer than its sign-in. Run playpen-ssh login."
    assert sentence in screen.split("Sign in to")[0]
    connection.approve()
    connection.enter_until(pexpect.EOF)
    shown, status = connection.result()
    assert status == 0 and f"refused {sentence} (cert-longer)" in shown
    # One whose certificate counts is told nothing, and the next sign-in neither.
    assert "refused" not in connect(laptop, node, STATUS).stdout
    assert "PLAYPEN" not in connect(laptop, node, "env").stdout
    connection = dial(["-F", "none", "-o", "IdentityFile=none"])
    assert "certificate" not in connection.wait_for_screen()


def test_a_plain_key_s_session_is_told_as_well(laptop, node):
    assert connect(laptop, node).returncode == 0
    laptop.run("sh", "-c", "rm -f /tmp/plain*; ssh-keygen -q -t ed25519 -N '' -f /tmp/plain")
    node.write("/home/alice/.ssh/authorized_keys", laptop.out("cat", "/tmp/plain.pub") + "\n")
    node.run("chown -R alice: /home/alice/.ssh; chmod 700 /home/alice/.ssh")
    options = [*flawed(laptop), "-o", "IdentityFile=/tmp/plain"]
    told = laptop.run("ssh", *QUIET, *options, f"alice@{node.address}", STATUS).stdout
    assert "(cert-longer)" in told
    assert not node.out("ls /run/playpen/refusals")
    plain = [*QUIET, "-F", "none", "-o", "IdentityFile=/tmp/plain"]
    assert "refused" not in laptop.run("ssh", *plain, f"alice@{node.address}", STATUS).stdout


def test_a_locked_account_is_not_told_to_a_copy_of_the_certificate(laptop, node, dial):
    assert connect(laptop, node).returncode == 0
    node.run("playpenctl user lock alice; rm -rf /run/playpen/certificates")
    connection = dial([])
    connection.terminal.expect([re.escape(PROMPT), pexpect.EOF])
    assert "certificate" not in connection.terminal.before
    assert "stage=keys" in node.log() and "reason=locked" in node.log()


def test_the_first_login_starts_one_worker_for_both_questions(laptop, node):
    """sshd asks about a certificate, and again when the client has signed."""
    laptop.run("playpen-ssh", "check")
    with Watched(node) as watched:
        assert connect(laptop, node).returncode == 0, node.log()
    assert watched.started.count("playpen-keys") == 2
    first = watched.started.count("playpen-oidc")
    laptop.login(QuickPerson("alice"))
    with Watched(node) as watched:
        assert connect(laptop, node).returncode == 0, node.log()
    # Without cached keys, one fetches them that reads nothing of the certificate.
    assert (first, watched.started.count("playpen-oidc")) == (1, 1)
    node.run("rm -rf /run/playpen/certificates")
    bad = flawed(laptop)
    with Watched(node) as watched:
        laptop.run("ssh", *QUIET, *bad, *bad, f"alice@{node.address}", "true", check=False)
    assert watched.started.count("playpen-oidc") == 1


def later(node, seconds):
    """sshd and what it starts are so much later by the clock of the boot."""
    node.stop_sshd()
    until(lambda: not node.processes("sshd"), "the end of sshd, which has the port")
    node.start_sshd(before=["unshare", "--time", "--boottime", str(seconds)])


def test_a_key_that_dex_removed_is_out_when_dex_said(laptop, node, dex):
    """The certificate is remembered, and Dex has lost the key that signed its token."""
    assert connect(laptop, node).returncode == 0
    dex.restart()
    dex.forget_requests()
    later(node, MAX_AGE - 60)
    assert connect(laptop, node).returncode == 0
    assert not dex.requests()
    later(node, MAX_AGE + 1)
    assert connect(laptop, node).returncode == 255
    assert reasons(node)[-1:] == ["cert-key-gone"], node.log()
    assert 1 <= len(dex.requests("/dex/keys")) <= 2
    laptop.login(QuickPerson("alice"))
    assert connect(laptop, node).returncode == 0, node.log()
