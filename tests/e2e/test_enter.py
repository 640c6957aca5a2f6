# SPDX-License-Identifier: MIT
"""Enter at the prompt: right after the approval, too early, and never."""

import time
from concurrent.futures import ThreadPoolExecutor

import pexpect
import pytest

from rig.dex import DEX_INTERVAL
from rig.ssh import AGAIN
from rig.wait import until

pytestmark = pytest.mark.release

NAMES = ["alice", "bob"]
TOGETHER = 5
SIGN_INS = 20
BACK_SECONDS = 0.2
MORE_SECONDS = 0.5  # than an interval, from the approval to the shell
SILENCE_SECONDS = 4


def come_back(connection, phase):
    """Approves, and presses Enter when a person is back; returns what was said
    until the shell, and the seconds since the approval."""
    time.sleep(phase)
    connection.approve()
    approved = time.monotonic()
    time.sleep(BACK_SECONDS)
    connection.enter()
    connection.terminal.expect(pexpect.EOF, timeout=2 * DEX_INTERVAL)
    took = time.monotonic() - approved
    connection.last = connection.terminal.before
    return *connection.result(), took


def test_enter_right_after_the_approval_is_enough(dex, node, ssh):
    for name in NAMES:
        assert ssh(node, name, "true").sign_in() == ("", 0)
    dex.change_interval()
    seen = []
    while len(seen) < SIGN_INS:
        made = [ssh(node, NAMES[i % len(NAMES)], "true") for i in range(TOGETHER)]
        for connection in made:
            connection.wait_for_screen()
        with ThreadPoolExecutor(TOGETHER) as pool:
            phases = [i * DEX_INTERVAL / TOGETHER for i in range(TOGETHER)]
            seen += pool.map(come_back, made, phases)
    assert [(text, status) for text, status, _ in seen] == [("", 0)] * SIGN_INS
    took = sorted(seconds for *_, seconds in seen)
    assert took[-1] < DEX_INTERVAL + MORE_SECONDS, took


def test_who_presses_enter_too_early_is_asked_once_more_and_then_waits(dex, node, ssh):
    connection = ssh(node, "alice", "true")
    connection.wait_for_screen()
    pressed = time.time()
    connection.enter()
    connection.terminal.expect_exact(AGAIN)
    assert dex.requests("/dex/token")[-1]["time"] >= pressed, "asked before Enter"
    connection.enter()
    connection.terminal.expect_exact("\r\n")
    with pytest.raises(pexpect.TIMEOUT):
        connection.terminal.expect(".", timeout=SILENCE_SECONDS)
    connection.approve()
    connection.terminal.expect(pexpect.EOF)
    connection.last = connection.terminal.before
    assert connection.result() == ("", 0)


def test_who_approves_and_does_not_come_back_reads_so(dex, make_node, ssh):
    node = make_node(changes={"service.sshd": {"timeout": "8"}})
    connection = ssh(node, "alice", "true")
    connection.wait_for_screen()
    connection.approve()
    until(lambda: "reason=not-confirmed" in node.log(), "the deadline", 20)
    connection.enter()
    text, status = connection.result()
    assert status == 255 and "did not press Enter here in time" in text
    assert "sub=" in node.log(), "who approved"
    assert ssh(node, "alice", "true").sign_in() == ("", 0)


def test_two_key_rotations_in_a_row_keep_nobody_out(dex, node, ssh):
    assert ssh(node, "alice", "true").sign_in() == ("", 0)
    for _ in range(2):
        connection = ssh(node, "alice", "true")
        connection.wait_for_screen()
        dex.rotate_keys()
        connection.approve()
        connection.enter()
        connection.terminal.expect(pexpect.EOF)
        connection.last = connection.terminal.before
        assert connection.result() == ("", 0), node.log()
