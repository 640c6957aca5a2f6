# SPDX-License-Identifier: MIT
"""The same person is the same user: uid, gid, home and groups."""

from pexpect import EOF

from rig.dex import ISSUER
from rig.ssh import OPTIONS, Ssh

OTHER_KEY = "f0e0d0c0b0a090807060504030201000"
OTHER_ISSUER = "http://dex.playpen.example:5556/dex"
PEOPLE = "playpen-users"


def sign_in(ssh, node, name="alice"):
    assert ssh(node, name, "true").sign_in() == ("", 0)
    return node.id_of(name)


def refuse(ssh, node, name, by=None):
    """Somebody approves and is refused all the same; what they are told."""
    connection = ssh(node, name)
    connection.wait_for_screen()
    connection.approve(by=by)
    connection.enter_until(EOF)
    text, status = connection.result()
    assert status == 255
    return text


def test_the_first_connection_of_a_new_name_gives_a_home(dex, node, ssh):
    assert not node.exists("/home/alice")
    text, status = ssh(node, "alice", 'pwd; stat -c "%U %G" .; umask').sign_in()
    assert status == 0
    assert text.split("\n")[:2] == ["/home/alice", "alice alice"]


def test_scp_works(dex, node, tmp_path):
    (tmp_path / "letter").write_text("hello\n")
    target = f"alice@{node.address}:letter"
    line = " ".join(["scp", *OPTIONS, str(tmp_path / "letter"), target])
    copy = Ssh(node, "alice", program=line)
    copy.wait_for_screen()
    copy.approve()
    copy.enter_until(EOF)
    assert copy.result()[1] == 0
    assert node.read("/home/alice/letter") == "hello\n"


def test_the_groups_are_those_of_the_claims(dex, node, ssh):
    _, _, groups = sign_in(ssh, node)
    assert groups == {"alice", "platform-admins", "dev", PEOPLE}


def test_the_shell_has_the_groups_too(dex, node, ssh):
    text, _ = ssh(node, "alice", "id", "-Gn").sign_in()
    assert set(text.split()) == {"alice", "platform-admins", "dev", PEOPLE}


def test_ids_last_over_sign_ins_and_a_new_index(dex, node, ssh):
    text, _ = ssh(node, "alice", "id -u; id -g").sign_in()
    first = tuple(int(word) for word in text.split())
    assert first == node.id_of("alice")[:2]
    node.run("rm /var/lib/playpen/index.v1; playpenctl publish")
    assert first == node.id_of("alice")[:2]
    assert first == sign_in(ssh, node)[:2]


def test_ids_are_the_same_on_a_second_node_and_differ_by_key(dex, make_node, ssh):
    here = sign_in(ssh, make_node("node-1", 1))
    there = sign_in(ssh, make_node("node-2", 2))
    elsewhere = sign_in(ssh, make_node("node-3", 3, key=OTHER_KEY))
    assert here == there
    assert here[0] != elsewhere[0]


def test_a_stranger_does_not_exist_for_ordinary_programs(dex, node):
    assert node.run("getent passwd stranger", user="nobody", check=False).stdout == ""
    assert node.run("getent passwd stranger", check=False).stdout == ""


def test_a_group_lost_in_dex_is_lost_at_the_next_sign_in(dex, node, ssh):
    assert "platform-admins" in sign_in(ssh, node)[2]
    dex.change_user("alice", groups=["dev"])
    assert sign_in(ssh, node)[2] == {"alice", "dev", PEOPLE}


def test_a_group_of_the_node_is_not_joined(dex, node, ssh):
    node.run("groupadd crew")
    dex.change_user("alice", groups=["dev", "crew", "sudo", "root"])
    assert sign_in(ssh, node)[2] == {"alice", "dev", PEOPLE}


def test_a_group_of_the_node_is_joined_when_it_is_mapped(dex, make_node, ssh):
    node = make_node(changes={"groups.map": {"dev": "crew"}})
    node.run("groupadd crew; playpenctl publish")
    assert sign_in(ssh, node)[2] == {"alice", "crew", "platform-admins", PEOPLE}


def test_who_has_another_name_in_dex_keeps_uid_and_home(dex, node, ssh):
    uid = sign_in(ssh, node)[0]
    dex.change_user("alice", preferredUsername="mallory")
    assert "rename the account" in refuse(ssh, node, "mallory", by="alice")
    assert "see playpenctl user rename alice mallory" in node.log()
    node.run("playpenctl user rename alice mallory")
    text, status = ssh(node, "mallory", "id -u; pwd").sign_in(by="alice")
    assert (text.split("\n"), status) == ([str(uid), "/home/alice"], 0)


def test_everybody_follows_dex_to_another_address(start_dex, make_node, ssh):
    node = make_node()
    dex = start_dex()
    before = sign_in(ssh, node)
    dex.stop()
    start_dex(issuer=OTHER_ISSUER)
    node.configure({"issuer": {"url": OTHER_ISSUER, "connect_to": "127.0.0.1:5556"}})
    # That is known before a person approves.
    text, status = ssh(node, "alice", "true").result()
    assert status == 255 and "You cannot sign in here as alice" in text
    assert "reason=issuer-mismatch" in node.log()
    node.run(f"playpenctl issuer move {ISSUER}")
    assert sign_in(ssh, node) == before


def test_people_of_a_roster_come_in_and_its_groups_count_for_nothing(
    dex, make_node, ssh
):
    closed = {"allow_new_users": None}
    gate = {"require_groups": "platform-admins"}
    node = make_node(changes={"identity": closed, "service.sshd": gate})
    roster = [
        '{"name":"alice","uid":4711,"groups":["platform-admins"]}',
        '{"name":"bob","groups":["platform-admins"]}',
    ]
    node.write("/tmp/roster", "\n".join(roster) + "\n")
    node.run("playpenctl user import /tmp/roster")
    assert node.id_of("alice") == (4711, 4711, {"alice", PEOPLE})
    assert sign_in(ssh, node) == (4711, 4711, {"alice", "platform-admins", "dev", PEOPLE})
    assert "none of the groups" in refuse(ssh, node, "bob")
