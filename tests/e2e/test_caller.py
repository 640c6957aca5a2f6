# SPDX-License-Identifier: MIT
"""playpen-policy inherits nothing from the process that started it, and the
worker nothing but its own uid: read from the live helpers while a login is
pending."""

import ctypes
import os
import pathlib
import signal
import subprocess
import time

import pytest

from rig.console import on_terminal
from rig.wait import until

pytestmark = pytest.mark.release

RIG = pathlib.Path(__file__).parent / "rig"
ATTRIBUTES = (RIG / "attributes.py").read_text(encoding="utf-8")
HOSTILE = ATTRIBUTES + (RIG / "hostile.py").read_text(encoding="utf-8")
HOSTILE_SU = ATTRIBUTES + """
set_all()
os.execvp("su", ["su", "alice", "-c", "true"])
"""
TIMEOUT = 10
SLACK_NS = "50000"
IOPRIO_GET = 252
IDLE_CLASS = 3
NO_CORE = ["0", "0"]
# Ignored by choice, and by glibc's posix_spawn: its own two signals.
MAY_BE_IGNORED = sum(1 << (n - 1) for n in (signal.SIGPIPE, 32, 33))


def status_of(pid):
    lines = pathlib.Path(f"/proc/{pid}/status").read_text().splitlines()
    return {k: v.split() for k, v in (line.split(":", 1) for line in lines)}


def limits_of(pid):
    lines = pathlib.Path(f"/proc/{pid}/limits").read_text().splitlines()[1:]
    return {line[:25].strip(): line[25:].split()[:2] for line in lines}


def descriptors_of(pid):
    place = pathlib.Path(f"/proc/{pid}/fd")
    return {int(fd.name): os.readlink(fd) for fd in place.iterdir()}


def proc(pid, name):
    return pathlib.Path(f"/proc/{pid}/{name}").read_text(encoding="ascii").strip()


def assert_is_scheduled_as_others(pid, status):
    """Timers, processors, priorities and memory are those of a fresh process."""
    assert proc(pid, "timerslack_ns") == SLACK_NS
    assert os.sched_getaffinity(pid) == os.sched_getaffinity(1)
    assert os.sched_getscheduler(pid) == os.SCHED_OTHER
    assert ctypes.CDLL(None).syscall(IOPRIO_GET, 1, pid) >> 13 != IDLE_CLASS
    assert proc(pid, "oom_score_adj") == "0"
    assert proc(pid, "personality") == "00000000"
    assert proc(pid, "coredump_filter") == "00000033"
    assert {line.split()[1] for line in proc(pid, "numa_maps").splitlines()} <= {"default"}
    assert status.get("THP_enabled", ["1"]) == ["1"]
    assert int(status["CapInh"][0], 16) == int(status["CapAmb"][0], 16) == 0


def assert_inherits_nothing(pid, uid):
    status = status_of(pid)
    assert_is_scheduled_as_others(pid, status)
    stat = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    limits = limits_of(pid)
    assert set(status["Uid"]) == {uid}
    assert len(set(status["Gid"])) == 1 and status["Groups"] == []
    assert status["Umask"] == ["0022"]
    assert int(status["SigBlk"][0], 16) == 0
    assert int(status["SigIgn"][0], 16) & ~MAY_BE_IGNORED == 0
    assert int(status["SigCgt"][0], 16) == 0
    assert limits["Max core file size"] == NO_CORE
    # Where a container does not let root raise the hard limit: up to it.
    for name in ("Max cpu time", "Max processes", "Max file size", "Max msgqueue size"):
        assert limits[name][0] == limits[name][1], name
    assert pathlib.Path(f"/proc/{pid}/environ").read_bytes() == b""
    assert os.readlink(f"/proc/{pid}/cwd").endswith("/")
    assert stat[16] == "0", "nice"
    assert stat[4] == "0", "a controlling terminal"
    return stat, descriptors_of(pid)


def helpers(node):
    found = [node.processes(name) for name in ("playpen-policy", "playpen-oidc")]
    return [pids[0] for pids in found] if all(found) else None


def assert_clean(node):
    policy, worker = until(lambda: helpers(node), "both helpers")
    # Ready when it has started the worker and the worker has dropped its uid.
    until(lambda: status_of(worker)["Uid"][0] != "0", "the worker's own uid")
    until(lambda: status_of(worker)["Seccomp"] == ["2"], "the worker's filter")
    stat, open_files = assert_inherits_nothing(policy, "0")
    assert stat[3] == str(policy) and stat[2] == str(policy), "session and group"
    assert {open_files[i] for i in range(3)} == {"/dev/null"}
    assert len(open_files) <= 8, open_files
    uid = status_of(worker)["Uid"][0]
    stat, open_files = assert_inherits_nothing(worker, uid)
    assert {open_files[i] for i in range(3)} == {"/dev/null"}
    assert status_of(worker)["NoNewPrivs"] == ["1"]
    assert int(status_of(worker)["CapPrm"][0], 16) == 0
    for pid in (policy, worker):
        assert os.stat(f"/proc/{pid}/environ").st_uid == 0, "dumpable"
        argv = pathlib.Path(f"/proc/{pid}/cmdline").read_bytes()
        assert argv.count(b"\0") == 1, argv


@pytest.fixture
def bound(dex, node, ssh):
    assert ssh(node, "alice", "true").sign_in() == ("", 0)
    until(lambda: not node.processes("playpen-policy"), "the end of the sign-in")
    return node


def test_nothing_comes_from_sshd(dex, node, ssh):
    connection = ssh(node, "alice")
    connection.wait_for_screen()
    assert_clean(node)


def test_nothing_comes_from_su(bound):
    line = "umask 077; ulimit -c 9 -f 8; cd /tmp; exec nice -n 19 su alice"
    caller = bound.spawn(["setpriv", "--reuid=65534", "--regid=65534",
                          "--groups=4", "sh", "-c", line])
    assert_clean(bound)
    caller.close(force=True)


def test_nothing_comes_from_login(bound):
    caller = on_terminal(bound, ["login", "alice"])
    assert_clean(bound)
    caller.close(force=True)


def test_nothing_comes_from_sudo(dex, bound, ssh):
    bound.write("/etc/sudoers.d/playpen", "alice ALL=(ALL) ALL\n", 0o440)
    shell = ssh(bound, "alice")
    shell.sign_in_to_shell()
    until(lambda: not bound.processes("playpen-policy"), "the end of the sign-in")
    shell.terminal.sendline("umask 077; cd /tmp; nice -n 19 sudo true")
    shell.terminal.expect("Open +http")
    assert_clean(bound)


def test_nothing_comes_from_a_hostile_caller(bound):
    bound.popen(["/usr/bin/python3", "-c", HOSTILE, "su", "alice"],
                stdin=subprocess.DEVNULL)
    assert_clean(bound)
    policy, = bound.processes("playpen-policy")
    # The caller itself, which blocks every other signal.
    os.kill(int(status_of(policy)["PPid"][0]), signal.SIGKILL)
    until(lambda: not helpers(bound), "the end of both helpers", 2)


def start_hostile_su(node):
    """A local user's su to alice, with attributes of their choice."""
    caller = on_terminal(node, ["setpriv", "--reuid=65534", "--regid=65534",
                                "--clear-groups", "/usr/bin/python3", "-c", HOSTILE_SU])
    caller.expect("Open +http", timeout=60)
    return caller


@pytest.mark.parametrize("hostile", [False, True])
def test_a_deadline_holds_whatever_the_caller_has_set(dex, make_node, ssh, hostile):
    node = make_node(changes={"service.su": {"timeout": str(TIMEOUT)}})
    assert ssh(node, "alice", "true").sign_in() == ("", 0)
    until(lambda: not node.processes("playpen-policy"), "the end of the sign-in")
    caller = start_hostile_su(node) if hostile else on_terminal(
        node, ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups",
               "su", "alice", "-c", "true"])
    policy, _ = until(lambda: helpers(node), "both helpers")
    assert_clean(node)
    ticks = os.sysconf("SC_CLK_TCK")
    began = int(proc(policy, "stat").rsplit(")", 1)[1].split()[19]) / ticks
    until(lambda: not node.processes("playpen-policy"), "policy's end", TIMEOUT + 20, 0.005)
    took = time.clock_gettime(time.CLOCK_BOOTTIME) - began
    assert TIMEOUT - 1 < took < TIMEOUT + 1, took
    assert not node.processes("playpen-oidc")
    assert "reason=deadline" in node.log()
    caller.close(force=True)
