# SPDX-License-Identifier: MIT
"""What is no proof that a service is who it says, with the word that the log
has for it. Each stands beside the same service that gets in."""

import json
import re
import time
import urllib.request

import pytest
from pexpect import EOF

from rig.console import on_terminal
from rig.dex import ISSUER, Dex
from rig.fake_provider import FakeProvider
from rig.service import (
    OOB, SECRET, account, answer, askpass, assert_accepted, assert_refused, post_form,
    sign_in, token, with_token,
)
from test_code import wait_for_url
from test_ways_round import decisions

OWN = "token(random + '.' + host)"
ALICE = "'svc-named-alice', 'svc-named-alice-secret'"
OF_ALICE = f"token(random + '.' + host, {ALICE})"
BACKUP = {"id": "svc-backup", "name": "svc-backup", "secret": SECRET, "redirectURIs": [OOB]}
BEHIND = "127.0.0.1:5558"  # where a real Dex is when somebody stands before it


@pytest.fixture
def service_node(make_node):
    return make_node(changes=account())


@pytest.mark.parametrize(
    "line, reason",
    [
        ("token('stolen.' + host)", "nonce-mismatch"),
        ("token(random + '.node-8')", "nonce-host"),
        ("token(random + '.node-7.evil')", "nonce-host"),
        ("token(random)", "nonce-mismatch"),
        ("token(random + '.' + host, audience=None)", "aud-mismatch"),
        (f"with_mac({OWN})", "alg-unknown"),
    ],
)
def test_a_token_for_something_else_is_refused(dex, service_node, line, reason):
    assert_refused(service_node, with_token(line), reason)
    assert_accepted(service_node, with_token(OWN))


def test_a_token_is_good_once_and_on_one_node(dex, service_node, make_node):
    other = make_node("node-8", 8, {**account(), "node": {"names": "127.0.1.8 127.0.1.7"}})
    assert_accepted(service_node, with_token(OWN))
    replay = with_token("sent()")
    assert_refused(service_node, replay, "nonce-mismatch")
    assert_refused(other, replay, "nonce-mismatch")
    assert_accepted(other, with_token(OWN))


def test_a_token_stolen_from_another_application_is_refused(start_dex, service_node):
    application = {
        "id": "dashboard", "name": "dashboard", "secret": "s", "trustedPeers": ["svc-backup"],
    }
    start_dex(application)
    stolen = "token(random + '.' + host, audience='dashboard')"
    assert_refused(service_node, with_token(stolen), "aud-mismatch")
    both = "token(random + '.' + host, scope='openid audience:server:client_id:dashboard')"
    assert_refused(service_node, with_token(both), "aud-untrusted")
    assert_accepted(service_node, with_token(OWN))


def test_another_service_s_token_is_refused(start_dex, make_node):
    start_dex()
    node = make_node(changes=account())
    assert_refused(node, with_token(OF_ALICE), "aud-untrusted")
    node.configure({**account(), "client": {"trusted_audiences": "svc-named-alice"}})
    assert_refused(node, with_token(OF_ALICE), "azp-mismatch")
    assert_accepted(node, with_token(OWN))


def test_a_person_is_no_service_whatever_they_call_themselves(start_dex, service_node):
    """People may sign in at Dex by way of the service's own client, which then
    puts its id and the prompt's nonce into a person's token."""
    dex = start_dex(BACKUP)
    audience = "scope='audience:server:client_id:playpen-login'"
    of_mallory = f"person_token(random + '.' + host, 'mallory', {audience})"
    assert_refused(service_node, with_token(of_mallory), "account-type-mismatch")
    dex.change_user("mallory", preferredUsername="svc-backup")
    assert_refused(service_node, with_token(of_mallory), "account-type-mismatch")
    # By people's own client, which is public: whoever can see the prompt.
    plain = of_mallory.replace("'mallory', ", "'mallory', client='playpen-login', secret='', ")
    plain = plain.replace(audience, "")
    assert_refused(service_node, with_token(plain), "azp-missing")
    assert_accepted(service_node, with_token(OWN))


@pytest.mark.parametrize(
    "user_id, reason",
    [("svc-backup", "account-type-mismatch"), ("svc-backup\x12\x00", "sub-encoding")],
)
def test_a_person_with_a_crafted_id_is_no_service(
    start_dex, make_node, ssh, user_id, reason
):
    crafted = {
        "login": "crafty", "password": "password", "userID": user_id, "username": "mallory",
        "preferredUsername": "mallory", "email": "crafty@elsewhere.example",
        "groups": ["dev"],
    }
    house = {
        "id": "elsewhere", "type": "directory", "name": "Elsewhere", "config": {"users": [crafted]},
    }
    start_dex(BACKUP, connectors=[house])
    node = make_node(changes={**account(), "identity": {"connectors": "elsewhere"}})
    line = (
        "person_token(random + '.' + host, 'crafty', 'elsewhere',"
        " scope='audience:server:client_id:playpen-login')"
    )
    assert_refused(node, with_token(line), reason)
    assert_accepted(node, with_token(OWN))
    if reason == "account-type-mismatch":  # an odd person, and a person
        connection = ssh(node, "mallory", "id", "-un")
        connection.wait_for_screen()
        connection.approve(by="crafty", connector="elsewhere")
        connection.enter_until(EOF)
        assert connection.result() == ("mallory", 0)


def test_a_person_s_account_never_becomes_a_service_s(dex, make_node, ssh):
    dex.change_user("mallory", preferredUsername="svc-backup")
    node = make_node()
    connection = ssh(node, "svc-backup", "id", "-un")
    connection.wait_for_screen()
    connection.approve(by="mallory")
    connection.enter_until(EOF)
    assert connection.result() == ("svc-backup", 0)
    node.write("/etc/playpen/playpen.conf.d/service.conf", SECTION, 0o644)
    said = node.run("playpenctl publish", check=False)
    assert_refused(node, askpass(), "account-type-mismatch")
    assert "svc-backup" in said.stderr + node.log()


SECTION = """\
[node]
names = 127.0.1.7
[service-account "svc-backup"]
client_id = svc-backup
pam_services = sshd
"""


@pytest.fixture
def between(no_dex):
    """Somebody who stands before a real Dex: what it does not answer itself is
    Dex's, its keys too."""
    dex = Dex("head", web={"http": BEHIND})
    for client in dex.config["staticClients"]:
        client["trustedPeers"] = ["svc-backup", "svc-named-alice"]
    fake = FakeProvider().start()

    def as_dex_is(handler):
        status = 200 if ask_behind("/keys") else 503
        handler.answer(json.dumps(fake.document()).encode(), status)

    try:
        fake.answers["discovery"] = as_dex_is
        dex.start()
        del fake.answers["discovery"]
        fake.answers["keys"] = lambda handler: handler.answer(ask_behind("/keys"))
        yield fake
    finally:
        dex.stop()
        fake.stop()


def ask_behind(path):
    try:
        with urllib.request.urlopen(f"http://{BEHIND}/dex{path}", timeout=5) as got:
            return got.read()
    except OSError:
        return b""


def token_of_alice_the_client(audience):
    """Dex's whole answer: preferred_username is alice in it."""
    scope = "openid profile groups" + (
        f" audience:server:client_id:{audience}" if audience else ""
    )
    return post_form(
        f"http://{BEHIND}/dex/token", grant_type="client_credentials", scope=scope,
        client_id="svc-named-alice", client_secret="svc-named-alice-secret",
    )


@pytest.mark.parametrize(
    "client, more, audience, reason",
    [
        ("playpen-login", {}, "playpen-login", "aud-untrusted"),
        ("playpen-login", {"trusted_audiences": "svc-named-alice"}, "playpen-login", "azp-mismatch"),
        ("svc-named-alice", {}, None, "account-type-mismatch"),
    ],
)
def test_a_client_named_alice_is_never_alice(
    between, make_node, ssh, client, more, audience, reason
):
    """Its real token, put in where alice's is expected; in the last case even
    by way of a node whose own client it is."""
    node = make_node(changes={"client": {"id": client, **more}})
    stolen = token_of_alice_the_client(audience)
    between.answers["token"] = lambda handler: handler.answer(json.dumps(stolen).encode())
    connection = ssh(node, "alice", "true", options=["-o", "NumberOfPasswordPrompts=1"])
    connection.wait_for_screen()
    connection.enter_until(EOF)
    assert connection.result()[1] == 255
    assert decisions(node)[-1]["reason"] == reason
    assert node.run(["id", "alice"], user="nobody", check=False).returncode == 1
    del between.answers["token"], between.answers["keys"]
    node.run("rm -rf /var/cache/playpen/*")
    between.approved = True
    between.claims = {"aud": client}
    connection = ssh(node, "alice", "id", "-un")
    connection.wait_for_screen()
    connection.enter_until(EOF)
    assert connection.result() == ("alice", 0)


def test_a_client_named_alice_cannot_paste_its_way_in(dex, make_node, ssh):
    """Its real token where alice's code is asked for: it never goes out."""
    text = token("n", "svc-named-alice", "svc-named-alice-secret", None, "openid profile")
    node = make_node(changes={"client": {"flow": "code"}})
    dex.forget_requests()
    assert sign_in(node, answer(f"echo {text[:1000]}"), "alice")[0] == 255
    # A program that answers faster than a person ends the sign-in.
    assert decisions(node)[-1]["reason"] in ("conversation-failed", "grant-refused")
    assert text[:40] not in node.log()
    node.configure()
    assert ssh(node, "alice", "id", "-un").sign_in() == ("alice", 0)


def seconds_ago(seconds):
    return int(time.time()) - seconds


# What a Dex never signs, or not at the time of a test.
FORGED = [
    (lambda: {"iat": seconds_ago(125)}, "token-too-old"),
    (lambda: {"iat": seconds_ago(-3600)}, "issued-in-future"),
    (lambda: {"exp": seconds_ago(70), "iat": seconds_ago(80)}, "token-expired"),
    (lambda: {"azp": None}, "azp-missing"),
    (lambda: {"azp": "playpen-login"}, "azp-mismatch"),
    (lambda: {"aud": "svc-backup"}, "aud-mismatch"),
    (lambda: {"nonce": None}, "nonce-missing"),
    (lambda: {"sub": "svc-backup"}, "sub-encoding"),
    (lambda: {"sub": "Cgpzdmc", "azp": "svc-backup"}, "sub-encoding"),
    # Field 2 is there and empty: another spelling of the same subject.
    (lambda: {"sub": "CgpzdmMtYmFja3VwEgA"}, "sub-encoding"),
    (lambda: {"federated_claims": {"connector_id": "", "user_id": "svc-backup"}},
     "federated-claims"),
    (lambda: {"iss": ISSUER + "/"}, "iss-mismatch"),
]


def test_what_no_dex_would_sign_is_refused(fake, service_node):
    for claims, reason in FORGED:
        fake.claims = claims()
        assert_refused(service_node, with_token(OWN), reason)
    fake.claims = {"iat": seconds_ago(110)}
    assert_accepted(service_node, with_token(OWN))


def test_a_service_s_token_is_no_person_s_at_a_person_s_prompt(fake, make_node, ssh):
    """A provider that gives one away there; Dex has no way to."""
    node = make_node(changes=account())
    fake.claims = {
        "sub": "CgpzdmMtYmFja3Vw", "aud": "playpen-login", "federated_claims": None,
        "preferred_username": "alice",
    }
    fake.approved = True
    connection = ssh(node, "alice", "true", options=["-o", "NumberOfPasswordPrompts=1"])
    connection.wait_for_screen()
    connection.enter_until(EOF)
    text, status = connection.result()
    assert status == 255
    assert "A service cannot sign in as a person" in text
    assert decisions(node)[-1]["reason"] == "account-type-mismatch"
    fake.claims = {}
    connection = ssh(node, "alice", "true")
    connection.wait_for_screen()
    connection.enter_until(EOF)
    assert connection.result() == ("", 0)


def test_nor_is_it_where_a_code_was_pasted(fake, make_node, ssh):
    node = make_node(changes={"client": {"flow": "code"}})
    fake.approved = True
    service = {"sub": "CgpzdmMtYmFja3Vw", "federated_claims": None}
    for claims, reason in ((service, "account-type-mismatch"), ({}, "none")):
        connection = ssh(node, "alice", "true", options=["-o", "NumberOfPasswordPrompts=1"])
        wait_for_url(connection)
        nonce = re.search(r"nonce=(\w+)", connection.url).group(1)
        fake.claims = {**claims, "nonce": nonce}
        connection.terminal.sendline("a-code")
        assert connection.result()[1] == (255 if claims else 0)
        assert [d["reason"] for d in decisions(node) if d["stage"] == "auth"][-1] == reason


def test_a_service_may_use_only_the_services_of_its_section(dex, make_node):
    node = make_node(changes=account(pam_services="cron"))
    said = assert_refused(node, askpass(), "service-refused")
    assert "may not use sshd" in said
    node.configure(account(pam_services="cron sshd"))
    assert_accepted(node, askpass())


def sudo(node, secret=SECRET):
    return node.run(
        ["runuser", "-u", "svc-backup", "--", "sudo", "-S", "id", "-un"],
        input=secret + "\n", check=False,
    ).stdout.strip()


def test_sudo_takes_a_secret_where_it_is_listed_and_no_token(dex, make_node):
    node = make_node(changes=account(auth="client-secret"))
    node.write("/etc/sudoers.d/svc", "svc-backup ALL=(ALL) ALL\n", 0o440)
    node.write("/etc/sudoers.d/gate", "Defaults:svc-backup timestamp_timeout=0\n", 0o440)
    open_sudo = {"service.sudo": {"require_groups": None}}
    node.configure({**account(auth="client-secret"), **open_sudo})
    assert_accepted(node, answer(f"echo {SECRET}"))
    assert sudo(node) == ""
    assert "reason=service-refused" in node.log()
    node.configure({**account(auth="client-secret", pam_services="sshd sudo"), **open_sudo})
    assert sudo(node, "wrong") == ""
    assert "reason=client-refused" in node.log()
    assert sudo(node) == "root"
    node.configure({**account(pam_services="sshd sudo"), **open_sudo})
    assert sudo(node) == ""
    assert "reason=proof-refused" in node.log()
    assert SECRET not in node.log()


@pytest.mark.release
def test_a_console_takes_a_secret(dex, make_node):
    node = make_node(changes=account(auth="client-secret", pam_services="su login"))
    for secret, end in ((SECRET, "svc-backup"), ("wrong", "client's id or secret")):
        switch = node.spawn(
            ["setpriv", "--reuid=65534", "--clear-groups", "su", "svc-backup", "-c", "id -un"]
        )
        switch.expect_exact("Client secret: ")
        switch.sendline(secret)
        switch.expect_exact(end)
        assert secret not in switch.before, "it is not echoed"
        switch.close(force=True)
    console = on_terminal(node, ["login"])  # util-linux's hangs the line up first
    console.expect_exact("login: ")
    console.sendline("svc-backup")
    console.expect_exact("Client secret: ")
    console.sendline(SECRET)
    console.expect(r"[$#] $")
    console.close(force=True)
    assert SECRET not in node.log()


def test_an_account_with_a_local_user_s_name_is_refused(dex, make_node, ssh):
    node = make_node(changes=account())
    node.run("echo svc-backup:x:4711:4711::/:/bin/sh >>/etc/passwd")
    said = node.run("playpenctl publish", check=False)
    assert said.returncode == 1
    assert "svc-backup is a local user" in said.stderr
    sign_in(node, askpass())
    assert "result=accept" not in node.log(), "a local user is not ours"
    text, _ = ssh(node, "alice").result()
    assert "not set up correctly" in text
    node.run("sed -i /svc-backup/d /etc/passwd; playpenctl publish")
    assert_accepted(node, askpass())


REFUSED_BY_DEX = [
    ({"gone": True}, "client-refused", "id and secret with those at the provider"),
    ({"secret": "another"}, "client-refused", "id and secret with those at the provider"),
    ({"peers": []}, "scope-refused", "under trustedPeers of"),
]


@pytest.mark.parametrize("change, reason, sentence", REFUSED_BY_DEX)
def test_what_dex_refuses_is_said_with_a_word(no_dex, make_node, change, reason, sentence):
    node = make_node(changes=account())
    dex = Dex("head").start()
    assert_accepted(node, askpass())
    clients = dex.config["staticClients"]
    (backup,) = [c for c in clients if c["id"] == "svc-backup"]
    if change.get("gone"):
        clients.remove(backup)
    backup["secret"] = change.get("secret", backup["secret"])
    clients[0]["trustedPeers"] = change.get("peers", clients[0]["trustedPeers"])
    dex.restart()
    try:
        said = assert_refused(node, askpass(), "proof-parts")
        assert f"({reason})" in said and sentence in said, said
        if reason == "client-refused":
            node.configure(account(auth="client-secret"))
            said = assert_refused(node, answer(f"echo {SECRET}"), reason)
            assert "client's id or secret" in said
    finally:
        dex.stop()


def test_a_dex_without_the_grant_says_so(start_dex, make_node):
    node = make_node(changes=account(auth="client-secret"))
    start_dex(version="release")
    said = assert_refused(node, answer(f"echo {SECRET}"), "unsupported-grant")
    assert "does not offer" in said
    node.configure(account())
    said = assert_refused(node, askpass(), "proof-parts")
    assert "(unsupported-grant)" in said
