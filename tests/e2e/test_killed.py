# SPDX-License-Identifier: MIT
"""SIGKILL to each of the three processes of a login, at each step of it."""

import os
import pathlib
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from pexpect import EOF

from rig.dex import DEX_INTERVAL, INTERVAL
from rig.fake_provider import device_code
from rig.faults import KILL_HOST, KILL_POLICY, Faults, inject
from rig.ssh import PROMPT, authorize_key, sign_in_together
from rig.wait import until

pytestmark = pytest.mark.release

BUSY_SECONDS = 15
INTERVAL_MAX = 60  # seconds; no worker waits longer between two questions

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
    """Somebody who signs in, and the processes that serve them: at the screen,
    or as far as until() says."""

    def __init__(self, node, ssh, name, ready=None):
        before = set(node.processes("playpen-policy"))
        self.name = name
        self.connection = ssh(node, name, "echo a shell")
        if ready:
            until(ready, f"{name} to be ready")
        else:
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
    # Or a worker would ask before it is lost, on a busy machine too.
    dex.change_interval(DEX_INTERVAL if step is redeemed else INTERVAL_MAX)
    people = {name: Person(node, ssh, name) for name in VICTIM}
    step(dex, people)
    dex.change_interval(INTERVAL)
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
    sign_in_together(ssh, node, "alice", "bob")
    assert bound(node) >= {"alice", "bob"}


def test_a_kill_changes_no_binding(dex, node, ssh):
    sign_in_together(ssh, node, *VICTIM)
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


@pytest.mark.parametrize("step", ["discovery", "keys", "device"])
def test_a_kill_before_the_screen_binds_nobody(fake, node, ssh, step):
    """The provider has been asked, and holds its answer back."""
    go_on = threading.Event()
    fake.answers[step] = lambda handler: go_on.wait(30)
    people = {}
    for number, name in enumerate(VICTIM, 1):
        people[name] = Person(node, ssh, name, lambda: fake.count(step) == number)
    for name, person in people.items():
        person.lose(VICTIM[name])
    for name, person in people.items():
        text, status = person.connection.result()
        assert status == 255 and "a shell" not in text, name
    for name in ("playpen-policy", "playpen-oidc"):
        until(lambda: not node.processes(name), f"the end of every {name}", 5)
    go_on.set()
    assert bound(node) == set()
    fake.forget()
    fake.approved = True
    assert "alice" in enter_all(node, ssh, fake, ["alice"])


# In the order in which a first login comes to them: SQLite's journal, its
# table, and the index (twice synced, itself and its directory).
WRITES = [
    ("pwrite64", 2), ("pwrite64", 20), ("fdatasync", 1), ("fdatasync", 3),
    ("fdatasync", 4), ("ftruncate", 1), ("fsync", 1), ("rename", 1), ("fsync", 2),
]


def wait_for_tokens(node, fake, count):
    until(lambda: fake.issued >= count, "every token")
    node.wait_for_worker()


def at_screen(node, ssh, fake, name):
    connection = ssh(node, name, "echo a shell")
    connection.wait_for_screen()
    fake.people[device_code(connection.code)] = name
    return connection


def enter_all(node, ssh, fake, names):
    """Those of them who came in."""
    with ThreadPoolExecutor() as pool:
        screens = pool.map(lambda name: at_screen(node, ssh, fake, name), names)
        people = dict(zip(names, screens))
    fake.approved = True
    wait_for_tokens(node, fake, fake.codes)
    for connection in people.values():
        connection.enter_until(EOF)
    return {name for name, c in people.items() if "a shell" in c.result()[0]}


def test_a_kill_in_the_midst_of_writing_leaves_all_or_nothing(fake, make_node, ssh):
    """A first login each, killed at another write; the last loses its host."""
    node = make_node(changes={"limits": {"max_pending_logins": 64, "max_pending_logins_per_source": 64}})
    node.stop_sshd()
    node.start_sshd("-o", "MaxStartups=300")
    assert enter_all(node, ssh, fake, ["alice"]) == {"alice"}
    alice = node.id_of("alice")
    faults = Faults(node)
    faults.plan(*(inject(*write) for write in WRITES),
                inject("fdatasync", 2, "delay_enter=5s"))
    guests = [f"guest{i}" for i in range(len(WRITES) + 1)]
    fake.forget()
    people = {name: at_screen(node, ssh, fake, name) for name in guests}
    orphan = max(node.processes("playpen-policy"))
    fake.approved = True
    wait_for_tokens(node, fake, len(guests))
    for name, connection in people.items():
        connection.enter()
        if name == guests[-1]:
            # It has begun to write; its second sync is delayed.
            until(lambda: is_writing(node), "the first write", 5)
            os.kill(parent_of(orphan), signal.SIGKILL)
        connection.terminal.expect([PROMPT, EOF])  # a lost host's client tries again
        connection.close()
        assert connection.terminal.exitstatus != 0, name
        assert "a shell" not in connection.terminal.before, name
    until(lambda: not node.processes("playpen-policy"), "the end of all", 5)
    subjects = subjects_of(node)
    assert set(subjects) < {"alice", *guests} and "alice" in subjects
    assert guests[0] not in subjects and guests[-2] in subjects
    # Everybody's next one works, and whoever was bound still is.
    fake.forget()
    assert enter_all(node, ssh, fake, guests) == set(guests)
    after = subjects_of(node)
    assert set(after) == {"alice", *guests}
    assert subjects.items() <= after.items()
    assert node.id_of("alice") == alice
    node.run("playpenctl user lock alice")
    assert ssh(node, "alice", "true").result()[1] == 255


def is_writing(node):
    """The journal has content from the first write until it is committed."""
    return node.run(["test", "-s", "/var/lib/playpen/state.db-journal"],
                    check=False).returncode == 0


def subjects_of(node):
    rows = node.out([
        "/usr/bin/python3", "-c",
        "import sqlite3; db = sqlite3.connect('/var/lib/playpen/state.db')\n"
        "for row in db.execute('SELECT name, sub FROM accounts WHERE sub NOT NULL'):"
        " print(*row)"])
    return dict(row.split() for row in rows.split("\n"))


# After the sign-in itself: which policy it is, and who is lost. The second decides
# about the account, the third opens the session, the fourth closes it.
KEPT_OUT = [(2, KILL_POLICY), (2, KILL_HOST), (3, KILL_HOST)]
LET_IN = [(3, KILL_POLICY), (4, KILL_POLICY), (4, KILL_HOST)]


def sign_in_and_lose(faults, number, what, fake, node, ssh):
    """Returns what the person saw after Enter, and the exit status; None for that
    if sshd, its host lost, asked from the beginning."""
    faults.plan(*[""] * (number - 1), what)
    issued = fake.issued
    connection = ssh(node, "alice", "echo a shell")
    connection.wait_for_screen()
    wait_for_tokens(node, fake, issued + 1)
    again = connection.enter_until([PROMPT, EOF]) == 0
    connection.close()
    until(lambda: not node.processes("playpen-policy"), "the end of all", 5)
    node.wait_for_worker()
    assert bound(node) == {"alice"}
    return connection.last, None if again else connection.terminal.exitstatus


def test_a_kill_after_the_binding_lets_nobody_in_who_is_locked(fake, node, ssh):
    faults = Faults(node)
    fake.approved = True
    for number, what in KEPT_OUT:
        text, status = sign_in_and_lose(faults, number, what, fake, node, ssh)
        assert status != 0 and "a shell" not in text, (number, what, text)
    for number, what in LET_IN:
        text, status = sign_in_and_lose(faults, number, what, fake, node, ssh)
        assert "a shell" in text, (number, what)
        assert what == KILL_HOST or status == 0, (number, what, text)
    faults.plan()
    key = authorize_key(node, "alice", "/home/alice")
    assert ssh(node, "alice", "true", options=key).result() == ("", 0)
    node.run("playpenctl user lock alice")
    for what in (KILL_POLICY, KILL_HOST, ""):
        faults.plan(what)
        text, status = ssh(node, "alice", "echo a shell", options=key).result()
        assert status == 255 and "a shell" not in text
    assert "locked" in text


def test_who_waits_for_a_stopped_writer_lets_it_go_on(fake, node, ssh):
    """Only root could stop it there. Nobody hangs; root is not even slower."""
    root = authorize_key(node, "root", "/root")
    assert enter_all(node, ssh, fake, ["bob"]) == {"bob"}
    key = authorize_key(node, "bob", "/home/bob")
    fake.forget()
    faults = Faults(node)
    faults.plan(inject("fdatasync", 3, "signal=STOP"))
    alice = at_screen(node, ssh, fake, "alice")
    writer, = node.processes("playpen-policy")
    fake.approved = True
    wait_for_tokens(node, fake, 1)
    alice.enter()
    until(lambda: is_stopped(writer), "the writer's stop")
    assert ssh(node, "root", "true", options=root).result() == ("", 0)
    bob = ssh(node, "bob", "true", options=key)
    assert bob.result() == ("", 0)
    assert time.monotonic() - bob.started < BUSY_SECONDS
    assert alice.result()[0].endswith("a shell")


def is_stopped(pid):
    text = pathlib.Path(f"/proc/{pid}/stat").read_text()
    return text.rsplit(")", 1)[1].split()[0] in "Tt"
