# SPDX-License-Identifier: MIT
"""What everybody else feels while Dex hangs and all login slots are taken."""

import json
import re
import statistics
import time

import pytest

from rig.host import has_penalties
from rig.ssh import authorize_key
from test_bounds import LOCAL_MICROSECONDS, pam_node, pamcall  # noqa: F401

WAITING = 32
PAIRS = 9
FACTOR = 1.05
# A machine that is not even makes one of several rounds worse, and what is
# really slower makes all of them so.
ROUNDS = 4
PLAIN = """
for file in sshd common-auth common-account common-session; do
	grep -Ev 'playpen|pam_localuser' /etc/pam.d/$file |
		sed 's/^@include common-.*/&-plain/' >/etc/pam.d/$file-plain
done
sed -i 's/^@include \\(common-password\\)-plain/@include \\1/' /etc/pam.d/sshd-plain
cp /usr/sbin/sshd /usr/local/sbin/sshd-plain
"""


@pytest.fixture
def node(make_node):
    limits = {"max_pending_logins": 2 * WAITING, "trusted_sources": "127.0.0.1"}
    node = make_node(changes={"limits": limits})
    node.stop_sshd()
    return node.start_sshd("-o", "MaxStartups=300")


@pytest.fixture
def crowded(dex, node, ssh):
    """All login slots that unknown names may have are taken, and Dex hangs."""
    dex.change_interval()
    people = [ssh(node, f"stranger{i}") for i in range(WAITING)]
    for connection in people:
        connection.wait_for_screen()
    late = ssh(node, "late")
    late.terminal.expect_exact(f"{WAITING} sign-ins are waiting on this node already")
    dex.hang()
    yield node
    dex.go_on()


def test_a_local_user_notices_nothing(pam_node, crowded, record_property):  # noqa: F811
    medians = {}
    for service in ("with", "without"):
        calls = json.loads(pamcall(pam_node, service, "local", 300))
        assert {code for hook in calls.values() for code, _ in hook} == {0}
        medians[service] = sum(
            statistics.median(time for _, time in hook) for hook in calls.values()
        )
    record_property("microseconds", medians)
    print(f"\nboth hooks, {WAITING} waiting: {medians}")
    assert medians["with"] - medians["without"] < LOCAL_MICROSECONDS
    wrapper = ["strace", "-f", "-e", "trace=process", "-o", "/tmp/trace"]
    pamcall(pam_node, "with", "local", 3, wrapper)
    began = re.findall(r"\b(?:v?fork|clone3?|execve)\(", pam_node.read("/tmp/trace"))
    assert began == ["execve("], "only the program itself"


def start_plain_sshd(node):
    """A second sshd of the same node, whose PAM lines are not ours."""
    node.run(PLAIN)
    named = []
    program = "/usr/local/sbin/sshd-plain"
    if has_penalties():  # from 9.8 on PAM does not go by the program's name
        program, named = "/usr/sbin/sshd", ["-o", "PAMServiceName=sshd-plain"]
    node.run([program, "-o", f"ListenAddress={node.address}:2222",
              "-o", "PidFile=none", *named])


def medians_of_pairs(ssh, node, ways):
    """Seconds of a login each way, in turns."""
    seconds = {way: [] for way in ways}
    for _ in range(PAIRS):
        for way, how in ways.items():
            began = time.monotonic()
            assert ssh(node, "root", "true", options=how).result() == ("", 0)
            seconds[way].append(time.monotonic() - began)
    return {way: statistics.median(all_of) for way, all_of in seconds.items()}


def test_root_over_ssh_is_no_slower_than_without_us(crowded, ssh, record_property):
    options = authorize_key(crowded, "root", "/root")
    start_plain_sshd(crowded)
    ways = {"with": options, "without": [*options, "-p", "2222"]}
    rounds = []
    while len(rounds) < ROUNDS:
        medians = medians_of_pairs(ssh, crowded, ways)
        rounds.append(medians)
        if medians["with"] <= medians["without"] * FACTOR:
            break
    record_property("seconds", rounds)
    print(f"\nroot over ssh, {WAITING} waiting: {rounds}")
    assert "pam_unix(sshd-plain:session)" in crowded.log()
    assert len(crowded.processes("playpen-oidc")) == WAITING, "they all still wait"
    assert medians["with"] <= medians["without"] * FACTOR
