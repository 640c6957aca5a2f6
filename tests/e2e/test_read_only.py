# SPDX-License-Identifier: MIT
"""A node whose disk went read-only, or full, after people had signed in."""

from rig.ssh import authorize_key
from rig.wait import until

OLD = """
import sqlite3
db = sqlite3.connect("/var/lib/playpen/state.db")
db.execute("UPDATE accounts SET groups_expire_at = 100000, last_sign_in = 1")
db.commit()
"""


def let_groups_grow_old(node):
    node.run(["/usr/bin/python3", "-c", OLD])
    node.run("playpenctl publish")


def freeze(node):
    node.run("mount --bind /var/lib/playpen /var/lib/playpen; "
             "mount -o remount,bind,ro /var/lib/playpen")


def decisions(node, stage):
    lines = [l for l in node.log().splitlines() if f"stage={stage}" in l]
    return [dict(w.split("=", 1) for w in l.split() if "=" in w) for l in lines]


def test_who_loses_nothing_signs_in_and_everybody_else_is_told(dex, node, ssh):
    assert ssh(node, "alice", "true").sign_in() == ("", 0)
    key = authorize_key(node, "alice", "/home/alice")
    let_groups_grow_old(node)
    freeze(node)
    assert ssh(node, "alice", "true", options=key).result()[1] == 255
    assert decisions(node, "account")[-1]["reason"] == "groups-expired"
    assert ssh(node, "alice", "id -un").sign_in() == ("alice", 0)
    assert "not stored" in node.log()
    assert ssh(node, "alice", "true", options=key).result()[1] == 255
    dex.change_user("alice", groups=["dev"])
    connection = ssh(node, "alice", "true")
    connection.wait_for_screen()
    connection.approve()
    connection.enter_until("cannot record your sign-in")
    assert decisions(node, "auth")[-1]["reason"] == "state-unwritable"
    stranger = ssh(node, "bob", "true")
    stranger.wait_for_screen()
    stranger.approve()
    stranger.enter_until("cannot record your sign-in")
    # sshd has begun to ask both again, for it may be that things get better.
    connection.close()
    stranger.close()
    until(lambda: not node.processes("playpen-policy"), "the end of both")
    node.run("mount -o remount,bind,rw /var/lib/playpen")
    assert ssh(node, "bob", "id -un").sign_in() == ("bob", 0)


def test_sudo_asks_and_lets_in_while_nothing_can_be_stored(dex, make_node, ssh):
    node = make_node(changes={"service.sudo": {"require_groups": "platform-admins"}})
    node.write("/etc/sudoers.d/playpen",
               "Defaults timestamp_timeout=0\nalice ALL=(ALL) ALL\n", 0o440)
    shell = ssh(node, "alice")
    shell.sign_in_to_shell()
    let_groups_grow_old(node)
    freeze(node)
    shell.terminal.sendline("sudo id -un; echo end-$((40+2))")
    shell.terminal.expect(r"Open +(\S+)\r\n")
    shell.url = shell.terminal.match.group(1)
    shell.approve()
    shell.terminal.expect_exact("end-42\r\n")
    assert "root\r\n" in shell.terminal.before
