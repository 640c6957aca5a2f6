# SPDX-License-Identifier: MIT
"""What docs/how-to/emergencies.md says for a bad day does what it says."""

import pytest

from rig.ssh import authorize_key
from rig.wait import until

CONF = "/etc/playpen/playpen.conf"


@pytest.fixture
def key(dex, node, ssh):
    """alice has signed in, and has a key."""
    assert ssh(node, "alice", "true").sign_in() == ("", 0)
    return authorize_key(node, "alice", "/home/alice")


def enters(node, ssh, options):
    return ssh(node, "alice", "true", options=options).result()[1] == 0


def test_without_its_configuration_a_node_is_closed_to_ours_alone(node, ssh, key):
    root = authorize_key(node, "root", "/root")
    assert enters(node, ssh, key)
    shell = node.popen(["setpriv", f"--reuid={node.id_of('alice')[0]}", "--clear-groups",
                        "sleep", "600"])
    node.run(f"mv {CONF} {CONF}.closed")
    assert not enters(node, ssh, key)
    assert ssh(node, "root", "id", "-un", options=root).result() == ("root", 0)
    done = node.run("playpenctl user lock alice --kill", check=False)
    assert "stored; not published" in done.stderr
    assert shell.wait() != 0
    node.run(f"mv {CONF}.closed {CONF}")
    assert not enters(node, ssh, key)
    until(lambda: "reason=locked" in node.log(), "the refusal of a locked account")
    node.run("playpenctl user unlock alice; playpenctl publish")
    assert enters(node, ssh, key)


def test_who_is_in_none_of_the_node_s_groups_does_not_enter_by_a_key(node, ssh, key):
    node.run(f"printf '[service.default]\\nrequire_groups = node-7-users\\n' >>{CONF}")
    assert not enters(node, ssh, key)
    assert "reason=group-missing" in node.log()
    node.run(f"sed -i 's/node-7-users/node-7-users platform-admins/' {CONF}")
    assert enters(node, ssh, key)


def test_with_dex_down_a_known_person_s_key_opens_whatever_the_age_of_groups(
    dex, node, ssh, key
):
    node.run("python3 -c 'import sqlite3; d = sqlite3.connect(\"/var/lib/playpen/state.db\"); "
             "d.execute(\"UPDATE accounts SET groups_expire_at = 1\"); d.commit()'")
    dex.stop()
    try:
        assert not enters(node, ssh, key)
        assert "reason=groups-expired" in node.log()
        node.run(f"printf '[service.sshd]\\ngroups_check = any-age\\n' >>{CONF}")
        assert enters(node, ssh, key)
    finally:
        dex.start()
