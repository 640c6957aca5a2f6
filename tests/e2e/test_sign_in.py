# SPDX-License-Identifier: MIT
"""A sign-in over ssh on each Dex, and what a node insists on."""

import urllib.error

import pytest
from pexpect import EOF

from rig import tls
from rig.dex import Dex
from rig.wait import until

IN_CLUSTER = "http://dex.playpen.example:5556/dex"
SECRET = "confidential-client-secret"
GETENT_UNKNOWN = 2  # getent(1)


def assert_refused(node, connection, name="alice"):
    """The connection ends without a shell, at once, and nothing is bound."""
    text, status = connection.result()
    assert status == 255, text
    assert "Open " not in text, "a refusal must not be followed by another try"
    assert node.run(["id", name], user="nobody", check=False).returncode == 1
    return text


def polls(dex):
    return dex.requests("/dex/token")


def until_two_polls(dex):
    until(lambda: len(polls(dex)) >= 2, "a second poll")


@pytest.mark.release
def test_the_newest_dex_lets_alice_in(dex, node, ssh):
    assert ssh(node, "alice", "id", "-un").sign_in() == ("alice", 0)


def test_the_last_release_of_dex_lets_alice_in(no_dex, node, ssh):
    release = Dex("release").start()
    try:
        text, status = ssh(node, "alice", "id", "-Gn").sign_in()
    finally:
        release.stop()
    assert status == 0
    assert "platform-admins" in text.split()


def test_a_confidential_client_lets_alice_in(dex, make_node, ssh):
    client = {"id": "playpen-confidential", "secret_file": "/etc/playpen/secret"}
    node = make_node(changes={"client": client})
    node.write("/etc/playpen/secret", SECRET + "\n", 0o600)
    assert ssh(node, "alice", "id", "-un").sign_in() == ("alice", 0)


def test_a_confidential_client_with_a_wrong_secret_gets_nobody_in(dex, make_node, ssh):
    """Dex tells the person in the browser, and the node never."""
    client = {"id": "playpen-confidential", "secret_file": "/etc/playpen/secret"}
    timeout = {"timeout": "6"}
    node = make_node(changes={"client": client, "service.sshd": timeout})
    node.write("/etc/playpen/secret", "wrong\n", 0o600)
    connection = ssh(node, "alice")
    connection.wait_for_screen()
    with pytest.raises((AssertionError, urllib.error.HTTPError)):
        connection.approve()
    until(lambda: not node.processes("playpen-oidc"), "the deadline", 30)
    connection.enter()
    assert_refused(node, connection)


def test_connect_to_dials_another_place_than_the_issuer_names(no_dex, make_node, ssh):
    node = make_node(
        changes={"issuer": {"url": IN_CLUSTER, "connect_to": "127.0.0.1:5556"}}
    )
    assert node.run("getent hosts dex.playpen.example", check=False).returncode
    dex = Dex("head", issuer=IN_CLUSTER).start()
    try:
        assert ssh(node, "alice", "id", "-un").sign_in() == ("alice", 0)
    finally:
        dex.stop()


def test_an_issuer_that_calls_itself_otherwise_is_refused(dex, make_node, ssh):
    node = make_node(changes={"issuer": {"url": "http://127.0.0.1:5556/dex"}})
    assert_refused(node, ssh(node, "alice"))


def test_plain_http_is_refused_unless_it_is_allowed(dex, make_node, ssh):
    node = make_node()
    conf = node.read("/etc/playpen/playpen.conf")
    text = conf.replace("allow_http = yes", "allow_http = no")
    node.write("/etc/playpen/playpen.conf", text)
    assert_refused(node, ssh(node, "alice"))
    assert dex.requests() == []


@pytest.fixture
def certificate():
    return tls.make_certificate()


@pytest.fixture
def tls_dex(no_dex, certificate):
    dex = tls.tls_dex(*certificate).start()
    yield dex
    dex.stop()


def test_tls_with_a_ca_file_lets_alice_in(tls_dex, certificate, make_node, ssh):
    node = make_node(changes={"issuer": tls.CONFIGURED})
    tls.trust(node, certificate[1])
    signed_in = ssh(node, "alice", "id", "-un").sign_in(ca_file=certificate[1])
    assert signed_in == ("alice", 0)


def test_tls_by_an_unknown_ca_is_refused(tls_dex, make_node, ssh):
    issuer = {"url": tls.ISSUER, "allow_http": None}
    node = make_node(changes={"issuer": issuer})
    text = assert_refused(node, ssh(node, "alice"))
    assert "not trusted" in text


def test_keys_are_fetched_once_and_again_for_an_unknown_kid(dex, node, ssh):
    for _ in range(2):
        assert ssh(node, "alice", "true").sign_in() == ("", 0)
    assert len(dex.requests("/dex/keys")) == 1
    dex.rotate_keys()
    assert ssh(node, "alice", "true").sign_in() == ("", 0)
    assert len(dex.requests("/dex/keys")) == 2


def test_polling_keeps_the_interval_and_ends_at_the_first_success(dex, node, ssh):
    dex.change_interval()
    connection = ssh(node, "alice", "true")
    connection.wait_for_screen()
    until_two_polls(dex)
    connection.approve()
    connection.enter_until(EOF)
    times = [r["time"] for r in polls(dex)]
    gaps = [b - a for a, b in zip(times, times[1:])]
    assert min(gaps) >= 5.0, gaps
    assert [r["status"] for r in polls(dex)].count(200) == 1
    assert polls(dex)[-1]["status"] == 200


@pytest.mark.release
def test_bob_cannot_approve_alice_s_sign_in(dex, node, ssh):
    connection = ssh(node, "alice")
    connection.wait_for_screen()
    connection.approve(by="bob")
    connection.enter_until(EOF)
    assert "Another person approved" in assert_refused(node, connection)
    assert node.run(["id", "bob"], user="nobody", check=False).returncode == 1


def test_another_connector_s_alice_is_refused(dex, node, ssh):
    connection = ssh(node, "alice")
    connection.wait_for_screen()
    connection.approve(by="mallory", connector="elsewhere")
    connection.enter_until(EOF)
    assert_refused(node, connection)


@pytest.mark.release
def test_a_name_outside_the_pattern_is_unknown(dex, make_node, ssh):
    node = make_node(changes={"identity": {"allow_new_users": "b*"}})
    assert node.run(["getent", "passwd", "alice"], check=False).returncode == GETENT_UNKNOWN
    connection = ssh(node, "alice", options=["-o", "NumberOfPasswordPrompts=1"])
    connection.terminal.expect("[Pp]assword: ")
    connection.terminal.sendline("what she has elsewhere")
    text = assert_refused(node, connection)
    assert "Permission denied" in text and "Code " not in text
    assert dex.requests() == []
    assert ssh(node, "bob", "id", "-un").sign_in() == ("bob", 0)
