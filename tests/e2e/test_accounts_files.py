# SPDX-License-Identifier: MIT
"""Accounts files on a node that systemd has booted: a lock that somebody brings
counts before they can go and look."""

import json
import time

import pytest

from rig.booted import BootedNode, why_not
from rig.ssh import authorize_key
from rig.wait import until
from test_freshness import SHELL

pytestmark = [
    pytest.mark.release,
    pytest.mark.skipif(why_not() is not None, reason=str(why_not())),
]

DIRECTORY = "/etc/playpen/accounts.d"
BOUND = 2  # seconds from the file's arrival to the lock


@pytest.fixture
def booted(dex, make_node, request):
    node = BootedNode("node-9", "127.0.1.9")
    request.addfinalizer(node.stop)
    make_node.made.append(node)
    node.start().configure({})
    node.run("systemctl start paths.target")  # what setup has enabled
    return node.start_sshd()


def bring(node, serial, *people):
    """Puts a whole file there, by rename."""
    lines = [{"serial": serial}, *people, {"end": len(people)}]
    text = "".join(json.dumps(line) + "\n" for line in lines)
    node.write(f"{DIRECTORY}/.people.new", text, 0o644)
    node.run(f"mv {DIRECTORY}/.people.new {DIRECTORY}/people.jsonl")


def state_of(node, name):
    return json.loads(node.out(f"playpenctl user show {name} --json"))


def test_a_lock_counts_within_two_seconds_of_its_file(dex, booted, ssh):
    shell = ssh(booted, "alice")
    shell.sign_in_to_shell()
    key = authorize_key(booted, "alice", "/home/alice")
    shell.terminal.sendline("sleep 1000 & disown; echo started")
    shell.terminal.expect("started")
    bring(booted, 1, {"name": "alice", "locked": True, "kill": True})
    begin = time.monotonic()
    until(lambda: state_of(booted, "alice")["locked"], "alice is locked")
    took = time.monotonic() - begin
    assert took < BOUND, f"{took:.1f} s"
    until(
        lambda: booted.out("pgrep -c -u alice || true").strip() == "0",
        "her processes have ended",
    )
    refused = ssh(booted, "alice", options=key)
    refused.terminal.expect_exact("locked")
    # A second change right behind the first is not lost.
    bring(booted, 2)
    bring(booted, 3, {"name": "bob", "locked": True})
    until(lambda: not state_of(booted, "alice")["locked"], "alice may come again")
    until(lambda: "bob" in booted.out("playpenctl user list"), "bob is locked")
    again = ssh(booted, "alice", options=key)
    again.terminal.expect(SHELL)
