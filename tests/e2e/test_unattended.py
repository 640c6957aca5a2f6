# SPDX-License-Identifier: MIT
"""scp, rsync, git and Ansible with nobody there: for a service by askpass, for
a person who has signed in once by their key."""

import shlex

import pytest

from rig import paths
from rig.service import account, askpass, run
from rig.ssh import OPTIONS, authorize_key
from test_ways_round import decisions

pytestmark = pytest.mark.release

RULES = "%platform-admins ALL=(ALL) NOPASSWD: ALL\n"

# Ansible switches keyboard-interactive off where it has no password; what
# stands in ssh_args comes before that, and the first one counts.
ANSWERS = "-o KbdInteractiveAuthentication=yes -o PreferredAuthentications=keyboard-interactive"
PLAY = """\
- hosts: all
  gather_facts: false
  tasks:
    - copy: {content: "hello\\n", dest: ansible.txt}
    - command: id -un
      register: who
    - debug: {msg: "as {{ who.stdout }}"}
"""
BECOME = """\
- hosts: all
  gather_facts: false
  become: true
  tasks:
    - command: id -un
      register: who
    - debug: {msg: "as {{ who.stdout }}"}
"""


class Way:
    """Somebody's way in: who, on which node, with which options of ssh's."""

    def __init__(self, node, name, options=(), program="/bin/false", more=""):
        self.node, self.name, self.program = node, name, program
        self.ssh = shlex.join(["ssh", *OPTIONS, *options])
        self.options = shlex.join([*OPTIONS, *options]) + " " + more
        self.at = f"{name}@{node.address}"

    def run(self, *argv):
        status, out, said = run(argv, self.program)
        assert status == 0, out + said + self.node.log()
        return out

    def home(self, name):
        return f"/home/{self.name}/{name}"

    def ansible(self, text):
        """A whole playbook; status and what was printed."""
        play, inventory = paths.LAB / "play.yml", paths.LAB / "inventory"
        play.write_text(text)
        inventory.write_text(
            f"{self.node.address} ansible_user={self.name} "
            f"ansible_python_interpreter=/usr/bin/python3 "
            f"ansible_ssh_args='{self.options} -o ControlMaster=auto -o ControlPersist=5s'\n"
        )
        return run(["ansible-playbook", "-i", str(inventory), str(play)], self.program, 120)


@pytest.fixture(params=["service", "key"])
def way(request, dex, make_node, ssh):
    if request.param == "service":
        node = make_node(changes=account())
        return Way(node, "svc-backup", program=askpass(owner=0), more=ANSWERS)
    return person(make_node(), ssh)


def person(node, ssh):
    assert ssh(node, "alice", "true").sign_in() == ("", 0)
    return Way(node, "alice", authorize_key(node, "alice", "/home/alice"))


def test_scp(way, tmp_path):
    (tmp_path / "letter").write_text("hello\n")
    command = ["scp", *shlex.split(way.ssh)[1:]]
    way.run(*command, str(tmp_path / "letter"), way.at + ":")
    assert way.node.read(way.home("letter")) == "hello\n"
    way.run(*command, way.at + ":letter", str(tmp_path / "back"))
    assert (tmp_path / "back").read_text() == "hello\n"


def test_rsync(way, tmp_path):
    tree = tmp_path / "tree"
    (tree / "below").mkdir(parents=True)
    (tree / "below" / "letter").write_text("hello\n")
    way.run("rsync", "-a", "-e", way.ssh, str(tree), way.at + ":")
    assert way.node.read(way.home("tree/below/letter")) == "hello\n"


def test_git(way, tmp_path, monkeypatch):
    way.run(*shlex.split(way.ssh), way.at, "git init -q --bare work.git")
    monkeypatch.setenv("GIT_SSH_COMMAND", way.ssh)
    url, work = f"{way.at}:work.git", str(tmp_path / "work")
    way.run("git", "clone", "-q", url, work)
    me = ["-c", "user.name=me", "-c", "user.email=me@playpen.example"]
    way.run("git", "-C", work, *me, "commit", "-q", "--allow-empty", "-m", "first")
    way.run("git", "-C", work, "push", "-q", url, "HEAD:main")
    assert "main" in way.run("git", "ls-remote", url)


def test_ansible(way):
    status, out, said = way.ansible(PLAY)
    assert status == 0, out + said + way.node.log()
    assert f"as {way.name}" in out
    assert way.node.read(way.home("ansible.txt")) == "hello\n"


def test_ansible_becomes_root_by_key_while_the_group_is_there(dex, make_node, ssh):
    node = make_node()
    node.write("/etc/sudoers.d/playpen", RULES, 0o440)
    way = person(node, ssh)
    dex.forget_requests()
    status, out, said = way.ansible(BECOME)
    assert status == 0 and "as root" in out, out + said + node.log()
    assert dex.requests() == [], "nobody was asked anything"
    dex.change_user("alice", groups=["dev"])
    assert ssh(node, "alice", "true").sign_in() == ("", 0)
    status, out, _ = way.ansible(BECOME)
    assert status != 0 and "as root" not in out
    status, out, _ = way.ansible(PLAY)
    assert status == 0 and "as alice" in out, "the key itself still opens"


def test_nothing_opens_by_key_when_the_account_is_locked(dex, make_node, ssh):
    way = person(make_node(), ssh)
    way.node.run("playpenctl user lock alice")
    status, out, said = way.ansible(PLAY)
    assert status != 0
    assert "The account alice is locked" in out + said
    assert decisions(way.node)[-1]["reason"] == "locked"
    way.node.run("playpenctl user unlock alice")
    assert way.ansible(PLAY)[0] == 0
