# SPDX-License-Identifier: MIT
"""Groups by which sshd and sudo decide before the sign-in that changes them."""

import pytest
from pexpect import EOF

from rig.day_login import ON, connect, signed_in_laptop, switch_on
from rig.ssh import authorize_key
from test_keys import OLD, sql, with_key
from test_sudo import ADDRESS_LINE, became_root, sudo
from test_ways_round import decisions

pytestmark = pytest.mark.release

RULES = "/etc/ssh/sshd_config.d/50-groups.conf"
FORCED = "\n\tForceCommand echo forced\nMatch all\n"
AGAIN = "Your groups have changed. Connect again."
SUDOERS = "Defaults timestamp_timeout=0\n{}"


def with_rules(make_node, rules, **changes):
    node = make_node(changes=changes)
    node.stop_sshd()
    node.write(RULES, rules)
    return node.start_sshd()


def sign_in(node, ssh, connection=None):
    """One approval: what the client printed, and the reason of the last stage."""
    connection = connection or ssh(node, "alice", "echo mine")
    if not hasattr(connection, "url"):
        connection.wait_for_screen()
    connection.approve()
    connection.enter_until(EOF)
    text, _ = connection.result()
    return text, decisions(node)[-1]["reason"]


def assert_two_then_one(node, ssh):
    text, reason = sign_in(node, ssh)
    assert reason == "groups-changed" and AGAIN in text and "mine" not in text
    for _ in range(2):
        assert sign_in(node, ssh) == ("forced", "none")


@pytest.mark.parametrize("group", ["dev", "d?v", "*,!ops", '"dev"'])
def test_a_forced_command_holds_from_the_first_login_on(dex, make_node, ssh, group):
    node = with_rules(make_node, f"Match Group {group}{FORCED}")
    if "*" in group:  # true of a new user too: the rule holds, and costs the same
        assert sign_in(node, ssh)[1] == "groups-changed"
        assert sign_in(node, ssh) == ("forced", "none")
        return
    dex.forget_requests()
    assert_two_then_one(node, ssh)
    assert len(dex.requests("/dex/device/code")) == 3, "two for the first login, one later"


def test_it_holds_after_the_ttl_and_by_key(dex, make_node, ssh):
    node = with_rules(make_node, f"Match User alice Group dev{FORCED}")
    assert_two_then_one(node, ssh)
    options = authorize_key(node, "alice", "/home/alice")
    assert with_key(node, options, command="echo mine")[:2] == (0, "forced")
    sql(node, OLD)
    assert with_key(node, options, command="echo mine")[:2] == (255, "")
    assert decisions(node)[-1]["reason"] == "groups-expired"
    assert_two_then_one(node, ssh)
    assert with_key(node, options, command="echo mine")[:2] == (0, "forced")


def test_a_connection_from_before_the_change_ends_too(dex, make_node, ssh):
    """It has looked alice up without her groups, and waits while they come."""
    node = with_rules(make_node, f"Match Group dev{FORCED}")
    early = ssh(node, "alice", "echo mine")
    early.wait_for_screen()
    assert_two_then_one(node, ssh)
    assert sign_in(node, ssh, early)[1] == "groups-changed"
    assert sign_in(node, ssh) == ("forced", "none")


def test_a_change_that_was_left_unfinished_ends_one_login(dex, make_node, ssh):
    """A sign-in that was killed while it published left the mark open."""
    node = with_rules(make_node, f"Match Group dev{FORCED}")
    assert_two_then_one(node, ssh)
    options = authorize_key(node, "alice", "/home/alice")
    assert with_key(node, options, command="echo mine")[:2] == (0, "forced")
    node.run("sed -i 's/[0-9]*$/9223372036854775807/' /run/playpen/groups/*")
    assert with_key(node, options, command="echo mine")[:2] == (255, "")
    assert decisions(node)[-1]["reason"] == "groups-changed"
    assert with_key(node, options, command="echo mine")[:2] == (0, "forced")


def test_a_refresh_at_a_key_login_ends_it_once(dex, make_node, ssh):
    refresh = {"refresh_groups": "yes", "refresh_groups_after": "0"}
    node = with_rules(make_node, f"Match Group dev{FORCED}", groups=refresh)
    dex.change_user("alice", groups=[])
    assert sign_in(node, ssh) == ("mine", "none"), "no group has come"
    options = authorize_key(node, "alice", "/home/alice")
    assert with_key(node, options, command="echo mine")[:2] == (0, "mine")
    dex.change_user("alice", groups=["dev"])
    status, out, said = with_key(node, options, command="echo mine")
    assert (status, out) == (255, "") and AGAIN in said
    assert with_key(node, options, command="echo mine")[:2] == (0, "forced")


def test_a_chroot_holds_from_the_first_login_on(dex, make_node, ssh):
    node = with_rules(make_node, "Match Group dev\n\tChrootDirectory /srv\nMatch all\n")
    assert sign_in(node, ssh)[1] == "groups-changed"
    text, reason = sign_in(node, ssh)
    assert reason == "none" and "mine" not in text
    assert "No such file or directory" in text, "there is no shell below /srv"


@pytest.mark.parametrize("rule", ["DenyGroups dev", "DenyGroups x d*"])
def test_who_is_denied_does_not_get_in_once(dex, make_node, ssh, rule):
    node = with_rules(make_node, rule + "\n")
    assert sign_in(node, ssh)[1] == "groups-changed"
    options = authorize_key(node, "alice", "/home/alice")
    assert with_key(node, options)[0] == 255
    assert "a group is listed in DenyGroups" in node.log()
    dex.change_user("bob", groups=["ops"])
    connection = ssh(node, "bob", "true")
    connection.wait_for_screen()
    connection.approve()
    connection.enter_until(EOF)
    assert decisions(node)[-1]["reason"] == "groups-changed"
    assert ssh(node, "bob", "true").sign_in() == ("", 0)


@pytest.mark.parametrize("rules, changes", [
    ("AllowGroups playpen-users root\n", {}),
    ("Match Group video\n\tForceCommand echo forced\nMatch all\n", {}),
    ("AllowGroups playpen-users dev\n", {"service.sshd": {"groups_changed": "continue"}}),
])
def test_one_approval_is_enough_where_no_rule_goes_by_claims(
    dex, make_node, ssh, rules, changes
):
    node = with_rules(make_node, rules, **changes)
    assert sign_in(node, ssh) == ("mine", "none")


def test_an_allowed_group_costs_two(dex, make_node, ssh):
    node = with_rules(make_node, "AllowGroups playpen-users dev\n")
    assert sign_in(node, ssh)[1] == "groups-changed"
    assert sign_in(node, ssh) == ("mine", "none")


@pytest.mark.parametrize("rules, first, later", [
    (f"Match Group dev{FORCED}", None, "forced"),
    ("DenyGroups dev\n", None, None),
    ("AllowGroups playpen-users dev\n", None, "mine"),
    ("AllowGroups playpen-users root\n", "mine", "mine"),
    (f"Match Group video{FORCED}", "mine", "mine"),
])
def test_a_first_login_by_certificate_ends_once_too(dex, make_node, rules, first, later):
    node = make_node("node-8", 8, changes=ON)
    node.write(RULES, rules)
    switch_on(node)
    laptop = signed_in_laptop(make_node("laptop", 7))

    def says():
        done = connect(laptop, node, "echo", "mine")
        return done.stdout.strip() if done.returncode == 0 else None

    assert says() == first
    assert decisions(node)[-1]["reason"] == ("none" if first else "groups-changed")
    for _ in range(2):
        assert says() == later
    if later is None:
        assert "a group is listed in DenyGroups" in node.log()


def test_end_needs_no_rule(dex, make_node, ssh):
    node = make_node(changes={"service.sshd": {"groups_changed": "end"}})
    assert sign_in(node, ssh)[1] == "groups-changed"
    assert sign_in(node, ssh) == ("mine", "none")


def test_who_is_denied_by_a_gate_reads_that_at_once(dex, make_node, ssh):
    node = with_rules(make_node, f"Match Group dev{FORCED}",
                      **{"service.sshd": {"deny_groups": "dev"}})
    assert sign_in(node, ssh)[1] == "group-denied"


@pytest.fixture(params=["adaptive", "dynamic"])
def sudo_shell(request, dex, make_node, ssh):
    """A shell of alice, who is in dev, by which sudo lets her."""

    def open_shell(rule):
        node = make_node(changes={"service.sudo": {"require_groups": None}})
        node.write("/etc/sudo.conf", f"Set group_source {request.param}\n")
        node.write("/etc/sudoers.d/playpen", SUDOERS.format(rule), 0o440)
        shell = ssh(node, "alice")
        shell.node = node
        shell.sign_in_to_shell()
        return shell

    return open_shell


def test_sudo_gives_nothing_by_a_group_that_this_sign_in_loses(dex, sudo_shell):
    shell = sudo_shell("%dev ALL=(ALL) ALL\n")
    assert became_root(sudo(shell, ADDRESS_LINE))
    dex.change_user("alice", groups=["platform-admins", "dev", "ops"])
    assert became_root(sudo(shell, ADDRESS_LINE)), "one more is none lost"
    dex.change_user("alice", groups=["platform-admins", "ops"])
    dex.forget_requests()
    assert not became_root(sudo(shell, ADDRESS_LINE))
    assert decisions(shell.node)[-1]["reason"] == "groups-changed"
    assert len(dex.requests("/dex/device/code")) == 1, "sudo does not ask again"


def test_sudo_gives_nothing_by_a_group_that_only_the_shell_has(dex, sudo_shell, ssh):
    shell = sudo_shell("%dev ALL=(ALL) NOPASSWD: ALL\n")
    assert ssh(shell.node, "bob", "true").sign_in() == ("", 0), "dev is a group still"
    assert shell.command("sudo -n id -un") == "root\n"
    dex.change_user("alice", groups=["ops"])
    assert ssh(shell.node, "alice", "true").sign_in() == ("", 0)
    assert "root" not in shell.command("sudo -n id -un").split("\n")
