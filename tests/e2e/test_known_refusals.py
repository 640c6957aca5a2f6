# SPDX-License-Identifier: MIT
"""What is known to fail is refused before anybody approves anything."""

import re

import pytest
from pexpect import EOF

from rig.console import on_terminal, wait_for_url
from rig.person import QuickPerson
from rig.ssh import PROMPT
from test_keys import OLD, sql
from test_ways_round import decisions

pytestmark = pytest.mark.release

RULES = "/etc/ssh/sshd_config.d/50-who.conf"
CODES = "/dex/device/code"
ALICE = re.compile(r"You cannot sign in here as alice\. Ask your administrator \((\w{8})\)\.")


def with_rule(make_node, rule, **changes):
    node = make_node(changes=changes)
    node.stop_sshd()
    node.write(RULES, rule + "\n")
    return node.start_sshd()


def assert_refused(dex, node, ssh, reason, bound=False):
    """alice reads one sentence, the log has the reason, and no code was made."""
    dex.forget_requests()
    connection = ssh(node, "alice", "true")
    text, status = connection.result()
    assert status == 255 and PROMPT not in text
    said = ALICE.search(text)
    assert said and reason not in text, text
    decision = decisions(node)[-1]
    assert (decision["reason"], decision["ref"]) == (reason, said.group(1))
    assert dex.requests(CODES) == []
    assert ("alice" in node.out("playpenctl user list")) == bound


def refusal_at(console):
    console.expect(EOF)
    text = console.before
    console.close(force=True)
    assert "Open" not in text
    return text


@pytest.mark.parametrize("rule, undone", [
    ("DenyUsers alice", "DenyUsers bob"),
    ("AllowUsers bob", "AllowUsers bob alice"),
    ("AllowGroups root", "AllowGroups root playpen-users"),
    ("DenyGroups playpen-users", "DenyGroups root"),
])
def test_whom_sshd_has_refused_approves_nothing(dex, make_node, ssh, rule, undone):
    node = with_rule(make_node, rule)
    assert_refused(dex, node, ssh, "refused-by-sshd")
    node.stop_sshd()
    node.write(RULES, undone + "\n")
    node.start_sshd()
    assert ssh(node, "alice", "true").sign_in() == ("", 0)


def test_a_shell_that_is_not_there_is_refused_by_sshd(dex, make_node, ssh):
    node = make_node(changes={"identity": {"shell": "/bin/none"}})
    assert_refused(dex, node, ssh, "refused-by-sshd")
    node.configure()
    assert ssh(node, "alice", "true").sign_in() == ("", 0)


def test_a_user_may_be_named_unknown(dex, make_node, ssh):
    """The title says the same of the name and of whom sshd has refused. What is
    typed at the prompt tells the two apart."""
    dex.change_user("alice", preferredUsername="unknown")
    node = make_node()
    assert ssh(node, "unknown", "id", "-un").sign_in(by="alice") == ("unknown", 0)
    node.stop_sshd()
    node.write(RULES, "DenyUsers unknown\n")
    node.start_sshd()
    connection = ssh(node, "unknown", "true")
    connection.wait_for_screen()
    connection.terminal.sendline("done")
    text, status = connection.result()
    assert status == 255 and "You cannot sign in here as unknown." in text
    assert decisions(node)[-1]["reason"] == "refused-by-sshd"


def test_words_before_enter_are_no_junk(dex, node, ssh):
    connection = ssh(node, "alice", "true")
    connection.wait_for_screen()
    connection.approve()
    connection.terminal.sendline("done")
    connection.enter_until(EOF)
    assert connection.result()[1] == 0


def test_who_is_locked_approves_nothing(dex, node, ssh):
    node.run("playpenctl user lock alice")
    assert_refused(dex, node, ssh, "locked", bound=True)
    node.run("playpenctl user unlock alice")
    assert ssh(node, "alice", "true").sign_in() == ("", 0)
    node.run("playpenctl user lock alice")
    assert_refused(dex, node, ssh, "locked", bound=True)
    node.run("playpenctl user unlock alice")
    assert ssh(node, "alice", "true").sign_in() == ("", 0)


def test_whose_account_is_closed_approves_nothing(dex, node, ssh):
    """sshd does not know the name then, so it asks for a password, which is not
    used, and leaves PAM to refuse."""
    assert ssh(node, "alice", "true").sign_in() == ("", 0)
    node.run("playpenctl user close alice")
    dex.forget_requests()
    connection = ssh(node, "alice", "true", options=["-o", "NumberOfPasswordPrompts=1"])
    connection.terminal.expect_exact("password: ")
    connection.terminal.sendline("a password of something else")
    text, status = connection.result()
    assert status == 255 and "a password of" not in node.log()
    assert decisions(node)[-1]["reason"] == "account-closed"
    assert dex.requests(CODES) == []
    node.run("playpenctl user reopen alice")
    assert ssh(node, "alice", "true").sign_in() == ("", 0)


def test_a_subject_that_is_locked_reads_why_after_it_has_signed_in(dex, node, ssh):
    """Before, nobody knows who comes."""
    assert ssh(node, "bob", "true").sign_in() == ("", 0)
    assert ssh(node, "alice", "true").sign_in() == ("", 0)
    subject = decisions(node)[-1]["sub"]
    node.run("playpenctl user unbind alice")
    node.run(["playpenctl", "user", "lock", "--subject", subject])
    connection = ssh(node, "alice", "true")
    connection.wait_for_screen()
    connection.approve()
    connection.enter_until(EOF)
    text, status = connection.result()
    assert status == 255 and "The account alice is locked on this node" in text


def test_a_name_with_leftovers_approves_nothing(dex, node, ssh):
    node.run("mkdir -p /home/alice; chown 4711:4711 /home/alice")
    assert_refused(dex, node, ssh, "leftovers")
    node.run("chown root: /home/alice")
    assert ssh(node, "alice", "true").sign_in() == ("", 0)


def test_a_name_that_became_local_approves_nothing(dex, node, ssh):
    """A group of the name is enough; NSS finds the person's account first."""
    assert ssh(node, "alice", "true").sign_in() == ("", 0)
    node.run("echo alice:x:4711: >>/etc/group")
    assert_refused(dex, node, ssh, "name-local", bound=True)
    node.run("sed -i /^alice:/d /etc/group")
    assert ssh(node, "alice", "true").sign_in() == ("", 0)


SUDOERS = "Defaults timestamp_timeout=0\nalice ALL=(ALL) ALL\nbob ALL=(ALL) ALL\n"


@pytest.fixture
def both(dex, node, ssh):
    """A node on which alice and bob have signed in. bob may not use sudo."""
    node.write("/etc/sudoers.d/playpen", SUDOERS, 0o440)
    for name in "alice", "bob":
        assert ssh(node, name, "true").sign_in() == ("", 0)
    dex.forget_requests()
    return node


def as_user(node, name, *command):
    return on_terminal(node, ["setpriv", f"--reuid={name}", "--clear-groups", *command])


def approved(console, name):
    QuickPerson(name).approve(wait_for_url(console)[1])
    console.expect(EOF)
    text = console.before
    console.close(force=True)
    return text


def test_sudo_tells_who_is_in_no_group_of_it_without_a_browser(dex, both):
    assert "none of the groups that sudo requires" in refusal_at(
        as_user(both, "bob", "sudo", "id", "-un"))
    assert decisions(both)[-1]["reason"] == "group-missing"
    assert dex.requests(CODES) == []
    assert "root" in approved(as_user(both, "alice", "sudo", "id", "-un"), "alice")


def test_sudo_asks_who_was_not_asked_about_for_long(dex, both):
    """What is not known any more closes no gate."""
    sql(both, OLD)
    dex.change_user("bob", groups=["platform-admins"])
    assert "root" in approved(as_user(both, "bob", "sudo", "id", "-un"), "bob")


def test_sudo_asks_the_provider_before_it_refuses_if_groups_are_refreshed(dex, make_node, ssh):
    refresh = {"refresh_groups": "yes", "refresh_groups_after": "0"}
    node = make_node(changes={"groups": refresh})
    node.write("/etc/sudoers.d/playpen", SUDOERS, 0o440)
    assert ssh(node, "bob", "true").sign_in() == ("", 0)
    dex.forget_requests()
    assert "none of the groups" in refusal_at(as_user(node, "bob", "sudo", "id"))
    assert dex.requests(CODES) == []
    dex.change_user("bob", groups=["dev", "platform-admins"])
    assert "root" in approved(as_user(node, "bob", "sudo", "id", "-un"), "bob")


def test_sudo_and_su_tell_who_is_locked_without_a_browser(dex, both):
    both.run("playpenctl user lock alice")
    text = refusal_at(as_user(both, "alice", "sudo", "id"))
    assert "The account alice is locked on this node" in text
    text = refusal_at(as_user(both, "alice", "su", "alice", "-c", "id"))
    assert "The account alice is locked on this node" in text
    # Whoever else tries the name has not shown who they are.
    assert ALICE.search(refusal_at(as_user(both, "bob", "su", "alice", "-c", "id")))
    assert decisions(both)[-1]["reason"] == "locked"
    assert dex.requests(CODES) == []
    both.run("playpenctl user unlock alice")
    text = approved(as_user(both, "bob", "su", "alice", "-c", "id -un"), "alice")
    assert "alice" in text.split()


@pytest.mark.parametrize("gate", [{"require_groups": "platform-admins"}, {"deny_groups": "dev"}])
def test_su_goes_by_the_gates_on_record(dex, both, gate):
    both.configure({"service.su": gate})
    assert "You cannot sign in here as bob." in refusal_at(
        as_user(both, "alice", "su", "bob", "-c", "id"))
    assert decisions(both)[-1]["reason"].startswith("group-")
    assert dex.requests(CODES) == []
