# SPDX-License-Identifier: MIT
"""`refresh_groups`: groups are asked for again without the person."""

import json
import time

import pytest

from rig.dex import Dex
from rig.fake_provider import FakeProvider, dex_subject
from rig.person import QuickPerson
from test_code import wait_for_url

SUDOERS = "Defaults timestamp_timeout=0\nalice ALL=(ALL) NOPASSWD: ALL\n"
RECHECK = {"groups": {"refresh_groups": "yes", "refresh_groups_after": "0"}}
AT_ONCE_SECONDS = 4
ASKING_SECONDS = 12
DATABASE = "import sqlite3; db = sqlite3.connect('/var/lib/playpen/state.db'); "
LONG_AGO = DATABASE + "db.execute('UPDATE accounts SET last_sign_in = 1000'); db.commit()"
SIGNED_IN = DATABASE + "print(*db.execute('SELECT last_sign_in FROM accounts').fetchone())"


@pytest.fixture
def shell(dex, make_node, ssh):
    return sign_in(make_node(changes=RECHECK), ssh)


@pytest.fixture
def stop_dex(dex):
    """Called, it stops Dex for the rest of the test."""
    yield dex.stop
    dex.restart()


def sign_in(node, ssh):
    node.write("/etc/sudoers.d/playpen", SUDOERS, 0o440)
    shell = ssh(node, "alice")
    shell.node = node
    shell.sign_in_to_shell()
    return shell


def became_root(shell):
    """sudo may ask nothing: NOPASSWD comes to the account stage alone."""
    return "root" in shell.command("sudo -n id -un 2>&1").split("\n")


def token_file(node):
    uid = node.id_of("alice")[0]
    return f"/run/playpen/refresh/{uid}"


def test_a_group_that_is_gone_is_gone_at_the_next_sudo(dex, shell):
    assert became_root(shell)
    dex.change_user("alice", groups=["dev"])
    assert not became_root(shell)
    assert "reason=group-missing" in shell.node.log()
    assert "platform-admins" not in shell.node.id_of("alice")[2]
    dex.undo_changes()
    assert became_root(shell), "and one that came back is back"


def test_an_answer_counts_until_its_time_has_come(dex, make_node, ssh):
    shell = sign_in(make_node(changes={"groups": {"refresh_groups": "yes"}}), ssh)
    dex.forget_requests()
    dex.change_user("alice", groups=["dev"])
    assert became_root(shell), "fifteen minutes are not over"
    assert dex.requests() == []


def test_without_recheck_nothing_is_kept_and_nobody_asked(dex, make_node, ssh):
    shell = sign_in(make_node(), ssh)
    assert not shell.node.exists("/run/playpen/refresh")
    dex.forget_requests()
    assert became_root(shell)
    assert dex.requests() == []


def test_a_token_that_another_node_has_ended_means_unknown(dex, shell, make_node, ssh):
    node = shell.node
    assert became_root(shell)
    assert node.exists(token_file(node))
    sign_in(make_node("node-8", 8, RECHECK), ssh)
    dex.change_user("alice", groups=["dev"])
    assert became_root(shell), "the last answer counts"
    assert 'notes="not refreshed: grant-refused"' in node.log()
    assert not node.exists(token_file(node))
    dex.forget_requests()
    assert became_root(shell)
    assert dex.requests() == [], "with no token nobody is asked again"


def test_a_dex_that_is_away_is_asked_once_and_the_last_answer_counts(shell, stop_dex):
    stop_dex()
    started = time.monotonic()
    assert became_root(shell)
    assert time.monotonic() - started < AT_ONCE_SECONDS
    assert became_root(shell), "the next use does not even ask"
    assert shell.node.log().count("not refreshed: http-unreachable") == 1
    assert shell.node.exists(token_file(shell.node))


def test_the_token_is_for_root_alone_and_stands_nowhere_else(shell):
    node = shell.node
    path = token_file(node)
    assert node.out(["stat", "-c", "%a %U", path]) == "600 root"
    assert node.out(["stat", "-c", "%a %U", "/run/playpen/refresh"]) == "700 root"
    first = node.read(path).split("\n")[2]
    assert became_root(shell)
    second = node.read(path).split("\n")[2]
    assert len(first) > 20 and len(second) > 20
    log = node.log()
    assert "notes=refreshed" in log
    assert first not in log and second not in log


def test_a_recheck_is_no_sign_in(shell):
    node = shell.node
    node.run(["python3", "-c", LONG_AGO])
    assert became_root(shell)
    assert "notes=refreshed" in node.log().strip().split("service=sudo ")[1]
    assert node.out(["python3", "-c", SIGNED_IN]) == "1000"


def assert_rechecks(shell):
    """Asked anew at each use, with another token each time."""
    node = shell.node
    before = node.read(token_file(node)).split("\n")[2]
    assert became_root(shell)
    assert "notes=refreshed" in node.log().rsplit("service=sudo ", 1)[1]
    assert node.read(token_file(node)).split("\n")[2] != before


def test_the_last_release_of_dex_is_asked_too(no_dex, make_node, ssh):
    release = Dex("release").start()
    try:
        assert_rechecks(sign_in(make_node(changes=RECHECK), ssh))
    finally:
        release.stop()


def test_a_pasted_code_brings_a_token_as_well(dex, make_node, ssh):
    node = make_node(changes={**RECHECK, "client": {"flow": "code"}})
    node.write("/etc/sudoers.d/playpen", SUDOERS, 0o440)
    shell = ssh(node, "alice")
    shell.node = node
    wait_for_url(shell)
    shell.terminal.sendline(QuickPerson("alice").fetch_code(shell.url))
    shell.terminal.expect(r"[$#] $")
    assert_rechecks(shell)
    dex.change_user("alice", groups=["dev"])
    assert not became_root(shell)


def test_a_dex_that_hangs_costs_some_seconds_once(dex, shell):
    node = shell.node
    kept = node.read(token_file(node)).split("\n")[2]
    dex.hang()
    try:
        started = time.monotonic()
        assert became_root(shell), "the last answer counts"
        assert time.monotonic() - started < ASKING_SECONDS
        started = time.monotonic()
        assert became_root(shell), "the next use does not even ask"
        assert time.monotonic() - started < AT_ONCE_SECONDS
    finally:
        dex.go_on()
    assert node.log().count("not refreshed: http-timeout") == 1
    assert node.read(token_file(node)).split("\n")[2] == kept


@pytest.mark.parametrize("command", ["lock", "lock --kill", "close", "logout"])
def test_the_token_goes_with_the_person(dex, shell, command):
    node, path = shell.node, token_file(shell.node)
    assert node.exists(path)
    verb, *options = command.split()
    node.run(["playpenctl", "user", verb, "alice", *options])
    assert not node.exists(path)
    dex.forget_requests()
    if command == "logout":
        assert became_root(shell), "what is on record still counts"
        assert dex.requests() == []


def test_forgetting_a_person_forgets_the_token(dex, shell):
    node, path = shell.node, token_file(shell.node)
    node.run("playpenctl user lock alice --kill; playpenctl user close alice")
    node.run("rm -rf /home/alice")
    node.write(path, "whatever was left\n", 0o600)
    node.run("playpenctl user delete alice")
    assert not node.exists(path)


@pytest.fixture
def fake(no_dex):
    provider = FakeProvider().start()
    provider.approved = True
    provider.refresh = "refresh-1"
    yield provider
    provider.stop()


def a_shell(make_node, ssh, changes=None):
    node = make_node(changes={**RECHECK, "service.sudo": {"require_groups": "dev"},
                              **(changes or {})})
    node.write("/etc/sudoers.d/playpen", SUDOERS, 0o440)
    shell = ssh(node, "alice")
    shell.node = node
    shell.wait_for_screen()
    shell.enter_until(r"[$#] $")
    return shell


@pytest.fixture
def fake_shell(fake, make_node, ssh):
    return a_shell(make_node, ssh)


def make_due(node):
    """A minute has gone by since the last try."""
    head, rest = node.read(token_file(node)).split("\n", 1)
    boot, _, auth_time = head.split(" ")
    node.write(token_file(node), f"{boot} 0 {auth_time}\n{rest}", 0o600)


# What says nothing about the refresh token, and what ends it.
NO_ANSWERS = [
    ({"exp": 1000, "iat": 900}, "token-expired", True),
    ({"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"}, "at-hash-mismatch", True),
    ({"groups": "dev"}, "groups-unknown", True),
    ({"aud": "somebody"}, "aud-mismatch", True),
    ({"preferred_username": "bob"}, "wrong-person", False),
    ({"sub": dex_subject("user-bob", "local"),
      "federated_claims": {"connector_id": "local", "user_id": "user-bob"}},
     "sub-mismatch", False),
]


@pytest.mark.parametrize("claims, reason, stays", NO_ANSWERS)
def test_what_is_no_answer_changes_nothing(fake, fake_shell, claims, reason, stays):
    node = fake_shell.node
    fake.claims, fake.refresh = claims, "refresh-2"
    assert became_root(fake_shell), "the last answer counts"
    assert f'notes="not refreshed: {reason}"' in node.log()
    assert node.exists(token_file(node)) == stays
    if not stays:
        return
    make_due(node)
    fake.claims = {"groups": []}
    assert not became_root(fake_shell), "a good answer counts again"
    assert "reason=group-missing" in node.log()


def test_an_answer_about_an_earlier_sign_in_is_none(fake, make_node, ssh):
    """OIDC Core section 12.2; what was said first is kept beside the token."""
    fake.claims = {"auth_time": int(time.time()) - 60}
    shell = a_shell(make_node, ssh)
    for seconds, note in ((1, "not refreshed: auth-time-old"), (0, "refreshed")):
        fake.claims = {"auth_time": fake.claims["auth_time"] - seconds}
        assert became_root(shell)
        assert note in shell.node.log()
        fake.claims = {"auth_time": fake.claims["auth_time"] + seconds}
        make_due(shell.node)


def test_a_provider_that_refuses_the_token_ends_it(fake, fake_shell):
    refusal = json.dumps({"error": "invalid_grant"}).encode()
    fake.answers["token"] = lambda handler: handler.answer(refusal, 400)
    assert became_root(fake_shell)
    assert 'notes="not refreshed: grant-refused"' in fake_shell.node.log()
    assert not fake_shell.node.exists(token_file(fake_shell.node))


GENERIC = {"issuer": {"profile": "generic"}, "identity": {"connectors": None}}


def test_with_another_provider_than_dex_a_refusal_ends_the_groups(fake, make_node, ssh):
    """Keycloak and others refuse for one reason: the person may no longer."""
    shell = a_shell(make_node, ssh, GENERIC)
    node = shell.node
    assert became_root(shell), "the twin: a good answer"
    assert "notes=refreshed" in node.log()
    make_due(node)
    refusal = json.dumps({"error": "invalid_grant"}).encode()
    fake.answers["token"] = lambda handler: handler.answer(refusal, 400)
    assert not became_root(shell)
    assert 'notes="not refreshed: grant-refused"' in node.log()
    assert "reason=groups-expired" in node.log()
    assert "dev" not in node.id_of("alice")[2]
    assert not became_root(shell), "nor at the next use"


def test_with_it_too_a_provider_that_is_out_of_order_ends_nothing(fake, make_node, ssh):
    shell = a_shell(make_node, ssh, GENERIC)
    fake.answers["token"] = lambda handler: handler.answer(b"", 503)
    assert became_root(shell)
    assert "not refreshed: http-status" in shell.node.log()
    assert "dev" in shell.node.id_of("alice")[2]


def test_a_provider_that_is_out_of_order_does_not(fake, fake_shell):
    fake.answers["token"] = lambda handler: handler.answer(b"", 503)
    assert became_root(fake_shell)
    assert "not refreshed: http-status" in fake_shell.node.log()
    assert fake_shell.node.exists(token_file(fake_shell.node))


# What an administrator says while the provider is asked, and what the log has of it.
MEANWHILE = [("lock", "reason=locked"), ("close", "reason=account-closed")]


@pytest.mark.parametrize("answers", [True, False])
@pytest.mark.parametrize("verb, logged", MEANWHILE)
def test_what_the_administrator_says_meanwhile_counts(fake, fake_shell, answers, verb, logged):
    node, path = fake_shell.node, token_file(fake_shell.node)

    def answer_late(handler):
        node.run(["playpenctl", "user", verb, "alice"])
        handler.answer(json.dumps(fake.tokens()).encode(), 200 if answers else 503)

    fake.answers["token"] = answer_late
    assert not became_root(fake_shell)
    assert logged in node.log()
    assert not node.exists(path)


def test_what_the_administrator_says_of_others_meanwhile_does_not(fake, fake_shell):
    node = fake_shell.node
    node.run("""echo '{"name":"bob"}' | playpenctl user import -""")

    def answer_late(handler):
        node.run(["playpenctl", "user", "lock", "bob"])
        handler.answer(json.dumps(fake.tokens()).encode())

    fake.answers["token"] = answer_late
    assert became_root(fake_shell)
    assert "not refreshed" not in node.log()
