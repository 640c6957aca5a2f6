# SPDX-License-Identifier: MIT
"""Nothing but a person's ID token is one: not an access token, a refresh token,
a logout token, or a token of another client or of a service."""

import pytest
from pexpect import EOF

from rig.service import token as service_token
from rig.swap_proxy import SwapProxy
from rig.wait import until
from test_verify import person_tokens, verify
from test_ways_round import decisions

ONCE = ["-o", "NumberOfPasswordPrompts=1"]
SUBJECT = "f3b1c6a2-0a51-4a55-8d0c-6a9d1ab0a0c1"


@pytest.fixture
def proxy(dex):
    swapping = SwapProxy().start()
    yield swapping
    swapping.stop()


@pytest.fixture
def behind(proxy, make_node):
    return make_node(changes={"issuer": {"connect_to": proxy.address}})


def finish(node, connection):
    """Exit status, and the reason of the first decision."""
    before = len(decisions(node))
    connection.wait_for_screen()
    connection.approve()
    connection.enter_until(EOF)
    status = connection.result()[1]
    return status, until(lambda: decisions(node)[before:], "the decision")[0]["reason"]


def put(token):
    return lambda answer: answer.update(id_token=token)


def of_another_client():
    return person_tokens(
        client="playpen-confidential", client_secret="confidential-client-secret")[1]


def copy_access_token(answer):
    answer["id_token"] = answer["access_token"]


def test_a_token_that_dex_made_for_something_else_is_no_id_token(dex, proxy, behind, ssh):
    """Real tokens of Dex, put where the person's own ID token belongs."""
    other_access, other = person_tokens()
    swaps = {
        "the access token of this sign-in": (copy_access_token, "token-use"),
        "an access token of another sign-in": (put(other_access), "at-hash-mismatch"),
        "the ID token of another sign-in": (put(other), "at-hash-mismatch"),
        "a token of another client": (put(of_another_client()), "aud-mismatch"),
        "a service's token for this client": (
            put(service_token("n", audience="playpen-login")), "aud-untrusted"),
        "a service's token": (put(service_token("n", audience=None)), "aud-mismatch"),
    }
    for what, (swap, reason) in swaps.items():
        proxy.swap = swap
        connection = ssh(behind, "alice", "true", options=ONCE)
        assert finish(behind, connection) == (255, reason), what
    proxy.swap = None
    assert ssh(behind, "alice", "id", "-un").sign_in() == ("alice", 0)


def test_verify_refuses_the_same_tokens(dex, node):
    access, token = person_tokens()
    assert verify(node, token, access=access)[1] == "accept"
    assert verify(node, access, access=access)[1] == "reject token-use"
    other = person_tokens()[0]
    assert verify(node, other, access=access)[1] == "reject at-hash-mismatch"
    assert verify(node, of_another_client(), access=access)[1] == "reject aud-mismatch"


# Of other providers, made here: what each claim says beside those of an ID
# token, and the word for it. The first two are ID tokens.
SHAPES = [
    ("an ID token", {}, None),
    ("Keycloak's ID token", {"typ": "ID", "azp": "playpen-login", "sid": "5f1c"}, None),
    ("Keycloak's access token", {"typ": "Bearer", "azp": "playpen-login", "sid": "5f1c",
                                 "scope": "openid profile"}, "token-use"),
    ("Keycloak's refresh token", {"typ": "Refresh", "azp": "playpen-login", "sid": "5f1c"},
     "token-use"),
    ("a logout token", {"events": {"http://schemas.openid.net/event/backchannel-logout": {}}},
     "token-use"),
    ("Spring's access token", {"scope": ["openid", "profile"]}, "token-use"),
    ("Cognito's access token", {"token_use": "access"}, "token-use"),
    ("an access token of RFC 9068", {"client_id": "playpen-login"}, "account-type-mismatch"),
    ("a service account of Keycloak",
     {"typ": "ID", "azp": "playpen-login", "preferred_username": "service-account-playpen"},
     "account-type-mismatch"),
]


GENERIC = {"issuer": {"profile": "generic"}, "identity": {"connectors": None}}
PLAIN = {"sub": SUBJECT, "federated_claims": None}


def sign_in_reason(node, ssh):
    """The reason that the log has of a sign-in whose code is approved at once."""
    before = len(decisions(node))
    connection = ssh(node, "alice", "true", options=ONCE)
    connection.terminal.expect("Press Enter when done:")
    connection.enter_until(EOF)
    connection.result()
    return until(lambda: decisions(node)[before:], "the decision")[0]["reason"]


def test_at_hash_is_required_once_the_provider_has_sent_it(fake, make_node, ssh):
    """Without it, an access token may be taken for an ID token."""
    node = make_node(changes=GENERIC)
    fake.approved = True
    fake.claims = {**PLAIN, "at_hash": None}
    assert sign_in_reason(node, ssh) == "none", "it never sent one"
    fake.claims = PLAIN
    assert sign_in_reason(node, ssh) == "none"
    fake.claims = {**PLAIN, "at_hash": None}
    assert sign_in_reason(node, ssh) == "at-hash-missing"
    node.configure({**GENERIC, "issuer": {**GENERIC["issuer"], "require_at_hash": "no"}})
    assert sign_in_reason(node, ssh) == "none"


def test_at_hash_is_required_at_once_where_the_administrator_says_so(fake, make_node, ssh):
    node = make_node(changes={
        **GENERIC, "issuer": {**GENERIC["issuer"], "require_at_hash": "yes"}})
    fake.approved = True
    fake.claims = {**PLAIN, "at_hash": None}
    assert sign_in_reason(node, ssh) == "at-hash-missing"
    fake.claims = PLAIN
    assert sign_in_reason(node, ssh) == "none"


def test_a_token_in_the_shape_of_another_provider(fake, make_node, ssh):
    node = make_node(changes=GENERIC)
    for what, claims, reason in SHAPES:
        fake.claims = {**PLAIN, **claims, "at_hash": None}
        text = fake.tokens()["id_token"]
        expected = f"reject {reason}" if reason else "accept"
        assert verify(node, text)[1] == expected, what
        fake.approved = True
        assert sign_in_reason(node, ssh) == (reason or "none"), what
