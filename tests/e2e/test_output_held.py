# SPDX-License-Identifier: MIT
"""A playpenctl whose output is not read keeps no user and no administrator out,
whatever it does; and a lock that any user can take keeps nothing up."""

import fcntl
import json
import os
import re
import signal
import subprocess
import time

import pytest
from pexpect import EOF

from rig.fake_provider import FakeProvider
from rig.ssh import authorize_key
from rig.wait import until

pytestmark = pytest.mark.release

STATE = "/var/lib/playpen/state.db"
PEOPLE = 4000
FEW = 50  # where a command runs hundreds of times
SECONDS = 1.0
SHARED_FIRST = 2**30 + 2
# Every command that needs root, as --help lists them, with its operands.
COMMANDS = (
    "uid-key new",
    "uid-key install /etc/playpen/uid.key",
    "uid-key fingerprint",
    "publish",
    "user list",
    "user list --json",
    "user show alice",
    "user lock person1",
    "user unlock person1",
    "user logout person1",
    "user rename person2 person2b",
    "user close person3",
    "user reopen person3",
    "user delete person4",
    "user bind person5 --subject subject-5",
    "user unbind person5",
    "user import /root/roster",
    "issuer move https://old.example",
    "apply",
    "apply --json",
    "accounts export",
    "accounts merge /root/roster",
    "group list",
    "group list --json",
    "group show all-users",
    "group show all-users --json",
    "status",
    "status --json",
    "status --prometheus",
    "test-login alice",
    "doctor --offline",
    "doctor --list",
    "doctor --why 00000000",
    "bundle -",
    "uid-key rotate --only-node",
)
NOT_FOR_ROOT = {"token", "askpass", "verify"}
SWITCHES = {"enroll", "unenroll"}  # they replace the node under test: test_enroll.py
TRACE = "fcntl,flock,close,write,writev,sendto,sendmsg,poll,ppoll,select,pselect6," \
        "nanosleep,clock_nanosleep,wait4,waitid,futex,connect,read"
WAITS = {"poll", "ppoll", "select", "pselect6", "nanosleep", "clock_nanosleep", "wait4",
         "waitid", "futex", "connect", "sendto", "sendmsg"}
STOPPED = "--- stopped by SIGSTOP ---"
CALL = re.compile(r"^(\d+) +(\w+)\((\d+)?(?:<([^>]*)>)?(.*)$")


def populate(node, number):
    """Gives the node that many accounts."""
    node.write("/root/roster", "".join(
        json.dumps({"name": f"person{i}"}) + "\n" for i in range(number)))
    node.run("playpenctl user import /root/roster >/dev/null")


@pytest.fixture
def crowd(dex, node, ssh):
    """A node with many accounts, where alice has signed in."""
    node.first_login = first_login_seconds(ssh, node, "alice")
    populate(node, PEOPLE)
    return node


@pytest.fixture
def fake(no_dex):
    """A provider that approves at once: how long a person takes is not measured."""
    provider = FakeProvider().start()
    provider.approved = True
    yield provider
    provider.stop()


def test_every_command_for_root_is_in_this_test(node):
    listed = re.findall(r"^  ([a-z].*?)(?:  |$)", node.out("playpenctl --help"), re.M)
    words = {" ".join(re.match(r"[a-z-]+(?: [a-z-]+)?(?= |$)", line).group().split())
             for line in listed}
    words = {w for w in words if w.split()[0] not in NOT_FOR_ROOT | SWITCHES}
    assert words, "--help lists commands"
    for word in words:
        assert any(c == word or c.startswith(word + " ") for c in COMMANDS), word


def full_pipe():
    """Returns both ends of a pipe in which there is no room."""
    reads, writes = os.pipe()
    fcntl.fcntl(writes, fcntl.F_SETPIPE_SZ, 4096)
    os.set_blocking(writes, False)
    try:
        while True:
            os.write(writes, b"x" * 4096)
    except BlockingIOError:
        os.set_blocking(writes, True)
    return reads, writes


def start_unread(node, command):
    """The command, with its output and its errors into a pipe that is full."""
    reads, writes = full_pipe()
    process = node.popen(f"playpenctl {command}".split(), stdin=subprocess.DEVNULL,
                         stdout=writes, stderr=writes)
    os.close(writes)
    return process, reads


def is_stuck_or_done(pid):
    """Whether the process waits in write(2), or for a process of its own, or has
    ended."""
    try:
        with open(f"/proc/{pid}/syscall", encoding="ascii") as call:
            return call.read().split()[0] in ("1", "7", "271", "0")
    except (OSError, IndexError):
        return True


def key_seconds(node, ssh, options):
    began = time.monotonic()
    assert ssh(node, "alice", "true", options=options).result() == ("", 0)
    return time.monotonic() - began


def lock_seconds(node):
    began = time.monotonic()
    node.run("playpenctl user lock person9 && playpenctl user unlock person9")
    return (time.monotonic() - began) / 2


def first_login_seconds(ssh, node, name):
    connection = ssh(node, name, "true")
    assert connection.sign_in() == ("", 0)
    return time.monotonic() - connection.started


def test_unread_output_keeps_nothing_up(dex, crowd, ssh):
    options = authorize_key(crowd, "alice", "/home/alice")
    alone = (key_seconds(crowd, ssh, options), lock_seconds(crowd),
             crowd.first_login)
    started = [start_unread(crowd, command) for command in COMMANDS]
    pids = crowd.processes("playpenctl")
    for pid in pids:
        until(lambda pid=pid: is_stuck_or_done(pid), "what it writes", 30)
    stuck = crowd.processes("playpenctl")
    assert len(stuck) >= len(COMMANDS) // 2, "they wait for a reader"
    beside = (key_seconds(crowd, ssh, options), lock_seconds(crowd),
              first_login_seconds(ssh, crowd, "bob"))
    print("alone", alone, "beside", len(stuck), "that wait", beside)
    assert all(b < a + SECONDS for a, b in zip(alone, beside)), (alone, beside)
    for process, reads in started:
        os.close(reads)
        process.kill()
        process.wait()


def is_locked_by(line, held):
    """Notes what a traced call locks or lets go; returns the call, its file and
    whether it goes on with a lock."""
    match = CALL.match(line)
    if not match:
        return None
    pid, name, number, file, rest = match.groups()
    key = (pid, file)
    if name == "fcntl" and "F_SETLK" in rest and file == STATE and "= 0" in rest:
        if "F_UNLCK" in rest and "l_start=0, l_len=0" in rest:
            held.discard(key)
        elif "F_UNLCK" not in rest and f"l_start={SHARED_FIRST}" in rest:
            held.add(key)
    elif name == "flock" and "= 0" in rest:
        if "LOCK_UN" in rest:
            held.discard(key)
        else:
            held.add(key)
    elif name == "close":
        held.discard(key)
    return pid, name, number, file or ""


def calls_with_a_lock(trace):
    """Writes to the output, and waits, that a process makes with a lock."""
    held, bad, locks = set(), [], 0
    for line in trace.split("\n"):
        call = is_locked_by(line, held)
        locks += bool(held)
        if call is None or not any(pid == call[0] for pid, _ in held):
            continue
        _, name, number, file = call
        if name in WAITS or (name in ("write", "writev") and number in ("1", "2")) or (
                name == "read" and file.startswith(("pipe:", "socket:"))):
            bad.append(line)
    return bad, locks


def test_no_command_writes_or_waits_with_a_lock(crowd):
    """Wherever a process is stopped while it writes or waits, it has no lock."""
    seen = 0
    for command in COMMANDS:
        if command.startswith("test-login"):
            continue  # it waits for a person, and has no database open
        crowd.run(["strace", "-f", "-y", "-s", "16", "-e", f"trace={TRACE}", "-o",
                   "/tmp/trace", "playpenctl", *command.split()], check=False)
        bad, locks = calls_with_a_lock(crowd.read("/tmp/trace"))
        assert not bad, (command, bad)
        seen += locks
    assert seen > 100, "the locks are seen"


def calls_by_lock(trace):
    """Yields for each system call of the command, by its name and how often it was
    made, the names of the files that are locked then."""
    held, counts, first = set(), {}, None
    for line in trace.split("\n"):
        words = line.split(None, 1)
        name = re.match(r"\w+(?=\()", words[1]) if len(words) == 2 else None
        first = first or (words and words[0])
        is_locked_by(line, held)
        if not name or words[0] != first:
            continue
        counts[name.group()] = counts.get(name.group(), 0) + 1
        files = frozenset(os.path.basename(file) for pid, file in held if pid == first)
        if files:
            yield name.group(), counts[name.group()], files


class Stopping:
    """Runs commands that are stopped at a system call, each on the same state."""

    def __init__(self, node):
        self.node = node
        node.run("cp -a /var/lib/playpen /root/state; cp -a /etc/playpen /root/conf")

    def restore(self):
        self.node.run("rm -rf /var/lib/playpen/* && cp -a /root/state/. /var/lib/playpen"
                      " && cp -a /root/conf/. /etc/playpen")

    def places(self, command):
        """One system call of each name for each set of locks."""
        self.restore()
        self.node.run(["strace", "-f", "-y", "-s", "16", "-o", "/tmp/trace",
                       "playpenctl", *command.split()], check=False)
        found = {}
        for name, count, files in calls_by_lock(self.node.read("/tmp/trace")):
            found.setdefault((name, files), count)
        return [(name, count, files) for (name, files), count in found.items()]

    def stop(self, command, name, count):
        """Starts the command, with output into a full pipe; it is stopped when this
        returns, unless it has ended before."""
        self.restore()
        self.node.run("rm -f /tmp/trace")
        reads, writes = full_pipe()
        process = self.node.popen(
            ["strace", "-f", "-o", "/tmp/trace", "-e", f"trace={name}",
             "-e", f"inject={name}:signal=STOP:when={count}",
             "playpenctl", *command.split()],
            stdin=subprocess.DEVNULL, stdout=writes, stderr=writes)
        os.close(writes)
        until(lambda: process.poll() is not None or (
            self.node.exists("/tmp/trace") and STOPPED in self.node.read("/tmp/trace")),
            f"{command} is stopped at {name}", 30)
        return process, reads

    def end(self, process, reads):
        for pid in self.node.processes("playpenctl"):
            os.kill(pid, signal.SIGKILL)
        os.close(reads)
        process.kill()
        process.wait()


def approved_login_seconds(ssh, fake, node, name):
    fake.people = Everybody(name)
    connection = ssh(node, name, "true")
    connection.wait_for_screen()
    connection.enter_until(EOF)
    assert connection.result()[1] == 0
    return time.monotonic() - connection.started


class Everybody(dict):
    """Whoever has a code is this person."""

    def __init__(self, name):
        super().__init__()
        self.name = name

    def get(self, _code, _default=None):
        return self.name


def test_a_command_that_is_stopped_keeps_nothing_up(fake, node, ssh):
    """At each system call that it makes with a lock: `user lock` is measured at all
    of them, a key login and a first login once for each set of locks."""
    first = approved_login_seconds(ssh, fake, node, "alice")
    populate(node, FEW)
    options = authorize_key(node, "alice", "/home/alice")
    alone = (lock_seconds(node), key_seconds(node, ssh, options), first)
    stopping = Stopping(node)
    seen, stops = set(), 0
    for command in COMMANDS:
        if command.startswith("test-login"):
            continue  # it waits for a person, and has no database open
        for name, count, files in stopping.places(command):
            measures = [lambda: lock_seconds(node)]
            if files not in seen:
                seen.add(files)
                measures += [lambda: key_seconds(node, ssh, options),
                             lambda: approved_login_seconds(ssh, fake, node, "bob")]
            for number, measure in enumerate(measures):
                stopped = stopping.stop(command, name, count)
                stops += stopped[0].poll() is None
                took = measure()
                assert took < alone[number] + SECONDS, (command, name, count, files)
                stopping.end(*stopped)
    print(stops, "stops with", [sorted(files) for files in seen])
    assert stops > 100 and len(seen) > 2


def test_a_user_s_lock_of_the_directory_keeps_nothing_up(crowd):
    """Any user can open and lock a directory that all may read."""
    taken = crowd.popen(["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups",
                         "flock", "/etc/playpen", "-c", "echo taken; exec sleep 600"],
                        stdout=subprocess.PIPE)
    assert taken.stdout.readline() == b"taken\n"
    began = time.monotonic()
    crowd.run("cp /etc/playpen/uid.key /root/key; playpenctl uid-key install /root/key")
    assert time.monotonic() - began < 5
    for path in ("/etc/playpen/uid.key.lock", STATE, "/var/lib/playpen/publish.lock",
                 "/var/lib/playpen/index.v1.lock"):
        refused = crowd.run(["flock", "-n", path, "true"], user="65534", check=False)
        assert "Permission denied" in refused.stderr, path
    taken.kill()
    taken.wait()


def test_a_lock_that_is_held_is_not_waited_for_for_ever(crowd):
    held = crowd.popen(["flock", "/etc/playpen/uid.key.lock", "-c",
                        "echo taken; exec sleep 600"], stdout=subprocess.PIPE)
    assert held.stdout.readline() == b"taken\n"
    done = crowd.run("cp /etc/playpen/uid.key /root/key; playpenctl uid-key install /root/key",
                     check=False, timeout=30)
    assert done.returncode == 1
    assert "uid.key.lock: held by another process" in done.stderr
    held.kill()
    held.wait()
