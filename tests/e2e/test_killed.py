# SPDX-License-Identifier: MIT
"""SIGKILL to each of the three processes of a login, at each step of it."""

import os
import pathlib
import signal

from pexpect import EOF

from rig.ssh import PROMPT
from rig.wait import until

# Three people wait at once; each loses another process.
VICTIM = {"alice": "sshd", "bob": "playpen-policy", "mallory": "playpen-oidc"}


def shown(dex, people):
    """They have read where to go."""


def approved(dex, people):
    """They have approved, and no worker has asked again yet."""
    for person in people.values():
        person.approve()


def redeemed(dex, people):
    """The workers have their tokens; Enter is still to come."""
    approved(dex, people)
    until(lambda: tokens(dex) == len(people), "the tokens")


STEPS = (shown, approved, redeemed)


def tokens(dex):
    return [r["status"] for r in dex.requests("/dex/token")].count(200)


def parent_of(pid):
    text = pathlib.Path(f"/proc/{pid}/stat").read_text()
    return int(text.rsplit(")", 1)[1].split()[1])


class Person:
    """Somebody at the sign-in's screen, and the processes that serve them."""

    def __init__(self, node, ssh, name):
        before = set(node.processes("playpen-policy"))
        self.name = name
        self.connection = ssh(node, name, "echo a shell")
        self.connection.wait_for_screen()
        policy, = set(node.processes("playpen-policy")) - before
        worker, = (p for p in node.processes("playpen-oidc") if parent_of(p) == policy)
        self.pids = {"sshd": parent_of(policy), "playpen-policy": policy,
                     "playpen-oidc": worker}

    def approve(self):
        self.connection.approve()

    def lose(self, victim):
        try:
            os.kill(self.pids[victim], signal.SIGKILL)
        except ProcessLookupError:
            assert victim == "playpen-oidc", "only a worker may be ready"

    def came_in(self):
        """Whether the next Enter opened a shell."""
        self.connection.enter()
        self.connection.terminal.expect([EOF, PROMPT])
        text = self.connection.terminal.before
        self.connection.close()
        return "a shell" in text


def kill_at(step, dex, node, ssh):
    """The names of those who came in all the same."""
    dex.forget_requests()
    people = {name: Person(node, ssh, name) for name in VICTIM}
    step(dex, people)
    for name, person in people.items():
        person.lose(VICTIM[name])
    entered = {name for name, person in people.items() if person.came_in()}
    for name in ("playpen-policy", "playpen-oidc"):
        until(lambda: not node.processes(name), f"the end of every {name}", 5)
    return entered


def bound(node):
    shown = {name: node.run(["playpenctl", "user", "show", name], check=False)
             for name in VICTIM}
    return {name for name, done in shown.items() if done.returncode == 0}


def sign_in(node, ssh, name):
    return ssh(node, name, "id", "-un").sign_in()


def test_a_kill_before_the_binding_binds_nobody(dex, node, ssh):
    for step in (shown, approved):
        assert kill_at(step, dex, node, ssh) == set(), step.__name__
        assert bound(node) == set(), step.__name__
    # Once policy has the identity, the worker is needed no more.
    entered = kill_at(redeemed, dex, node, ssh)
    assert entered <= {"mallory"} and bound(node) == entered
    for name in ("alice", "bob"):
        assert sign_in(node, ssh, name) == (name, 0)
    assert bound(node) >= {"alice", "bob"}


def test_a_kill_changes_no_binding(dex, node, ssh):
    for name in VICTIM:
        assert sign_in(node, ssh, name) == (name, 0)
    before = {name: node.id_of(name) for name in VICTIM}
    for step in STEPS:
        assert kill_at(step, dex, node, ssh) <= {"mallory"}, step.__name__
        assert bound(node) == set(VICTIM), step.__name__
    assert {name: node.id_of(name) for name in VICTIM} == before
    stranger = ssh(node, "alice", "true")
    stranger.wait_for_screen()
    stranger.approve(by="bob")
    stranger.enter_until(EOF)
    assert stranger.result()[1] != 0
    assert sign_in(node, ssh, "alice") == ("alice", 0)
