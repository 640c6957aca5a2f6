# SPDX-License-Identifier: MIT
"""When Dex, the network or the person goes away in the middle."""

import signal
import time

import pytest
from pexpect import EOF

from rig.dex import Dex
from rig.person import QuickPerson
from rig.ssh import PROMPT, authorize_key
from rig.wait import until
from test_ways_round import decisions, is_nobody

HELPERS = ("playpen-policy", "playpen-oidc")
GONE_SECONDS = 2.0
DOWN_SECONDS = 1.0
HUNG_SECONDS = 15.0


def helpers(node, names=HELPERS):
    return [pid for name in names for pid in node.processes(name)]


def assert_helpers_leave(node):
    until(lambda: not helpers(node), "the end of both helpers", GONE_SECONDS)


def seconds_to_refusal(node, connection, sentence):
    """Until the connection has ended: it is told so once, and not asked again,
    however often its client would like to try."""
    text, status = connection.result()
    seconds = time.monotonic() - connection.started
    assert status == 255, text
    assert text.count(sentence) == 1, text
    assert len(decisions(node)) == 1
    return seconds


def test_dex_down_is_said_at_once(no_dex, node, ssh):
    seconds = seconds_to_refusal(node, ssh(node, "alice"), "cannot be reached")
    # The client, too, takes its time.
    assert seconds < DOWN_SECONDS + 0.5


def test_dex_hung_is_said_within_the_time_limit(dex, node, ssh):
    dex.hang()
    try:
        seconds = seconds_to_refusal(node, ssh(node, "alice"), "does not answer")
    finally:
        dex.go_on()
    assert seconds < HUNG_SECONDS


@pytest.mark.release
def test_a_local_user_s_client_may_still_try_three_passwords(no_dex, node, ssh):
    """Nothing of ours ends the method for who is not ours."""
    node.run("useradd -m rescue; echo rescue:secret-of-rescue | chpasswd")
    node.stop_sshd()
    node.start_sshd("-o", "KbdInteractiveAuthentication=yes")
    connection = ssh(node, "rescue", "echo a shell")
    for answer in ("wrong", "secret-of-rescue"):
        connection.terminal.expect("[Pp]assword: ")
        connection.terminal.sendline(answer)
    text, status = connection.result()
    assert status == 0 and text.endswith("a shell")
    assert decisions(node) == []


def test_root_s_key_opens_root_while_dex_hangs(dex, node, ssh):
    options = authorize_key(node, "root", "/root")
    dex.hang()
    try:
        connection = ssh(node, "root", "true", options=options)
        assert connection.result() == ("", 0)
        assert time.monotonic() - connection.started < 15, "nobody waited for Dex"
    finally:
        dex.go_on()


def test_dex_restarted_ends_who_waits_and_serves_the_next(dex, node, ssh):
    waiting = ssh(node, "alice", "true")
    waiting.wait_for_screen()
    dex.restart()
    waiting.enter_until(EOF)
    text, status = waiting.result()
    assert status == 255
    (decision,) = decisions(node)
    assert decision["reason"] == "grant-refused"
    assert text.count(FORGOTTEN) == 1, text
    assert ssh(node, "alice", "true").sign_in() == ("", 0)


def test_new_keys_since_the_last_sign_in_need_nobody(dex, node, ssh):
    """Dex has forgotten everything; we remember its old keys."""
    assert ssh(node, "alice", "true").sign_in() == ("", 0)
    dex.restart()
    assert ssh(node, "alice", "true").sign_in() == ("", 0)
    assert len(dex.requests("/dex/keys")) == 1


FORGOTTEN = "does not know this sign-in any more. Start again"
EXPIRED = "The code expired before it was approved."
TOO_LATE = "The sign-in was not approved in time."


def test_whoever_does_not_approve_is_told_so(no_dex, make_node, ssh):
    """A no in the browser (Dex tells nobody of it), no answer until the code
    expires, none until our own deadline: after the person's Enter, or by itself
    where nothing prompts."""
    dex = Dex("head", expiry={"deviceRequests": "8s"}).start()
    enter, quiet, hasty, hasty_quiet = (
        make_node(f"node-{number}", number, {"service.sshd": keys})
        for number, keys in enumerate(
            [{}, {"prompt": "none"}, {"timeout": "6"},
             {"prompt": "none", "timeout": "6"}], 7)
    )
    try:
        asked = {ssh(enter, "alice"): EXPIRED, ssh(enter, "bob"): EXPIRED,
                 ssh(hasty, "alice"): TOO_LATE}
        told = {ssh(quiet, "alice"): EXPIRED, ssh(hasty_quiet, "alice"): TOO_LATE}
        for connection in asked:
            connection.wait_for_screen()
        QuickPerson("alice").deny(list(asked)[0].url)
        until(lambda: not helpers(hasty, ["playpen-oidc"]), "the hasty worker's end", 10)
        until(lambda: len(decisions(enter)) == 2, "both decisions", 20)
        for connection, sentence in [*asked.items(), *told.items()]:
            if connection in asked:
                connection.enter()
            text, status = connection.result()
            assert status == 255 and text.count(sentence) == 1, text
            assert PROMPT not in text
    finally:
        dex.stop()
    for node, reason in ((enter, "code-expired"), (quiet, "code-expired"),
                         (hasty, "deadline"), (hasty_quiet, "deadline")):
        assert {d["reason"] for d in decisions(node)} == {reason}
        assert is_nobody(node, "alice")


def test_dex_going_away_while_somebody_waits_is_what_they_are_told(dex, make_node, ssh):
    """Not that nobody approved: perhaps somebody wanted to."""
    hasty, patient = (
        make_node(f"node-{number}", number, {"service.sshd": {"timeout": timeout}})
        for number, timeout in ((7, "8"), (8, "14"))
    )
    expected = {ssh(hasty, "alice"): "does not answer",
                ssh(patient, "alice"): "cannot be reached"}
    for connection in expected:
        connection.wait_for_screen()
    try:
        dex.hang()
        until(lambda: decisions(hasty), "the hasty one's end", 10)
        dex.stop()
        until(lambda: decisions(patient), "the patient one's end", 10)
    finally:
        dex.restart()
    for connection, sentence in expected.items():
        connection.enter()
        text, status = connection.result()
        assert status == 255 and text.count(sentence) == 1, text
        assert time.monotonic() - connection.started < HUNG_SECONDS + 1
    assert ssh(patient, "alice", "true").sign_in() == ("", 0)


@pytest.mark.release
def test_sshd_s_own_time_is_the_outer_limit(dex, make_node, ssh):
    node = make_node(changes={"service.sshd": {"timeout": "60"}})
    node.stop_sshd()
    node.start_sshd("-o", "LoginGraceTime=6")
    connection = ssh(node, "alice")
    connection.wait_for_screen()
    assert helpers(node)
    until(lambda: not helpers(node), "the end of both helpers")
    assert time.monotonic() - connection.started > 5
    connection.enter()
    assert connection.result()[1] == 255
    assert "reason=deadline" not in node.log()


@pytest.mark.release
def test_a_killed_client_takes_both_helpers_along(dex, node, ssh):
    connection = ssh(node, "alice")
    connection.wait_for_screen()
    assert len(helpers(node)) == 2
    connection.terminal.kill(signal.SIGKILL)
    assert_helpers_leave(node)


@pytest.mark.release
def test_a_killed_client_takes_them_along_without_a_prompt_too(dex, make_node, ssh):
    node = make_node(changes={"service.sshd": {"prompt": "none"}})
    connection = ssh(node, "alice")
    until(lambda: len(helpers(node)) == 2, "both helpers")
    connection.terminal.kill(signal.SIGKILL)
    assert_helpers_leave(node)


@pytest.mark.release
def test_control_c_ends_sudo(dex, node, ssh):
    node.write("/etc/sudoers.d/playpen", "alice ALL=(ALL) ALL\n", 0o440)
    shell = ssh(node, "alice")
    shell.sign_in_to_shell()
    shell.terminal.sendline("sudo true")
    shell.terminal.expect("Open +http")
    began = time.monotonic()
    shell.terminal.sendintr()
    shell.terminal.expect(r"[$#] $")
    assert time.monotonic() - began < GONE_SECONDS
    assert_helpers_leave(node)


def test_a_key_is_no_way_in_before_the_first_sign_in(node, ssh):
    """A left-over key for a name that allow_new_users would take."""
    node.run("mkdir -p /home/alice; chmod 755 /home/alice")
    options = authorize_key(node, "root", "/home/alice")
    # sshd reads it with the uid that a first login would give.
    node.run("chmod 755 /home/alice/.ssh; chmod 644 /home/alice/.ssh/*")
    text, status = ssh(node, "alice", "true", options=options).result()
    assert status == 255
    assert "There has been no sign-in as alice" in text


def test_a_key_of_a_bound_person_opens(dex, node, ssh):
    assert ssh(node, "alice", "true").sign_in() == ("", 0)
    options = authorize_key(node, "alice", "/home/alice")
    assert ssh(node, "alice", "id", "-un", options=options).result() == ("alice", 0)


def test_a_key_of_a_locked_person_does_not(dex, node, ssh):
    assert ssh(node, "alice", "true").sign_in() == ("", 0)
    options = authorize_key(node, "alice", "/home/alice")
    node.run("playpenctl user lock alice")
    text, status = ssh(node, "alice", "true", options=options).result()
    assert status == 255
    assert "locked" in text
