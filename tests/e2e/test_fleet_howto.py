# SPDX-License-Identifier: MIT
"""docs/how-to/fleet.md, followed by its letter: from nothing to three nodes, a person
who leaves all of them, and what a node does while nobody brings the file."""

import json
import os
import re
import subprocess
import textwrap

import pytest

from rig import paths
from rig.fleet import BareNodes
from rig.ssh import authorize_key

HOWTO = paths.SOURCE / "docs" / "how-to" / "fleet.md"
FILE = "/etc/playpen/accounts.d/accounts.jsonl"
NO_PASSWORD = ["-o", "PasswordAuthentication=no"]
NAMES = ("node-1", "node-2", "node-3")


def block(word):
    """The one block of the document that has the word."""
    found = [textwrap.dedent(text) for text in
             re.findall(r"(?:^    .*\n)+", HOWTO.read_text(), re.MULTILINE) if word in text]
    assert len(found) == 1, word
    return found[0]


class Fleet(BareNodes):
    """Three nodes with the packages, and a machine from which root gets in."""

    def __init__(self):
        super().__init__(NAMES, 31)
        self.directory = paths.LAB / "fleet-howto"
        self.directory.mkdir()
        for node in self.nodes:
            node.run("usermod -p '$6$x$y' root")
        lines = [f"Host {node.name}\n HostName {node.address}\n" for node in self.nodes]
        config = self.directory / "config"
        config.write_text("".join(lines) + "Host *\n BatchMode yes\n StrictHostKeyChecking no\n"
                          f" UserKnownHostsFile /dev/null\n LogLevel ERROR\n IdentityFile {self.options[1]}\n"
                          " ConnectionAttempts 10\n")
        program = self.directory / "ssh"
        program.write_text(f'#!/bin/sh\nexec /usr/bin/ssh -F {config} "$@"\n')
        program.chmod(0o755)

    def run(self, text):
        """Runs a block of the document on the administrator's machine."""
        done = subprocess.run(["bash", "-euo", "pipefail", "-c", text], capture_output=True,
                              text=True, timeout=120,
                              env={**os.environ, "PATH": f"{self.directory}:{os.environ['PATH']}"})
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture
def fleet(installed):
    made = Fleet()
    yield made
    made.stop()


def bring(node, text):
    """The last line of the table of section 4; no systemd runs on these nodes."""
    line = re.search("`(install -m 644 F [^`]*)`", HOWTO.read_text()).group(1)
    node.write("/root/F", text)
    node.run("D=/etc/playpen/accounts.d; " + line.replace(" F ", " /root/F ").replace("D/", "$D/"))
    return node.run("playpenctl apply", check=False)


def with_line(text, line):
    """One line, a higher serial, one more in the last line."""
    first, *people, last = [json.loads(old) for old in text.splitlines()]
    first["serial"] += 1
    last["end"] += 1
    return "".join(json.dumps(row) + "\n" for row in (first, *people, json.loads(line), last))


def test_from_nothing_to_three_nodes_and_a_person_leaves_all_of_them(dex, fleet, ssh):
    one, two, three = fleet.nodes
    # The test's Dex is another, and has no TLS.
    first = block("--new-uid-key").replace("https://dex.example/dex",
                                           "http://localhost:5556/dex --allow-http")
    one.run(first)
    assert ssh(one, "alice", "id", "-un",
               options=["-o", "ConnectionAttempts=10"]).sign_in() == ("alice", 0)
    one.run(f"cd /root; {block('accounts export')}")
    one.run(f"cd /root; {block('install -m 644 accounts.jsonl')} playpenctl apply")
    fleet.run(block("playpenctl enroll -\n"))
    text = one.read(FILE)
    assert '"alice"' in text and [node.read(FILE) for node in (two, three)] == [text, text]
    assert len({node.out("id -u alice") for node in fleet.nodes}) == 1
    for node in (two, three):
        assert ssh(node, "alice", "id", "-un").sign_in() == ("alice", 0)

    # bob works on one node, and leaves all of them.
    shell = ssh(two, "bob")
    shell.sign_in_to_shell()
    subject = json.loads(two.out("playpenctl user show --json bob"))["subject"]
    leaves = block('"closed":true').replace("CgNib2I", subject)
    assert subject in leaves
    left = with_line(text, leaves)
    for node in fleet.nodes:
        done = bring(node, left)
        assert done.returncode == 0, done.stdout + done.stderr
        assert bring(node, left).stdout == ""
    shell.result()  # what ran has ended
    for node in fleet.nodes:
        assert ssh(node, "bob", options=NO_PASSWORD).is_kept_out()
        assert ssh(node, "alice", "id", "-un").sign_in() == ("alice", 0)

    # Nobody brings the file, or it is no whole one.
    for damaged in ("", left[:-5], text):
        done = bring(three, damaged)
        assert done.returncode != 0 and "accounts.jsonl" in done.stdout + done.stderr
        assert ssh(three, "bob", options=NO_PASSWORD).is_kept_out()
    three.run(f"rm {FILE}")
    done = three.run("playpenctl apply", check=False)
    assert done.returncode != 0 and "accounts.jsonl" in done.stdout + done.stderr
    assert ssh(three, "bob", options=NO_PASSWORD).is_kept_out()
    options = authorize_key(three, "alice", "/home/alice")
    dex.stop()
    try:
        assert ssh(three, "bob", options=NO_PASSWORD).is_kept_out()
        assert ssh(three, "alice", "id", "-un", options=options).result() == ("alice", 0)
    finally:
        dex.start()
    assert bring(three, left).returncode == 0

    # A node leaves.
    assert "`playpenctl unenroll --purge`" in HOWTO.read_text()
    three.run("playpenctl unenroll --purge")
    assert three.run("getent passwd alice", check=False).returncode == 2
    assert not three.exists("/etc/playpen/uid.key")
    assert ssh(two, "alice", "id", "-un").sign_in() == ("alice", 0)
