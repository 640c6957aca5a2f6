# SPDX-License-Identifier: MIT
"""What an administrator gave to a name that gets a new owner."""

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
