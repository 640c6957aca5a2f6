# SPDX-License-Identifier: MIT
"""playpen-accounts.path and .timer on a node that systemd has booted."""

import time

import pytest

from rig.booted import BootedNode, why_not
from rig.wait import until

pytestmark = [
    pytest.mark.release,
    pytest.mark.skipif(why_not() is not None, reason=str(why_not())),
]
FILE = "/etc/playpen/accounts.d/accounts.jsonl"
RENAME = "cat >/etc/playpen/accounts.d/.new && chmod 644 /etc/playpen/accounts.d/.new && " \
    f"mv /etc/playpen/accounts.d/.new {FILE}"


@pytest.fixture
def booted(installed):
    node = BootedNode("node-6", "127.0.1.6").start().configure()
    node.run("systemctl start playpen-accounts.path playpen-accounts.timer")
    yield node
    node.stop()


def bring(node, serial, line):
    began = time.monotonic()
    node.run(["sh", "-c", RENAME], input=f'{{"serial":{serial}}}\n{line}\n{{"end":1}}\n')
    return began



def applied(node, change):
    return f"name=bob change={change}" in node.log()


def test_a_lock_counts_within_two_seconds(booted):
    times = []
    for serial in range(1, 11):
        lock = serial % 2 == 1
        began = bring(booted, serial, '{"name":"bob","locked":%s}' % ("true" if lock else "false"))
        word = "change=locked" if lock else "change=unlocked"
        until(lambda: booted.log().count(f"name=bob {word}") == (serial + 1) // 2, "apply", 20)
        times.append(time.monotonic() - began)
    print("seconds:", " ".join(f"{t:.2f}" for t in sorted(times)))
    assert sorted(times)[len(times) // 2] < 2


def test_the_timer_applies_what_no_change_told_of(booted):
    booted.run("systemctl stop playpen-accounts.path")
    bring(booted, 1, '{"name":"bob","locked":true}')
    time.sleep(2)
    assert not applied(booted, "locked")
    booted.run("mkdir -p /run/systemd/system/playpen-accounts.timer.d; printf '[Timer]\\n"
               "OnBootSec=\\nOnUnitInactiveSec=\\nOnActiveSec=1s\\nAccuracySec=100ms\\n' "
               ">/run/systemd/system/playpen-accounts.timer.d/soon.conf; "
               "systemctl daemon-reload; systemctl restart playpen-accounts.timer")
    until(lambda: applied(booted, "locked"), "the timer", 30)
