# SPDX-License-Identifier: MIT
"""playpen-policy inherits nothing from whoever started it, and the worker
nothing but its own uid: read from the live helpers while a person is waiting."""

import os
import pathlib
import signal
import subprocess

import pytest

from rig.console import on_terminal
from rig.wait import until

pytestmark = pytest.mark.release

HOSTILE = pathlib.Path(__file__).parent / "rig" / "hostile.py"
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


def assert_inherits_nothing(pid, uid):
    status = status_of(pid)
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
    for name in ("Max cpu time", "Max processes", "Max file size"):
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
    program = HOSTILE.read_text(encoding="utf-8")
    bound.popen(["/usr/bin/python3", "-c", program, "su", "alice"],
                stdin=subprocess.DEVNULL)
    assert_clean(bound)
    policy, = bound.processes("playpen-policy")
    # The caller itself, which blocks every other signal.
    os.kill(int(status_of(policy)["PPid"][0]), signal.SIGKILL)
    until(lambda: not helpers(bound), "the end of both helpers", 2)
