# SPDX-License-Identifier: MIT
"""su, started by a person who means ill: what is published then is as always,
and whoever else signs in does not notice."""

import os
import re
import shlex
import signal
import time

import pytest
from pexpect import EOF

from rig.person import QuickPerson
from rig.ssh import sign_in_together
from rig.wait import until

pytestmark = pytest.mark.release

NOBODY = 65534
PUBLISHED = "/var/lib/playpen/index.v1"
STATE = "/var/lib/playpen/state.db"
# Files of 512 bytes, few descriptors and seconds. Hard limits would be the
# same to a root who may raise them; a container's often may not.
POOR = "umask 077; ulimit -S -f 1; ulimit -S -n 24; ulimit -S -t 2; cd /tmp; "
LINE = "exec script -qc \"nice -n 19 su alice -c 'echo became-\\$((40 + 2))'\" /dev/null"
SECONDS = 2.0


def forms(node):
    """Owner, group and mode of what playpen-policy writes."""
    return node.out(["stat", "-c", "%n %u %g %a", PUBLISHED, STATE])


def inode(node):
    return node.out(["stat", "-c", "%i", PUBLISHED])


@pytest.fixture
def two(dex, node, ssh):
    """A node where alice and bob have signed in; alice's next sign-in there
    will bring news to publish."""
    sign_in_together(ssh, node, "alice", "bob")
    dex.change_user("alice", groups=["dev", "news"])
    return node


def start_su(node, by_root="", by_nobody=""):
    """su alice by somebody else, at the moment when it shows the URL. Only on
    a terminal of the node's own it goes on without an Enter."""
    become = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
    line = shlex.join([*become, "sh", "-c", by_nobody + POOR + LINE])
    caller = node.spawn(["sh", "-c", f"{by_root} exec {line}"])
    caller.expect(r"Open +(\S+)\r\n")
    caller.url = caller.match.group(1)
    return caller


@pytest.fixture
def su(two):
    caller = start_su(two)
    yield caller
    caller.close(force=True)


@pytest.fixture
def group(two):
    """A control group that is nobody's own, as user managers have them, with
    one that nobody has made and one where root puts them first."""
    mounted = two.run("mount -t cgroup2 cgroup2 /sys/fs/cgroup", check=False)
    if mounted.returncode:
        pytest.skip(f"no cgroup2 here: {mounted.stderr}")
    group = f"/sys/fs/cgroup/playpen-test-{os.getpid()}"
    two.run(f"mkdir {group} {group}/first; chown {NOBODY} {group} {group}/cgroup.procs")
    two.run(f"mkdir {group}/mine", user=str(NOBODY))
    yield group
    two.run(f"echo 1 >{group}/mine/cgroup.kill", check=False)
    remove = f"rmdir {group}/mine {group}/first {group}"
    until(lambda: two.run(remove, check=False).returncode == 0, "the group's end", 5)


@pytest.fixture(params=["freezer", "cpu"])
def old_group(request, two):
    """A control group of version 1 that root has made and that a user is in."""
    mount = f"/run/{request.param}"
    two.run(f"mkdir {mount}")
    mounted = two.run(f"mount -t cgroup -o {request.param} cgroup {mount}", check=False)
    if mounted.returncode:
        pytest.skip(f"no {request.param} of version 1: {mounted.stderr}")
    group = f"{mount}/playpen-test-{os.getpid()}"
    two.run(f"mkdir -p {group}")
    yield group
    end = f"xargs -r kill -9 <{group}/cgroup.procs; rmdir {group}"
    until(lambda: two.run(end, check=False).returncode == 0, "its end", 5)


def group_of(pid):
    with open(f"/proc/{pid}/cgroup", encoding="ascii") as groups:
        return groups.read().strip().split("\n")[-1].removeprefix("0::")


def may_stop(node, pid):
    """Whether the caller's signal reaches the process (a pid of outside)."""
    status = open(f"/proc/{pid}/status", encoding="ascii").read()
    inside = status[status.index("NSpid:") :].split("\n")[0].split()[-1]
    command = ["kill", "-STOP", inside]
    return node.run(command, user=str(NOBODY), check=False).returncode == 0


def stop(node):
    """Stops all of it that the caller may: su, and neither helper."""
    (program,) = node.processes("su")
    assert may_stop(node, program)
    for helper in ("playpen-policy", "playpen-oidc"):
        (pid,) = node.processes(helper)
        assert not may_stop(node, pid), helper


def test_a_poor_caller_s_sign_in_is_published_as_ever(two, su):
    before, old = forms(two), inode(two)
    QuickPerson("alice").approve(su.url)
    su.expect_exact("became-42")
    su.expect(EOF)
    assert inode(two) != old, "published anew"
    assert forms(two) == before
    assert before.split("\n")[0].endswith(" 0 0 644")
    assert before.split("\n")[1].endswith(" 0 0 600")


def test_limits_that_root_may_not_raise_break_nothing(two, ssh):
    """In a container the hard limits may be final: then su fails, no more."""
    before = forms(two)
    for limit in ("-f 0", "-n 12", "-d 1000", "-v 20000"):
        line = f"ulimit {limit} && exec su alice -c true </dev/null"
        two.run(["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups",
                 "sh", "-c", line], check=False)
    assert re.search(r'result=reject reason=\S+ stage=auth service="?su"? ', two.log())
    assert forms(two) == before
    until(lambda: not two.processes("playpen-policy"), "the end of all helpers")
    assert ssh(two, "alice", "true").sign_in() == ("", 0)


def seconds_of_bob(node, ssh):
    connection = ssh(node, "bob", "true")
    assert connection.sign_in() == ("", 0)
    return time.monotonic() - connection.started


def assert_nobody_waits_for(two, caller, ssh, alone):
    old = inode(two)
    QuickPerson("alice").approve(caller.url)
    until(lambda: inode(two) != old, "alice's own publishing, nobody waiting for it")
    assert seconds_of_bob(two, ssh) < alone + SECONDS


def test_a_stopped_caller_holds_nobody_up(two, su, ssh):
    alone = seconds_of_bob(two, ssh)
    stop(two)
    assert_nobody_waits_for(two, su, ssh, alone)
    (program,) = two.processes("su")
    state = open(f"/proc/{program}/stat", encoding="ascii").read().rsplit(")", 1)[1]
    assert state.split()[0] == "T", "still stopped"
    su.kill(signal.SIGCONT)


def test_a_frozen_caller_holds_nobody_up(two, group, ssh):
    """Whoever has control groups may freeze all that is in one, root's
    processes too: but ours have left."""
    alone = seconds_of_bob(two, ssh)
    caller = start_su(two, f"echo 0 >{group}/first/cgroup.procs;",
                      f"echo 0 >{group}/mine/cgroup.procs;")
    (program,) = two.processes("su")
    frozen = f"grep -q 'frozen 1' {group}/mine/cgroup.events"
    two.run(f"echo 1 >{group}/mine/cgroup.freeze", user=str(NOBODY))
    until(lambda: two.run(frozen, check=False).returncode == 0, "the frost")
    for helper in ("playpen-policy", "playpen-oidc"):
        (pid,) = two.processes(helper)
        assert group_of(pid) == "/", helper
    assert group_of(program).endswith("/mine")
    assert_nobody_waits_for(two, caller, ssh, alone)
    assert two.run(frozen, check=False).returncode == 0, "still frozen"
    caller.close(force=True)


def test_a_group_of_version_1_is_left(two, old_group):
    """There is none in which a process of root's is safe: a stopped one holds
    its locks, and one whose time another process has used up does too."""
    caller = start_su(two, f"echo 0 >{old_group}/cgroup.procs;")
    (program,) = two.processes("su")
    name = os.path.basename(old_group)
    with open(f"/proc/{program}/cgroup", encoding="ascii") as groups:
        assert name in groups.read(), "the caller is in it"
    for helper in ("playpen-policy", "playpen-oidc"):
        (pid,) = two.processes(helper)
        with open(f"/proc/{pid}/cgroup", encoding="ascii") as groups:
            assert name not in groups.read(), helper
    caller.close(force=True)
