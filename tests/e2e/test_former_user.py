# SPDX-License-Identifier: MIT
"""What an administrator gave to a name that gets a new owner."""

import shlex

import pytest

from test_ways_round import decisions

pytestmark = pytest.mark.release

SUDOERS = "/etc/sudoers.d/former"
DATE = "2020-01-01T00:00:00Z"


def notes(node):
    signed_in = [d for d in decisions(node) if d["stage"] == "auth"]
    return signed_in[-1].get("notes", "")


def test_the_first_sign_in_says_which_files_name_the_user(dex, node, ssh):
    node.write(SUDOERS, "alice ALL=(ALL) NOPASSWD: /usr/bin/true\n", 0o440)
    node.run(["touch", "-d", DATE, SUDOERS])
    assert ssh(node, "alice", "true").sign_in() == ("", 0)
    assert notes(node) == f"the name is in: {SUDOERS} of {DATE}"
    doctor = node.run("playpenctl doctor", check=False).stdout
    assert f"{SUDOERS}, last changed at 2020-01-01" in doctor
    node.run(["touch", SUDOERS])
    assert SUDOERS not in node.run("playpenctl doctor", check=False).stdout
    assert ssh(node, "alice", "true").sign_in() == ("", 0)
    assert notes(node) == ""
    assert ssh(node, "bob", "true").sign_in() == ("", 0)
    assert notes(node) == ""


def admin_notes(node):
    """(command, name) of the lines that say which file names a user."""
    found = []
    for line in node.log().split("\n"):
        if "stage=admin" in line and "the name is in" in line:
            fields = dict(word.split("=", 1)
                          for word in shlex.split(line[line.index("result="):]))
            assert fields["message"] == f"the name is in {SUDOERS} of {DATE}"
            found.append((fields["command"], fields["name"]))
    return found


def test_the_log_says_which_files_name_who_gets_a_name(dex, node):
    node.write(SUDOERS, "carol, mallory, svc-backup ALL=(ALL) NOPASSWD: /usr/bin/true\n", 0o440)
    node.run(["touch", "-d", DATE, SUDOERS])
    node.run("playpenctl user import -", input='{"name":"carol"}\n{"name":"bob"}\n')
    assert admin_notes(node) == [("user import", "carol")]
    node.run("playpenctl user bind carol --subject sub-c; playpenctl user bind bob --subject sub-b")
    assert admin_notes(node)[1:] == [("user bind", "carol")]
    node.run("playpenctl user rename bob mallory")
    assert admin_notes(node)[2:] == [("user rename", "mallory")]
    node.write("/etc/playpen/accounts.d/a.jsonl",
               '{"serial":1}\n{"name":"alice"}\n{"name":"svc-backup"}\n{"end":2}\n', 0o644)
    node.run("playpenctl apply")
    assert admin_notes(node)[3:] == [("apply", "svc-backup")]
