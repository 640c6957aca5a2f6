# SPDX-License-Identifier: MIT
"""What an administrator does on a node is in its log."""

import pathlib

import pytest

from rig.wait import until

UNSET = "4294967295"


def actor():
    """Whom playpenctl names: the login of this run, else root."""
    login = pathlib.Path("/proc/self/loginuid").read_text(encoding="ascii")
    return "0" if login == UNSET else login


def acts(node):
    return [
        line.split("]: ", 1)[1]
        for line in node.log().splitlines()
        if "playpenctl[" in line and "stage=admin" in line
    ]


def does(node, command, line, status=0):
    """The command leaves this line, and no other."""
    before = len(acts(node))
    done = node.run(["playpenctl", *command], check=False)
    assert done.returncode == status, done.stdout + done.stderr
    until(lambda: len(acts(node)) > before, "the line")
    (new,) = acts(node)[before:]
    assert new.startswith(line.replace("BY", f"by={actor()}")), new


@pytest.fixture
def known(node):
    node.write("/tmp/roster", '{"name":"alice"}\n')
    does(
        node, ["user", "import", "/tmp/roster"],
        'result=done reason=none stage=admin command="user import" file=/tmp/roster BY',
    )
    return node


@pytest.mark.parametrize(
    "words, rest",
    [
        ("user lock alice", "name=alice BY"),
        ("user lock bob", "name=bob BY"),
        ("user lock --subject Cgx", 'options="--subject Cgx" BY'),
        ("user lock alice --kill", "name=alice options=--kill BY"),
        ("user logout alice", "name=alice BY"),
        ("user close alice", "name=alice BY"),
        ("user rename alice chief", "name=alice to=chief BY"),
        ("user bind alice --subject Cgx", 'name=alice options="--subject Cgx" BY'),
        ("user unbind alice", "name=alice BY"),
        ("issuer move https://old", "issuer=https://old BY"),
        ("user delete alice", "name=alice BY"),
    ],
)
def test_each_change_of_an_account_is_a_line(known, words, rest):
    words = words.split()
    command = f'result=done reason=none stage=admin command="{words[0]} {words[1]}" '
    does(known, words, command + rest)


@pytest.mark.parametrize("change, back", [("lock", "unlock"), ("close", "reopen")])
def test_only_a_change_is_a_line(known, change, back):
    for word in change, back:
        rest = f'result=done reason=none stage=admin command="user {word}" name=alice BY'
        does(known, ["user", word, "alice"], rest)
        before = len(acts(known))
        assert known.run(["playpenctl", "user", word, "alice"], check=False).returncode == 3
        assert len(acts(known)) == before


def test_a_change_that_fails_is_one_with_the_reason(known):
    does(
        known, ["user", "lock", "nobody-here", "--if-known"],
        'result=failed reason=no-account stage=admin command="user lock" name=nobody-here options=--if-known BY message=',
        status=4,
    )


def test_a_lock_that_could_not_be_published_is_one(known):
    known.run("echo nonsense = yes >>/etc/playpen/playpen.conf")
    does(
        known, ["user", "lock", "alice"],
        'result=partly reason=none stage=admin command="user lock" name=alice BY', status=1,
    )


def test_keys_are_without_the_key(node):
    node.run("cp /etc/playpen/uid.key /tmp/key")
    does(
        node, ["uid-key", "install", "/tmp/key"],
        'result=done reason=none stage=admin command="uid-key install" file=/tmp/key BY',
    )
    node.run("rm /etc/playpen/uid.key")
    does(node, ["uid-key", "new"], 'result=done reason=none stage=admin command="uid-key new" BY')
    for key in (node.read("/tmp/key"), node.read("/etc/playpen/uid.key")):
        assert key.strip() not in node.log()


def test_publishing_is_where_it_changes_something(node):
    node.run("sed -i 's/^allow_new_users.*/allow_new_users = a*/' /etc/playpen/playpen.conf")
    does(node, ["publish"], "result=done reason=none stage=admin command=publish BY")
    before = acts(node)
    node.run("playpenctl publish")
    node.run("playpenctl user list; playpenctl status", check=False)
    assert acts(node) == before


def test_another_root_s_is_none(node):
    before = acts(node)
    node.run("mkdir -p /tmp/image/etc /tmp/image/var/lib; cp -r /etc/playpen /tmp/image/etc")
    node.run("playpenctl --root /tmp/image publish")
    node.run("playpenctl user list")
    assert acts(node) == before
