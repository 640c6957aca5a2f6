# SPDX-License-Identifier: MIT
"""What an administrator copies from docs/how-to does what the recipe says."""

import pathlib
import re
import textwrap

from pexpect import EOF

HOWTO = pathlib.Path(__file__).parents[2] / "docs" / "how-to"
DROP_IN = "/etc/playpen/playpen.conf.d/recipe.conf"


def block(name, word):
    """The one block of a recipe that has the word."""
    text = (HOWTO / f"{name}.md").read_text()
    found = [textwrap.dedent(block) for block in re.findall(r"(?:^ {4}.*\n)+", text, re.MULTILINE)
             if word in block]
    assert len(found) == 1, (name, word)
    return found[0]


def use(node, text):
    """Has the text as a part of the configuration."""
    node.write(DROP_IN, text, 0o644)


def refused(ssh, node, name):
    """What a person reads who has approved and is refused."""
    connection = ssh(node, name)
    connection.wait_for_screen()
    connection.approve()
    connection.enter_until(EOF)
    text, status = connection.result()
    assert status == 255
    return text


def test_only_members_enter_and_members_do_not(dex, node, ssh):
    required = block("access-by-group", "require_groups = cluster-admins")
    use(node, required.replace("cluster-admins", "platform-admins"))
    assert ssh(node, "alice", "true").sign_in() == ("", 0)
    assert "You are in none of the groups that sshd requires" in refused(ssh, node, "bob")
    denied = block("access-by-group", "deny_groups = contractors")
    use(node, denied.replace("contractors", "platform-admins"))
    assert "You are in a group that may not use sshd" in refused(ssh, node, "alice")
    assert ssh(node, "bob", "true").sign_in() == ("", 0)


def test_sudo_is_for_members_and_asks_once_in_a_while(dex, make_node, ssh):
    node = make_node(changes={"service.sudo": {"require_groups": None}})
    use(node, block("sudo", "sign_in_max_age = 1h"))
    node.run(block("sudo", "install -m 440"))
    node.run("visudo -c")
    shell = ssh(node, "alice")
    shell.sign_in_to_shell()
    dex.forget_requests()
    assert shell.command("sudo id -un") == "root\n"
    assert dex.requests() == []
    other = ssh(node, "bob")
    other.sign_in_to_shell()
    assert "You are in none of the groups that sudo requires" in other.command("sudo id -un")


def test_who_leaves_is_out_and_stays_out(dex, make_node, ssh):
    node, other = make_node(), make_node("node-8", 8)
    lock, close = block("person-leaves", "user lock bob --kill").splitlines()
    assert ssh(node, "bob", "true").sign_in() == ("", 0)
    uid = node.id_of("bob")[0]
    shell = node.popen(["setpriv", f"--reuid={uid}", "--clear-groups", "sleep", "600"])
    node.run(lock)
    assert shell.wait() != 0
    assert "You cannot sign in here as bob." in ssh(node, "bob").result()[0]
    node.run(close)
    assert node.run("getent passwd bob", check=False).returncode == 2
    assert "closed" in node.out("playpenctl user show bob")
    # On a node where bob never was.
    other.run(lock)
    assert other.run(close, check=False).returncode == 4
    assert "You cannot sign in here as bob." in ssh(other, "bob").result()[0]
    assert ssh(other, "alice", "true").sign_in() == ("", 0)


def test_who_is_renamed_keeps_uid_and_files(dex, node, ssh):
    rename = block("rename", "user rename OLD NEW").replace("OLD", "bob").replace("NEW", "carol")
    assert ssh(node, "bob", "echo mine >file; id -u").sign_in()[1] == 0
    uid = node.id_of("bob")[0]
    dex.change_user("bob", preferredUsername="carol")
    connection = ssh(node, "carol")
    connection.wait_for_screen()
    connection.approve(by="bob")
    connection.enter_until(EOF)
    assert "You have another name on this node" in connection.result()[0]
    node.run(rename)
    said = ssh(node, "carol", "id -u; cat file").sign_in(by="bob")
    assert said == (f"{uid}\nmine", 0)


def test_the_accounts_of_a_node_are_known_on_another_one(dex, make_node, ssh):
    node, other = make_node(), make_node("node-8", 8)
    assert ssh(node, "alice", "true").sign_in() == ("", 0)
    node.run("cd /root; " + block("roster", "accounts export"))
    other.write("/root/people.jsonl", node.read("/root/people.jsonl"))
    assert "`playpenctl user import people.jsonl`" in (HOWTO / "roster.md").read_text()
    other.run("cd /root; playpenctl user import people.jsonl")
    assert other.id_of("alice")[:2] == node.id_of("alice")[:2]


def test_an_image_has_its_first_people_after_two_commands(dex, node, ssh):
    node.run("mv /etc/playpen/uid.key /run/uid.key")
    node.run(block("images", "rm -rf /var/lib/playpen"))
    assert node.run("getent passwd alice", user="root", check=False).returncode == 2
    node.run(block("images", "uid-key install /run/uid.key"))
    assert ssh(node, "alice", "true").sign_in() == ("", 0)


def test_all_are_out_at_once_and_come_back(dex, node, ssh):
    for name in ("alice", "bob"):
        assert ssh(node, name, "true").sign_in() == ("", 0)
    node.run("playpenctl user lock bob")
    node.run(block("emergencies", "mv /etc/playpen/playpen.conf /etc"))
    assert ssh(node, "alice").is_kept_out()
    # Each lock says that it is not published.
    node.run("cd /root\n" + block("emergencies", "user lock"), check=False)
    assert node.read("/root/closed") == "alice\n"
    back = block("emergencies", "user unlock")
    node.run("cd /root\n" + back)
    assert ssh(node, "alice", "true").sign_in() == ("", 0)
    assert "You cannot sign in here as bob." in ssh(node, "bob").result()[0]
