# SPDX-License-Identifier: MIT
"""The other sudo, by its own name beside the first one."""

import time

import pytest

from rig import paths
from rig.wait import until

pytestmark = [
    pytest.mark.release,
    pytest.mark.skipif(not paths.nodes_have("sudo-rs"), reason="there is no sudo-rs on nodes"),
]

SUDOERS = "Defaults timestamp_timeout=0\n%platform-admins ALL=(ALL) ALL\nbob ALL=(ALL) ALL\n"
ASKS = "Waiting for your approval ..."
ADDRESS_LINE = r"Open +(\S+)\r\n"
SHELL = r"[$#] $"


@pytest.fixture
def signed_in(dex, make_node, ssh):
    """signed_in(name, key=value of [service.sudo]): a shell as that person."""

    def open_shell(name, **changes):
        node = make_node(changes={"service.sudo": changes})
        node.write("/etc/sudoers.d/playpen", SUDOERS, 0o440)
        shell = ssh(node, name)
        shell.node = node
        shell.sign_in_to_shell()
        dex.forget_requests()
        return shell

    return open_shell


def approve(shell):
    shell.terminal.expect(ADDRESS_LINE)
    shell.url = shell.terminal.match.group(1)
    text = shell.terminal.before
    shell.approve()
    return text


def test_a_member_may_after_a_sign_in(signed_in):
    shell = signed_in("alice")
    shell.terminal.sendline("sudo-rs id -un")
    text = approve(shell)
    shell.terminal.expect_exact("\nroot\r")
    heading = [line for line in text.split("\r\n") if "Sign in to Playpen" in line]
    assert heading == ["Sign in to Playpen as alice on node-7"], "a line of its own"


def test_who_is_not_a_member_may_not(signed_in):
    shell = signed_in("bob")
    shell.terminal.sendline("sudo-rs id -un; echo end-$((40+2))")
    shell.terminal.expect_exact("end-42\r\n")
    assert "\r\nroot\r\n" not in shell.terminal.before
    until(lambda: "reason=group-missing" in shell.node.log(), "the refusal")


def test_a_fresh_sign_in_counts_and_an_old_one_asks(dex, signed_in):
    shell = signed_in("alice", sign_in_max_age="1h")
    assert "root" in shell.command("sudo-rs id -un").split("\n")
    assert "(ALL" in shell.command("sudo-rs -l")
    shell.command("sudo-rs -k")
    assert "root" in shell.command("sudo-rs id -un").split("\n")
    assert dex.requests() == []
    shell.node.run("rm /run/playpen/sign-ins/*")
    shell.terminal.sendline("sudo-rs id -un")
    approve(shell)
    shell.terminal.expect_exact("\nroot\r")


def test_n_asks_nothing_after_a_fresh_sign_in(dex, signed_in):
    """Unlike sudo, it calls authenticate under -n too."""
    shell = signed_in("alice", sign_in_max_age="1h")
    assert "root" in shell.command("sudo-rs -n id -un").split("\n")
    assert dex.requests() == []


def test_n_fails_at_once_without_a_fresh_sign_in(dex, signed_in):
    shell = signed_in("alice")
    text = shell.command("sudo-rs -n id -un")
    assert "root" not in text.split("\n")
    until(lambda: "reason=conversation-failed" in shell.node.log(), "the refusal")
    assert dex.requests() == []


def test_one_call_makes_one_code_though_nobody_approves(dex, signed_in):
    shell = signed_in("alice", timeout="3")
    assert "not approved in time" in shell.command("sudo-rs id -un")
    assert len(dex.requests("/dex/device/code")) == 1


def test_control_c_ends_it_at_once(signed_in):
    shell = signed_in("alice")
    shell.terminal.sendline("sudo-rs id -un; echo sudo-$((6*7))")
    shell.terminal.expect_exact(ASKS)
    began = time.monotonic()
    shell.terminal.sendintr()
    shell.terminal.expect(SHELL)
    assert time.monotonic() - began < 1
    until(lambda: not shell.node.processes("playpen-policy"), "the helpers' end", 1)
