# SPDX-License-Identifier: MIT
"""su, started by a person who means ill: what is published then is as always,
and whoever else signs in does not notice."""

import re
import signal
import time

import pytest
from pexpect import EOF

from rig.person import QuickPerson
from rig.wait import until

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
    for name in ("alice", "bob"):
        assert ssh(node, name, "true").sign_in() == ("", 0)
    dex.change_user("alice", groups=["dev", "news"])
    return node


@pytest.fixture
def su(two):
    """su alice by somebody else, at the moment when it shows the URL. Only on
    a terminal of the node's own it goes on without an Enter."""
    caller = two.spawn(
        ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups",
         "sh", "-c", POOR + LINE]
    )
    caller.expect(r"Open +(\S+)\r\n")
    caller.url = caller.match.group(1)
    yield caller
    caller.close(force=True)


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
    assert re.search(r'result=reject reason=\S+ phase=auth service="?su"? ', two.log())
    assert forms(two) == before
    until(lambda: not two.processes("playpen-policy"), "the end of all helpers")
    assert ssh(two, "alice", "true").sign_in() == ("", 0)


@pytest.mark.alone
def test_a_stopped_caller_holds_nobody_up(two, su, ssh):
    def seconds_of_bob():
        connection = ssh(two, "bob", "true")
        assert connection.sign_in() == ("", 0)
        return time.monotonic() - connection.started

    alone = seconds_of_bob()
    stop(two)
    old = inode(two)
    QuickPerson("alice").approve(su.url)
    until(lambda: inode(two) != old, "alice's own publishing, nobody waiting for it")
    assert seconds_of_bob() < alone + SECONDS
    (program,) = two.processes("su")
    state = open(f"/proc/{program}/stat", encoding="ascii").read().rsplit(")", 1)[1]
    assert state.split()[0] == "T", "still stopped"
    su.kill(signal.SIGCONT)
