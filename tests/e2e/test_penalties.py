# SPDX-License-Identifier: MIT
"""What a sign-in that fails costs the address it came from: sshd from 9.8 on
counts failures by address (PerSourcePenalties in sshd_config(5)), and closes
itself to one that has collected 15 seconds. All who come through one bastion
have one address."""

import re

import pytest
from pexpect import EOF

from rig.host import has_penalties
from rig.ssh import authorize_key
from rig.wait import until
from test_hostile_provider import NO_TOKEN

pytestmark = [
    pytest.mark.release,
    pytest.mark.skipif(not has_penalties(), reason="this sshd does not count failures"),
]

LOG = "/var/log/sshd"
PENALTY = re.compile(r"srclimit_penalise: ipv4: new \S+ deferred penalty of (\d+) seconds")
# sshd charges after it has reaped the process of the connection, and sleeps then.
IDLE = """
listener=/proc/$(cat /run/sshd.pid)
test -z "$(cat $listener/task/*/children)" && grep -q "^State:.S" $listener/status
"""
TIMEOUT_SECONDS = 6
GRACE_SECONDS = 10
DROPIN = "/etc/ssh/sshd_config.d/50-playpen.conf"
SETTING = "PerSourcePenalties grace-exceeded:5s"
WARNING = "an unanswered sign-in costs an address 10 s"


@pytest.fixture
def strict(make_node):
    """A node whose sshd counts failures, with a local user."""
    node = make_node(changes={"service.sshd": {"timeout": TIMEOUT_SECONDS}})
    node.run("useradd -m -s /bin/bash local; echo local:secret-of-local | chpasswd")
    return node


def cost_of(node, fail, *options):
    """Returns the seconds that sshd charged for what fail() did, None for
    nothing. sshd starts anew, and with it the count."""
    node.stop_sshd()
    node.write(LOG, "")
    node.start_sshd("-E", LOG, "-o", "LogLevel=VERBOSE", *options, penalties=True)
    fail()
    until(lambda: node.run(IDLE, check=False).returncode == 0, "the end of the connection", 30)
    found = PENALTY.findall(node.read(LOG))
    assert len(found) < 2, node.read(LOG)
    return int(found[0]) if found else None


def wrong_password(node, ssh):
    connection = ssh(node, "local", options=["-o", "NumberOfPasswordPrompts=1"])
    connection.terminal.expect("assword:")
    connection.terminal.sendline("wrong")
    connection.terminal.expect(EOF)


@pytest.fixture
def price(strict, ssh):
    """What sshd charges for a wrong password."""
    return cost_of(strict, lambda: wrong_password(strict, ssh))


def at_screen(node, ssh, name="alice"):
    connection = ssh(node, name, "true")
    connection.wait_for_screen()
    return connection


def enter_and_end(connection):
    connection.enter()
    assert connection.result()[1] == 255


def test_a_refused_sign_in_costs_no_more_than_a_wrong_password(dex, strict, ssh, price):
    def approved_by_somebody_else():
        connection = at_screen(strict, ssh)
        connection.approve(by="bob")
        connection.enter_until(EOF)

    def expired():
        connection = at_screen(strict, ssh)
        until(lambda: not strict.processes("playpen-oidc"), "the deadline", 30)
        enter_and_end(connection)

    def abandoned():
        at_screen(strict, ssh).close()

    def locked():
        assert ssh(strict, "alice", "true", options=key).result()[1] == 255

    assert price == 5
    assert cost_of(strict, approved_by_somebody_else) <= price
    assert cost_of(strict, expired) <= price
    assert cost_of(strict, abandoned) < price, "as a connection without a try"
    assert cost_of(strict, lambda: ssh(strict, "alice", "true").sign_in()) is None
    key = authorize_key(strict, "alice", "/home/alice")
    strict.run("playpenctl user lock alice")
    assert cost_of(strict, locked) <= price


def test_a_denied_sign_in_costs_no_more_than_a_wrong_password(fake, strict, ssh, price):
    def denied():
        connection = at_screen(strict, ssh)
        until(lambda: not strict.processes("playpen-oidc"), "the answer", 30)
        enter_and_end(connection)

    fake.answers["token"] = NO_TOKEN["denied"][0]
    assert cost_of(strict, denied) <= price
    assert "reason=access-denied" in strict.log()


def test_a_provider_that_is_down_costs_no_more_than_a_wrong_password(no_dex, strict, ssh, price):
    def down():
        assert "cannot be reached" in ssh(strict, "alice").result()[0]

    assert cost_of(strict, down) <= price


def test_an_unanswered_prompt_costs_no_more_than_a_wrong_password(dex, strict, ssh, price):
    def unanswered():
        grace = ["-o", f"LoginGraceTime={GRACE_SECONDS}"]
        return cost_of(strict, lambda: at_screen(strict, ssh), *grace)

    assert f"\n{SETTING}\n" in strict.read(DROPIN)
    assert unanswered() <= price
    assert WARNING not in strict.out("playpenctl doctor --offline")
    strict.run(f"sed -i 's/^PerSourcePenalties/# &/' {DROPIN}")
    assert unanswered() > price, "if not, setup need not write the setting"
    assert WARNING in strict.out("playpenctl doctor --offline")
    assert SETTING.split()[1] in strict.out("/usr/share/playpen/setup enable")
    assert WARNING not in strict.out("playpenctl doctor --offline")


def test_setup_does_not_turn_penalties_on_that_are_off(strict):
    strict.run(f"sed -i 's/^PerSourcePenalties.*/# {SETTING}/' {DROPIN}")
    before = strict.read(DROPIN)
    strict.write("/etc/ssh/sshd_config.d/90-off.conf", "PerSourcePenalties no\n")
    strict.run("/usr/share/playpen/setup enable")
    assert strict.read(DROPIN) == before
    assert "persourcepenalties no" in strict.out("/usr/sbin/sshd -G").splitlines()


def test_an_exempted_address_costs_its_people_nothing(dex, strict, ssh):
    exempt = ["-o", "PerSourcePenaltyExemptList=127.0.0.0/8"]
    assert cost_of(strict, lambda: wrong_password(strict, ssh), *exempt) is None
