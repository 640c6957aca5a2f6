# SPDX-License-Identifier: MIT
"""playpenctl verify without a key set: the configuration, and a real Dex."""

import json
import time
import urllib.parse
import urllib.request

import pytest

from rig.dex import ISSUER
from rig.person import QuickPerson
from rig.service import token as service_token

DEVICE = "urn:ietf:params:oauth:grant-type:device_code"
SCOPES = "openid profile email groups federated:id"


def post(path, **fields):
    form = urllib.parse.urlencode(fields).encode()
    with urllib.request.urlopen(ISSUER + path, form, timeout=10) as answer:
        return json.loads(answer.read())


def person_tokens(name="alice", connector="local", client="playpen-login", **more):
    """Access and ID token, as a device flow of somebody else's gets them."""
    code = post("/device/code", client_id=client, scope=SCOPES, **more)
    QuickPerson(name, connector).approve(code["verification_uri_complete"])
    answer = post("/token", grant_type=DEVICE, client_id=client,
                  device_code=code["device_code"], **more)
    return answer["access_token"], answer["id_token"]


def verify(node, token, *options, access=None):
    """Status, verdict, and what stands below it."""
    if access:
        node.write("/root/access", access, 0o600)
        options += ("--access-token", "/root/access")
    done = node.run(["playpenctl", "verify", *options], input=token + "\n", check=False)
    verdict, _, rest = (done.stdout + done.stderr).partition("\n")
    return done.returncode, verdict, rest


def test_a_person_s_token_is_accepted_with_its_claims(dex, node):
    access, token = person_tokens()
    status, verdict, claims = verify(node, token, access=access)
    assert (status, verdict) == (0, "accept"), claims
    assert json.loads(claims)["preferred_username"] == "alice"
    assert json.loads(claims)["iss"] == ISSUER


def test_what_was_fetched_serves_the_next(dex, node):
    access, token = person_tokens()
    dex.forget_requests()
    for _ in range(3):
        assert verify(node, token, access=access)[0] == 0
    assert [r["path"] for r in dex.requests()] == [
        "/dex/.well-known/openid-configuration", "/dex/keys"]


def test_a_sign_in_s_cache_serves_it_too(dex, node, ssh):
    assert ssh(node, "alice", "true").sign_in() == ("", 0)
    access, token = person_tokens()
    dex.forget_requests()
    assert verify(node, token, access=access)[0] == 0
    assert dex.requests() == []


def test_a_new_key_costs_one_request_for_keys(dex, node):
    access, token = person_tokens()
    assert verify(node, token, access=access)[0] == 0
    dex.rotate_keys()
    newer = person_tokens()
    dex.forget_requests()
    assert verify(node, newer[1], access=newer[0])[1] == "accept"
    assert [r["path"] for r in dex.requests()] == ["/dex/keys"]
    # Dex shows the old key for as long as tokens by it live.
    assert verify(node, token, access=access)[1] == "accept"
    assert len(dex.requests()) == 1


def test_a_key_that_dex_never_had_is_asked_for_once(dex, node):
    access, token = person_tokens()
    assert verify(node, token, access=access)[0] == 0
    dex.restart()
    dex.forget_requests()
    # Its keys are forgotten, and so is whoever it gave this token to.
    assert verify(node, token, access=access)[1] == "accept", "cached keys"
    newer = person_tokens()
    dex.forget_requests()
    assert verify(node, newer[1], access=newer[0])[1] == "accept"
    for _ in range(3):
        status, verdict, _ = verify(node, token, access=access)
        assert (status, verdict) == (1, "reject kid-unknown")
    assert [r["path"] for r in dex.requests()] == ["/dex/keys"]


def test_a_token_for_another_client_is_refused(dex, node):
    secret = {"client": "playpen-confidential",
              "client_secret": "confidential-client-secret"}
    access, token = person_tokens(**secret)
    status, verdict, said = verify(node, token, access=access)
    assert (status, verdict) == (1, "reject aud-mismatch"), said
    options = ("--audience", "playpen-confidential")
    assert verify(node, token, *options, access=access)[1] == "accept"


def test_a_person_of_another_directory_is_refused(dex, node):
    access, token = person_tokens("mallory", connector="elsewhere")
    status, verdict, _ = verify(node, token, access=access)
    assert (status, verdict) == (1, "reject connector-refused")
    options = ("--connector", "elsewhere")
    assert verify(node, token, *options, access=access)[1] == "accept"


def test_the_tokens_of_one_answer_belong_together(dex, node):
    access, token = person_tokens()
    other, _ = person_tokens("bob")
    assert verify(node, token)[1] == "reject access-token-missing"
    assert verify(node, token, access=other)[1] == "reject at-hash-mismatch"
    # Dex's access token has all the claims of an ID token.
    assert verify(node, access, access=access)[1] == "reject token-use"
    assert verify(node, token, access=access)[1] == "accept"


def test_a_service_is_told_from_people(dex, node):
    access, person = person_tokens()
    service = service_token("n-1", audience="playpen-login")
    options = ("--service", "svc-backup", "--nonce", "n-1")
    status, verdict, claims = verify(node, service, *options)
    assert (status, verdict) == (0, "accept"), claims
    assert json.loads(claims)["azp"] == "svc-backup"
    assert verify(node, service, "--service", "svc-backup",
                  "--nonce", "n-2")[1] == "reject nonce-mismatch"
    assert verify(node, service, "--service", "svc-other")[1] == "reject aud-untrusted"
    assert verify(node, service, access=access)[1] == "reject aud-untrusted"
    assert verify(node, person, "--service", "svc-backup")[1].startswith("reject azp-")


def test_a_service_named_as_a_person_is_not_that_person(dex, node):
    answer = post("/token", grant_type="client_credentials", scope="openid profile",
                  client_id="svc-named-alice", client_secret="svc-named-alice-secret")
    options = ("--audience", "svc-named-alice")
    status, verdict, _ = verify(
        node, answer["id_token"], *options, access=answer["access_token"])
    assert (status, verdict) == (1, "reject account-type-mismatch")


def test_the_command_line_narrows_what_dex_offers_and_never_widens_it(dex, node):
    access, token = person_tokens()
    refused = verify(node, token, "--algorithms", "ES256", access=access)
    assert refused[0] == 2 and "algorithm" in refused[1]
    assert verify(node, token, "--algorithms", "ES256,RS256", access=access)[0] == 0


def test_without_dex_there_is_a_sentence(no_dex, node):
    status, verdict, said = verify(node, "a.b.c")
    assert (status, verdict) == (1, "reject http-unreachable")
    assert ISSUER in said


def test_a_name_that_does_not_resolve_is_said_in_time(make_node):
    """Whether the resolver says no or says nothing."""
    node = make_node(changes={"issuer": {"url": "http://nowhere.playpen.example/dex"}})
    began = time.monotonic()
    status, verdict, _ = verify(node, "a.b.c")
    assert status == 1
    assert verdict in ("reject http-unreachable", "reject http-timeout")
    assert time.monotonic() - began < 15


@pytest.mark.parametrize("token", ["", "a.b", "eyJhbGciOiJub25lIn0.e30."])
def test_what_is_no_token_is_refused(dex, node, token):
    status, verdict, _ = verify(node, token)
    assert status == 1
    assert verdict in ("reject token-malformed", "reject alg-none")
