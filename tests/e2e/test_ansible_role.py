# SPDX-License-Identifier: MIT
"""packaging/ansible, by the real Ansible over ssh, on three nodes."""

import json
import os
import re
import shutil
import subprocess

import pytest

from rig import paths
from rig.conf import conf_text
from rig.fleet import BareNodes
from rig.node import ID_KEY

pytestmark = pytest.mark.skipif(shutil.which("ansible-playbook") is None,
                                reason="there is no Ansible here")
SITE = paths.SOURCE / "packaging" / "ansible" / "site.yml"
ACCOUNTS = '{{"serial":{}}}\n{}{{"end":{}}}\n'
BOB = '{"name":"bob","locked":true}\n'


class Fleet(BareNodes):
    def __init__(self):
        super().__init__(("node-21", "node-22", "node-23"), 21)
        self.directory = paths.LAB / "fleet"
        self.directory.mkdir(exist_ok=True)
        hosts = "".join(f"{n.name} ansible_host={n.address}\n" for n in self.nodes)
        (self.directory / "hosts").write_text(f"[nodes]\n{hosts}")
        self._ssh = " ".join([*self.options, "-o", "StrictHostKeyChecking=no",
                              "-o", "UserKnownHostsFile=/dev/null"])
        self.bundle()
        self.accounts(1)

    def bundle(self, changes=None):
        (self.directory / "bundle.json").write_text(json.dumps(
            {"playpen.conf": conf_text(changes), "uid.key": ID_KEY}))

    def accounts(self, serial, lines=""):
        (self.directory / "accounts.jsonl").write_text(
            ACCOUNTS.format(serial, lines, lines.count("\n")))

    def play(self, *words, status=0):
        """Runs the playbook; returns {node: (ok, changed, failed)} of its recap."""
        done = subprocess.run(
            ["ansible-playbook", "-i", self.directory / "hosts", SITE,
             "-e", "playpen_install=false", "-e", "ansible_user=root",
             "-e", "ansible_python_interpreter=/usr/bin/python3",
             "-e", f"playpen_bundle={self.directory}/bundle.json",
             "-e", f"playpen_accounts={self.directory}/accounts.jsonl", *words],
            capture_output=True, text=True, timeout=400,
            env={**os.environ, "ANSIBLE_NOCOLOR": "1", "HOME": str(self.directory),
                 "ANSIBLE_HOST_KEY_CHECKING": "False", "ANSIBLE_SSH_COMMON_ARGS": self._ssh,
                 "ANSIBLE_PIPELINING": "True", "ANSIBLE_SSH_RETRIES": "2", "LC_ALL": "C.UTF-8"})
        assert (done.returncode == 0) == (status == 0), done.stdout[-3000:] + done.stderr
        assert ID_KEY not in done.stdout + done.stderr
        recap = re.findall(r"^(\S+) +: ok=(\d+) +changed=(\d+) +unreachable=0 +failed=(\d+)",
                           done.stdout, re.MULTILINE)
        return {name: tuple(map(int, counts)) for name, *counts in recap}


@pytest.fixture
def fleet(installed):
    made = Fleet()
    yield made
    made.stop()


def changed(stats):
    return {name: count > 0 for name, (_, count, _) in stats.items()}


def test_three_nodes_from_nothing_to_a_lock_and_out_again(dex, fleet, ssh):
    nodes = fleet.nodes
    names = [node.name for node in nodes]
    # Check mode tells, and changes nothing.
    assert changed(fleet.play("--check")) == dict.fromkeys(names, True)
    assert not any(node.exists("/etc/playpen/uid.key") for node in nodes)
    # Once, and once more.
    assert changed(fleet.play()) == dict.fromkeys(names, True)
    assert changed(fleet.play()) == dict.fromkeys(names, False)
    for node in nodes:
        assert ssh(node, "alice", "id", "-un").sign_in() == ("alice", 0)
    assert len({node.out("id -u alice") for node in nodes}) == 1
    # A lock by the accounts file alone.
    fleet.accounts(2, BOB)
    assert changed(fleet.play("--tags", "accounts")) == dict.fromkeys(names, True)
    for node in nodes:
        assert "bob" in node.out("playpenctl apply --check; cat /etc/playpen/accounts.d/*")
    text, status = ssh(nodes[2], "bob", "true").result()
    assert status == 255 and "You cannot sign in here as bob." in text
    # A change, node by node: the first that fails ends it.
    fleet.bundle({"issuer": {"url": "http://localhost:1/dex"}})
    stats = fleet.play(status=2)
    assert stats[names[0]][2] == 1 and not set(names[1:]) & set(stats)
    for node in nodes:
        assert ssh(node, "alice", "id", "-un").sign_in() == ("alice", 0)
    fleet.bundle({"limits": {"max_pending_logins": "9"}})
    assert changed(fleet.play()) == dict.fromkeys(names, True)
    # One leaves.
    stats = fleet.play("-l", names[1], "-e", "playpen_state=absent", "-e", "playpen_purge=true")
    assert changed(stats) == {names[1]: True}
    assert not nodes[1].exists("/etc/playpen/uid.key")
    assert nodes[1].run("getent passwd alice", check=False).returncode == 2
    assert nodes[0].run("getent passwd alice").stdout
    assert changed(fleet.play("-l", names[1], "-e", "playpen_state=absent")) == {names[1]: False}
