# SPDX-License-Identifier: MIT
"""How long a sign-in counts for sudo, and for whom."""

import pytest

from rig.ssh import authorize_key

SUDOERS = "Defaults timestamp_timeout=0\nalice ALL=(ALL) ALL\n"
ASKS = "Waiting for your approval ..."
SHELL = r"[$#] $"


@pytest.fixture
def fresh_node(dex, make_node):
    node = make_node(changes={"service.sudo": {"max_age": "1h"}})
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


def test_a_fresh_sign_in_asks_nothing_and_nobody(dex, fresh_node, ssh):
    shell = ssh(fresh_node, "alice")
    shell.sign_in_to_shell()
    dex.forget_requests()
    assert not asks(shell)
    assert dex.requests() == []
    assert "notes=fresh" in fresh_node.log()
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
