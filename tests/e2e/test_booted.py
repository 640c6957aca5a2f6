# SPDX-License-Identifier: MIT
"""A node that systemd has booted: sessions are logind's there."""

import pytest

from rig.booted import BootedNode, why_not
from rig.ssh import authorize_key
from rig.wait import until
from test_freshness import SHELL, SUDOERS, asks

pytestmark = [
    pytest.mark.release,
    pytest.mark.skipif(why_not() is not None, reason=str(why_not())),
]

OLD = (
    "import sqlite3; db = sqlite3.connect('/var/lib/playpen/state.db');"
    " db.execute('UPDATE accounts SET groups_expire_at = 1000'); db.commit()"
)


@pytest.fixture
def booted(dex, make_node, request):
    """A node of make_node's list, so that a failure shows its log."""
    node = BootedNode("node-9", "127.0.1.9")
    request.addfinalizer(node.stop)
    make_node.made.append(node)
    node.start().configure({"service.sudo": {"sign_in_max_age": "1h"}})
    node.write("/etc/sudoers.d/playpen", SUDOERS, 0o440)
    return node.start_sshd()


def sign_ins(node):
    return node.out("ls /run/playpen/sign-ins").split()


def test_a_sign_in_counts_for_its_own_session_of_logind(dex, booted, ssh):
    first = ssh(booted, "alice")
    first.sign_in_to_shell()
    session = first.command("echo $XDG_SESSION_ID").strip()
    assert session
    uid = booted.id_of("alice")[0]
    assert sign_ins(booted) == [f"logind-{session}.{uid}"]
    assert session in booted.out("loginctl --no-legend list-sessions")
    dex.forget_requests()
    assert not asks(first)
    assert dex.requests() == []
    options = authorize_key(booted, "alice", "/home/alice")
    second = ssh(booted, "alice", options=options)
    second.terminal.expect(SHELL)
    assert second.command("echo $XDG_SESSION_ID").strip() not in ("", session)
    assert asks(second), "another session of the same person"
    assert not asks(first)
    first.terminal.sendline("exit")
    first.result()
    assert sign_ins(booted) == [], "logging out ends it"


def test_what_the_person_s_own_service_manager_starts_asks(dex, booted, ssh):
    shell = ssh(booted, "alice")
    shell.sign_in_to_shell()
    session = shell.command("echo $XDG_SESSION_ID").strip()
    assert not asks(shell)
    scope = f"systemd-run --user --scope -q --unit=session-{session} sudo id -un"
    assert asks(shell, scope), "nor does a scope of the session's own name help"
    assert not asks(shell)


def test_systemd_user_goes_by_what_is_known(dex, booted, ssh):
    """groups_check = any-age: the age of groups is no matter, a lock is."""
    assert ssh(booted, "alice", "true").sign_in()[1] == 0
    uid = booted.id_of("alice")[0]
    unit = f"user@{uid}.service"
    until(lambda: not is_active(booted, unit), "the end of the first one", 30)
    booted.run(["/usr/bin/python3", "-c", OLD])
    booted.run("playpenctl publish")
    assert "platform-admins" not in booted.id_of("alice")[2]
    booted.run(["systemctl", "start", unit])
    assert is_active(booted, unit)
    booted.run(["systemctl", "stop", unit])
    booted.run("playpenctl user lock alice")
    assert booted.run(["systemctl", "start", unit], check=False).returncode != 0
    line = [l for l in booted.log().split("\n") if "reason=locked" in l][-1]
    assert "stage=account service=systemd-user name=alice" in line


def is_active(node, unit):
    return node.run(["systemctl", "is-active", unit], check=False).returncode == 0
