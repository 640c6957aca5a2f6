# SPDX-License-Identifier: MIT
"""How long a sign-in counts for sudo, and for whom."""

import time

import pytest

from rig.console import on_terminal
from rig.ssh import authorize_key
from rig.wait import until

pytestmark = pytest.mark.release

SUDOERS = "Defaults timestamp_timeout=0\nalice ALL=(ALL) ALL\n"
ASKS = "Waiting for your approval ..."
ADDRESS_LINE = r"Open +(\S+)\r\n"
SHELL = r"[$#] $"


@pytest.fixture
def fresh_node(dex, make_node):
    node = make_node(changes={"service.sudo": {"sign_in_max_age": "1h"}})
    node.write("/etc/sudoers.d/playpen", SUDOERS, 0o440)
    return node


def asks(shell, command="sudo id -un"):
    """Whether it asks; Ctrl-C takes the question away."""
    shell.terminal.sendline(command)
    asked = shell.terminal.expect_exact([ASKS, "\nroot\r"]) == 0
    if asked:
        shell.terminal.sendintr()
    shell.terminal.expect(SHELL)
    return asked


def sign_in_at_sudo(shell):
    shell.terminal.sendline("sudo id -un")
    shell.terminal.expect(ADDRESS_LINE)
    shell.url = shell.terminal.match.group(1)
    shell.approve()
    shell.terminal.expect_exact("\nroot\r")
    shell.terminal.expect(SHELL)


def test_a_fresh_sign_in_asks_nothing_and_nobody(dex, fresh_node, ssh):
    shell = ssh(fresh_node, "alice")
    shell.sign_in_to_shell()
    dex.forget_requests()
    assert not asks(shell)
    assert dex.requests() == []
    assert "notes=timestamp" in fresh_node.log()
    fresh_node.run("mount --bind /dev/null /usr/libexec/playpen/playpen-oidc")
    assert not asks(shell), "without a worker to start"


def test_another_session_of_the_same_person_is_asked(dex, fresh_node, ssh):
    first = ssh(fresh_node, "alice")
    first.sign_in_to_shell()
    options = authorize_key(fresh_node, "alice", "/home/alice")
    second = ssh(fresh_node, "alice", options=options)
    second.terminal.expect(SHELL)
    assert asks(second)
    assert not asks(first), "sudo's end in another session changes nothing"


def test_sudo_to_oneself_does_not_end_it(dex, fresh_node, ssh):
    shell = ssh(fresh_node, "alice")
    shell.sign_in_to_shell()
    shell.command("sudo -u alice true")
    assert not asks(shell)


def test_sudo_l_and_sudo_k_ask_nothing_after_a_fresh_sign_in(dex, fresh_node, ssh):
    shell = ssh(fresh_node, "alice")
    shell.sign_in_to_shell()
    dex.forget_requests()
    assert "(ALL) ALL" in shell.command("sudo -l")
    shell.command("sudo -k")
    assert not asks(shell), "sudo -k ends sudo's own time stamp alone"
    assert dex.requests() == []


def test_sudo_i_counts_it_as_well(dex, fresh_node, ssh):
    shell = ssh(fresh_node, "alice")
    shell.sign_in_to_shell()
    assert not asks(shell, "sudo -i id -un")


def test_an_old_one_asks_again_and_then_counts(dex, make_node, ssh):
    node = make_node(changes={"service.sudo": {"sign_in_max_age": "20"}})
    node.write("/etc/sudoers.d/playpen", SUDOERS, 0o440)
    shell = ssh(node, "alice")
    shell.sign_in_to_shell()
    grow_old(node)
    sign_in_at_sudo(shell)
    assert not asks(shell), "the new one counts"
    grow_old(node)
    assert asks(shell)
    assert asks(shell, "sudo -l")


def grow_old(node):
    """A minute passes for what is on record, and for nothing else."""
    node.run(
        "for file in /run/playpen/sign-ins/*; do"
        " awk '{$3 -= 60000; print}' $file >/run/older; cat /run/older >$file; done"
    )


def test_control_c_ends_an_old_one_s_question_at_once(dex, fresh_node, ssh):
    shell = ssh(fresh_node, "alice")
    shell.sign_in_to_shell()
    fresh_node.run("rm /run/playpen/sign-ins/*")
    shell.terminal.sendline("sudo id -un; echo sudo-$((6*7))")
    shell.terminal.expect_exact(ASKS)
    began = time.monotonic()
    shell.terminal.sendintr()
    shell.terminal.expect(SHELL)
    assert time.monotonic() - began < 1
    until(lambda: not fresh_node.processes("playpen-oidc"), "the worker's end", 1)
    assert "reason=cancelled" in fresh_node.log()


def test_somebody_else_s_session_counts_for_nothing(dex, fresh_node, ssh):
    """bob becomes alice in his own session: hers, elsewhere, is no use to him."""
    alice = ssh(fresh_node, "alice")
    alice.sign_in_to_shell()
    bob = ssh(fresh_node, "bob")
    bob.sign_in_to_shell()
    bob.terminal.sendline("su alice")
    bob.terminal.expect(ADDRESS_LINE)
    bob.url = bob.terminal.match.group(1)
    bob.approve(by="alice")
    bob.terminal.expect(SHELL)
    assert asks(bob, "sudo id -un"), "nor does a sign-in at su count"
    assert not asks(alice)


def test_root_s_su_to_alice_counts_for_nothing(dex, fresh_node, ssh):
    alice = ssh(fresh_node, "alice")
    alice.sign_in_to_shell()
    assert not asks(alice)
    root = on_terminal(fresh_node, ["su", "alice"])
    root.expect(SHELL)
    root.sendline("sudo id -un")
    assert root.expect_exact([ASKS, "\nroot\r"]) == 0
    root.close(force=True)


def test_a_clock_that_is_set_back_makes_nothing_fresh(dex, fresh_node, ssh):
    """A record from the future, as a clock set back would leave it."""
    shell = ssh(fresh_node, "alice")
    shell.sign_in_to_shell()
    fresh_node.run(
        "for file in /run/playpen/sign-ins/*; do"
        " awk '{$3 += 3600000; print}' $file >/run/later; cat /run/later >$file; done"
    )
    assert asks(shell)


# A process that its session's leader has left behind, without a terminal.
ORPHAN = "setsid sh -c '(sleep 1; sudo -S id -un </dev/null >~/orphan 2>&1; echo >~/done) &'"


def test_without_logind_and_audit_a_sign_in_at_sudo_counts(dex, fresh_node, ssh):
    """The session is its leader then, and without one it has no name: a sign-in
    elsewhere never counts there."""
    fresh_node.run("sed -i /pam_loginuid/d /etc/pam.d/sshd")
    shell = ssh(fresh_node, "alice")
    shell.sign_in_to_shell()
    sign_in_at_sudo(shell)
    assert "leader-" in fresh_node.out("ls /run/playpen/sign-ins")
    assert "root" in shell.command("sudo -S id -un </dev/null").split("\n")
    shell.command(ORPHAN)
    until(lambda: fresh_node.exists("/home/alice/done"), "the orphan's end")
    assert "root" not in fresh_node.read("/home/alice/orphan").split("\n")


def test_another_boot_ends_it(dex, fresh_node, ssh):
    shell = ssh(fresh_node, "alice")
    shell.sign_in_to_shell()
    assert not asks(shell)
    fresh_node.write("/run/other-boot", "00000000-0000-4000-8000-000000000000\n")
    fresh_node.run(
        "mount --bind /run/other-boot /proc/sys/kernel/random/boot_id"
    )
    assert asks(shell)


def test_logging_out_ends_it(dex, fresh_node, ssh):
    shell = ssh(fresh_node, "alice")
    shell.sign_in_to_shell()
    assert fresh_node.out("ls /run/playpen/sign-ins") != ""
    shell.terminal.sendline("exit")
    shell.result()
    assert fresh_node.out("ls /run/playpen/sign-ins") == ""
