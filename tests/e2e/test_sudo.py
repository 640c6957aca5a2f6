# SPDX-License-Identifier: MIT
"""sudo, gated by a group that Dex gives."""

import pytest

pytestmark = pytest.mark.release

SUDOERS = "Defaults timestamp_timeout=0\n{}"
SHELL = r"[$#] $"

# On a terminal sudo shows the address and goes on by itself.
ADDRESS_LINE = r"Open +(\S+)\r\n"


@pytest.fixture
def signed_in(dex, make_node, ssh):
    """signed_in(name, sudoers, key=value of [service.sudo]): a shell as that person."""

    def open_shell(name, sudoers, **changes):
        node = make_node(changes={"service.sudo": changes} if changes else {})
        node.write("/etc/sudoers.d/playpen", SUDOERS.format(sudoers), 0o440)
        shell = ssh(node, name)
        shell.node = node
        shell.sign_in_to_shell()
        return shell

    return open_shell


def sudo(shell, question=None):
    """What sudo id -un printed; where a question is due, it is answered."""
    shell.terminal.sendline("sudo id -un; echo end-$((40+2))")
    if question:
        shell.terminal.expect(question)
        shell.url = shell.terminal.match.group(1)
        shell.approve()
    shell.terminal.expect_exact("end-42\r\n")
    text = shell.terminal.before
    shell.terminal.expect(SHELL)
    return text


def became_root(text):
    return "root" in text.split("\r\n")


def test_a_member_may(signed_in):
    shell = signed_in("alice", "%platform-admins ALL=(ALL) ALL\n")
    assert became_root(sudo(shell, ADDRESS_LINE))


def test_who_is_not_a_member_may_not(signed_in):
    shell = signed_in("bob", "bob ALL=(ALL) ALL\n")
    text = sudo(shell)
    assert not became_root(text)
    assert "none of the groups" in text


def test_a_member_may_without_a_question_under_nopasswd(signed_in):
    shell = signed_in("alice", "alice ALL=(ALL) NOPASSWD: ALL\n")
    assert became_root(sudo(shell))


def test_who_is_not_a_member_may_not_under_nopasswd_either(signed_in):
    shell = signed_in("bob", "bob ALL=(ALL) NOPASSWD: ALL\n")
    text = sudo(shell)
    assert not became_root(text)
    assert "none of the groups" in text


def test_sudo_n_fails_without_a_question(dex, signed_in):
    shell = signed_in("alice", "alice ALL=(ALL) ALL\n")
    dex.forget_requests()
    text = shell.command("sudo -n id -un")
    assert "a password is required" in text
    assert dex.requests() == []


def test_sudo_without_a_terminal_fails_at_once(signed_in):
    shell = signed_in("alice", "alice ALL=(ALL) ALL\n")
    text = shell.command("setsid -w sudo id -un </dev/null >out 2>&1; cat out")
    assert "root" not in text.split("\n")
    assert "a password is required" in text


def test_sudo_n_asks_nothing_even_after_a_fresh_sign_in(dex, make_node, ssh):
    """sudo -n never calls authenticate, where freshness is looked at."""
    node = make_node(changes={"service.sudo": {"sign_in_max_age": "1h"}})
    node.write("/etc/sudoers.d/playpen", SUDOERS.format("alice ALL=(ALL) ALL\n"), 0o440)
    shell = ssh(node, "alice")
    shell.sign_in_to_shell()
    assert "a password is required" in shell.command("sudo -n id -un")
    assert became_root(sudo(shell))


def test_sudo_in_a_pipe_asks_on_the_terminal(signed_in):
    shell = signed_in("alice", "alice ALL=(ALL) ALL\n")
    shell.terminal.sendline("echo through | sudo sed s/$/-$((6*7))/ | cat")
    shell.terminal.expect(ADDRESS_LINE)
    shell.url = shell.terminal.match.group(1)
    shell.approve()
    shell.terminal.expect_exact("through-42\r\n")


def test_sudo_s_needs_no_answer_from_a_pipe(signed_in):
    """There is nothing to type: text goes out, approval comes by itself."""
    shell = signed_in("alice", "alice ALL=(ALL) ALL\n")
    shell.terminal.sendline("sudo -S id -un </dev/null")
    shell.terminal.expect(ADDRESS_LINE)
    shell.url = shell.terminal.match.group(1)
    shell.approve()
    shell.terminal.expect_exact("\nroot\r")


def test_a_lost_group_is_lost_at_once_with_a_dynamic_group_source(dex, signed_in, ssh):
    rules = "Defaults group_source=dynamic\n%platform-admins ALL=(ALL) NOPASSWD: ALL\n"
    shell = signed_in("alice", rules)
    assert became_root(sudo(shell))
    dex.change_user("alice", groups=["dev"])
    assert ssh(shell.node, "alice", "true").sign_in() == ("", 0)
    assert not became_root(shell.command("sudo -n id -un 2>&1").replace("\n", "\r\n"))


def codes(dex):
    return len(dex.requests("/dex/device/code"))


def test_one_call_makes_one_code_though_nobody_approves(dex, signed_in):
    shell = signed_in("alice", "alice ALL=(ALL) ALL\n", timeout="3")
    dex.forget_requests()
    text = shell.command("sudo id -un")
    assert "not approved in time" in text and "try again" not in text.lower()
    assert codes(dex) == 1
    assert shell.node.log().count("reason=deadline") == 1


def test_one_call_makes_one_code_though_another_person_approves(dex, signed_in):
    shell = signed_in("alice", "alice ALL=(ALL) ALL\n")
    dex.forget_requests()
    shell.terminal.sendline("sudo id -un; echo end-$((40+2))")
    shell.terminal.expect(ADDRESS_LINE)
    shell.url = shell.terminal.match.group(1)
    shell.approve(by="bob")
    shell.terminal.expect_exact("end-42\r\n")
    assert "Another person approved" in shell.terminal.before
    assert codes(dex) == 1


def test_an_askpass_that_answers_at_once_costs_one_code(dex, signed_in):
    shell = signed_in("alice", "alice ALL=(ALL) ALL\n", prompt="enter")
    dex.forget_requests()
    text = shell.command("SUDO_ASKPASS=/bin/true sudo -A id -un")
    assert "root" not in text.split("\n")
    assert codes(dex) == 1


def test_one_call_of_su_makes_one_code(dex, make_node, ssh):
    node = make_node(changes={"service.su": {"timeout": "3"}})
    shell = ssh(node, "alice")
    shell.sign_in_to_shell()
    dex.forget_requests()
    assert "not approved in time" in shell.command("su alice -c 'id -un'")
    assert codes(dex) == 1


def test_sudo_n_with_noninteractive_auth_fails_at_once_unless_fresh(dex, signed_in):
    rules = "Defaults noninteractive_auth\nalice ALL=(ALL) ALL\n"
    shell = signed_in("alice", rules, sign_in_max_age="1h")
    dex.forget_requests()
    assert "root" in shell.command("sudo -n id -un").split("\n")
    shell.node.run("rm /run/playpen/sign-ins/*")
    text = shell.command("sudo -n -u root id -un")
    assert "root" not in text.split("\n") and "Open " not in text
    assert dex.requests() == []
    assert "sudo was called with -n" in shell.node.log()
