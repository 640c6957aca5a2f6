# SPDX-License-Identifier: MIT
"""sudo, gated by a group that Dex gives."""

import pytest

SUDOERS = "Defaults timestamp_timeout=0\n{}"


@pytest.fixture
def signed_in(dex, make_node, ssh):
    """signed_in(name, sudoers): a shell as that person."""

    def open_shell(name, sudoers):
        node = make_node()
        node.write("/etc/sudoers.d/playpen", SUDOERS.format(sudoers), 0o440)
        shell = ssh(node, name)
        shell.sign_in_to_shell()
        return shell

    return open_shell


def sudo(shell, *options):
    """sudo id -un, signing in when it asks: what it printed at the end."""
    shell.terminal.sendline(" ".join(["sudo", *options, "id -un; echo end-$((40+2))"]))
    if shell.terminal.expect([r"Press Enter when done: ?", "end-42\r\n"]) == 0:
        raise AssertionError("sudo waits for Enter on a terminal")
    text = shell.terminal.before
    shell.terminal.expect(r"[$#] $")
    return text


def sudo_with_sign_in(shell):
    """On a terminal sudo shows the address and goes on by itself."""
    shell.terminal.sendline("sudo id -un; echo end-$((40+2))")
    shell.terminal.expect(r"Open +(\S+)\r\n")
    shell.url = shell.terminal.match.group(1)
    shell.approve()
    shell.terminal.expect_exact("end-42\r\n")
    return shell.terminal.before


def test_a_member_may(signed_in):
    shell = signed_in("alice", "%platform-admins ALL=(ALL) ALL\n")
    assert "\nroot\r\n" in sudo_with_sign_in(shell)


def test_who_is_not_a_member_may_not(signed_in):
    shell = signed_in("bob", "bob ALL=(ALL) ALL\n")
    text = sudo_with_sign_in(shell)
    assert "root\r\n" not in text
    assert "none of the groups" in text


def test_a_member_may_without_a_question_under_nopasswd(signed_in):
    shell = signed_in("alice", "alice ALL=(ALL) NOPASSWD: ALL\n")
    assert sudo(shell).endswith("root\r\n")


def test_who_is_not_a_member_may_not_under_nopasswd_either(signed_in):
    shell = signed_in("bob", "bob ALL=(ALL) NOPASSWD: ALL\n")
    text = sudo(shell)
    assert "root\r\n" not in text
    assert "none of the groups" in text
