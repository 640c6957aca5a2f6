# SPDX-License-Identifier: MIT
"""Names that no source has, and that no new user can have: the log says why."""

import pytest
from pexpect import EOF

from rig.wait import until

ASKED = ["[Pp]assword:", EOF]
ONE = ["-o", "NumberOfPasswordPrompts=1"]
WINDOW = "/run/playpen/unknown-names"


def come(ssh, node, name):
    connection = ssh(node, name, "id", options=ONE)
    connection.terminal.expect("[Pp]assword:")
    connection.terminal.sendline("a guess")
    connection.terminal.expect(ASKED)
    connection.close()


def lines(node):
    return [line for line in node.log().splitlines() if "no source of nsswitch.conf" in line]


def says(ssh, node, name, reason):
    before = len(lines(node))
    node.run(f"rm -f {WINDOW}")
    come(ssh, node, name)
    until(lambda: len(lines(node)) > before, "the line")
    (new,) = lines(node)[before:]
    assert f'result=ignore reason={reason} stage=auth service="sshd" name="{name}"' in new


def without_key(node):
    node.run("rm /etc/playpen/uid.key; playpenctl publish", check=False)


def with_open_key(node):
    node.run("chmod 644 /etc/playpen/uid.key; playpenctl publish", check=False)


def closed(node):
    node.configure({"identity": {"allow_new_users": "off"}})
    node.run("playpenctl publish")


def with_a_pattern(node):
    node.configure({"identity": {"allow_new_users": "a*"}})
    node.run("playpenctl publish")


def with_a_source_behind(node):
    node.run("sed -i 's/ playpen_new/ playpen_new systemd/' /etc/nsswitch.conf")


def with_the_number_taken(node):
    node.write("/tmp/roster", '{"name":"bob"}\n')
    node.run("playpenctl user import /tmp/roster")
    uid = node.out("id -u bob")
    node.run("playpenctl user delete bob")
    node.write("/tmp/roster", f'{{"name":"carol","uid":{uid}}}\n')
    node.run("playpenctl user import /tmp/roster")


@pytest.mark.parametrize(
    "change, name, reason",
    [
        (None, "Alice", "name-invalid"),
        (None, "sudo", "name-reserved"),
        (None, "platform-admins", "name-of-group"),
        (closed, "bob", "new-user-refused"),
        (with_a_pattern, "bob", "new-user-refused"),
        (without_key, "bob", "uid-key-missing"),
        (with_open_key, "bob", "config-unsafe"),
        (with_a_source_behind, "bob", "nsswitch-order"),
        (with_the_number_taken, "bob", "uid-collision"),
    ],
)
def test_a_name_that_nss_refuses_is_a_line(dex, make_node, ssh, change, name, reason):
    node = make_node()
    if change is not None:
        change(node)
    says(ssh, node, name, reason)


def test_a_new_user_and_a_local_one_are_none(dex, node, ssh):
    assert ssh(node, "alice", "true").sign_in() == ("", 0)
    come(ssh, node, "root")
    assert lines(node) == []


def left_out(node):
    return sum(int(line.split("left out before: ")[1].split('"')[0])
               for line in lines(node) if "left out before: " in line)


def test_many_names_are_few_lines_and_a_count(dex, make_node, ssh):
    node = make_node()
    closed(node)
    says(ssh, node, "bob", "new-user-refused")
    for name in "carol", "mallory", "alice":
        come(ssh, node, name)
    # The window begins long ago: 16 bytes, the first eight are the time.
    node.run(f"dd if=/dev/zero of={WINDOW} bs=8 count=1 conv=notrunc status=none")
    come(ssh, node, "carol")
    until(lambda: len(lines(node)) + left_out(node) == 5, "the last line")
    assert 0 < left_out(node) < 4


def test_publish_status_and_doctor_say_it_too(make_node):
    node = make_node()
    assert node.run("playpenctl publish").stdout == ""
    closed(node)
    said = "no new user can sign in: allow_new_users is off"
    assert said in node.run("playpenctl publish").stdout
    assert "new users     allow_new_users is off" in node.run("playpenctl status").stdout
    assert "allow_new_users is off" in node.run("playpenctl doctor", check=False).stdout
