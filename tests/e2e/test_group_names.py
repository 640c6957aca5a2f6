# SPDX-License-Identifier: MIT
"""A person who has chosen the name of a group at Dex."""

import pytest
from pexpect import EOF

PASSWORD = ["[Pp]assword:", EOF]
ONE = ["-o", "NumberOfPasswordPrompts=1"]


def become(dex, name):
    dex.change_user("mallory", preferredUsername=name)


def is_unknown(dex, ssh, node, name):
    """As somebody who does not exist: a password is all that is asked for."""
    dex.forget_requests()
    connection = ssh(node, name, "id", options=ONE)
    connection.terminal.expect(PASSWORD)
    connection.close()
    return dex.requests() == []


def test_a_group_that_a_gate_wants_is_no_name(dex, node, ssh):
    become(dex, "platform-admins")
    assert is_unknown(dex, ssh, node, "platform-admins")
    assert node.run("getent group platform-admins", check=False).stdout == ""
    become(dex, "platform-admin")
    connection = ssh(node, "platform-admin", "id", "-Gn")
    text, status = connection.sign_in(by="mallory")
    assert status == 0
    assert "platform-admins" not in text.split()


def test_nor_is_one_that_somebody_here_is_in(dex, node, ssh):
    assert ssh(node, "alice", "true").sign_in() == ("", 0)
    become(dex, "dev")
    assert is_unknown(dex, ssh, node, "dev")
    assert "alice" in node.run("getent group dev").stdout


@pytest.mark.parametrize("by", ["ssh", "login"])
def test_nor_is_one_that_somebody_here_was_in(dex, node, ssh, spawn, by):
    assert ssh(node, "alice", "true").sign_in() == ("", 0)
    dex.change_user("alice", groups=["ops"])
    assert ssh(node, "alice", "true").sign_in() == ("", 0)
    assert node.run("getent group dev", check=False).stdout == ""
    become(dex, "dev")
    dex.forget_requests()
    if by == "ssh":
        seen, _ = ssh(node, "dev", "id").result()
    else:
        console = spawn(["login", "dev"])
        console.expect("Ask your administrator")
        seen = console.before
    assert "You cannot sign in here as dev." in seen
    assert "reason=name-of-group" in node.log()
    assert dex.requests() == []
    assert node.run("playpenctl user show dev", check=False).returncode == 4
    become(dex, "mallory")
    assert ssh(node, "mallory", "true").sign_in() == ("", 0)
