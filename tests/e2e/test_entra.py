# SPDX-License-Identifier: MIT
"""profile = entra: who somebody is stands in tenant and object id alone. Every
token is judged twice: by a sign-in over ssh and by `playpenctl verify`."""


import json

import pytest
from pexpect import EOF

from rig.entra import (
    ADMINS, ALICE, APPLICATION, CLIENT, HOST, OTHER, OVERAGE, TENANT, Entra, issuer_of,
)
from rig.service import account, assert_accepted, assert_refused, with_token
from rig.wait import until
from test_ways_round import decisions

ONCE = ["-o", "NumberOfPasswordPrompts=1"]
BOB = "bbbbbbbb-bbbb-cccc-dddd-eeeeeeeeeeee"
TEMPLATE = issuer_of("{tenantid}")
OWN = f"token(random + '.' + host, '{APPLICATION}', issuer='{issuer_of(TENANT)}')"


def entra(url=issuer_of(TENANT), **more):
    return {
        "issuer": {"url": url, "profile": "entra", **more},
        "identity": {"connectors": None, "strip_domain": "contoso.example"},
        "groups.map": {ADMINS: "platform-admins", "Platform.Admin": "platform-admins"},
        "service.gate": {"require_groups": "platform-admins"},
    }


@pytest.fixture
def fake(no_dex):
    provider = Entra().start()
    yield provider
    provider.stop()


@pytest.fixture
def common(no_dex):
    provider = Entra("common").start()
    yield provider
    provider.stop()


def sign_in(fake, node, ssh, claims, *command):
    """What came last, the exit status, and the decision about the token."""
    fake.claims = claims
    fake.approved = True
    before = len(decisions(node))
    connection = ssh(node, "alice", *command, options=ONCE)
    if connection.terminal.expect(["Press Enter when done:", EOF]) == 0:
        connection.enter_until(EOF)
    else:
        connection.last = connection.terminal.before
    text, status = connection.result()

    def decided():
        """The last of them: the node's syslog is a process of its own."""
        every = decisions(node)[before:]
        over = every and (every[0]["result"] == "reject" or every[-1]["stage"] == "account")
        return every if over else None

    return text, status, until(decided, "the decision in the log")


def verify(fake, node, claims, *options):
    """What `playpenctl verify` says of the same token: by the node's settings,
    or by options alone."""
    fake.claims = claims
    text = fake.tokens()["id_token"]
    done = node.run(["playpenctl", "verify", *options], input=text, check=False)
    return (done.stdout + done.stderr).split("\n")[0]


def verify_offline(fake, node, claims):
    node.write("/tmp/keys", json.dumps({"keys": [key.jwk for key in fake.shown]}))
    options = ["--profile", "entra", "--jwks", "/tmp/keys"]
    return verify(
        fake, node, claims, *options, "--issuer", issuer_of(TENANT), "--audience", CLIENT
    )


def assert_both_refuse(fake, node, ssh, claims, reason):
    text, status, found = sign_in(fake, node, ssh, claims, "true")
    assert status == 255, text
    assert found[0]["reason"] == reason, found
    assert verify(fake, node, claims) == f"reject {reason}"


def assert_both_accept(fake, node, ssh, claims):
    text, status, found = sign_in(fake, node, ssh, claims, "id", "-Gn")
    assert status == 0, text + str(found)
    assert verify(fake, node, claims) == "accept"
    return text.split(), found[0]


def test_a_person_is_tenant_and_object_and_groups_are_mapped(fake, make_node, ssh):
    node = make_node(changes=entra())
    groups, decision = assert_both_accept(fake, node, ssh, {})
    assert decision["sub"] == f"{TENANT}/{ALICE}"
    assert decision["iss"] == issuer_of(TENANT)
    assert "platform-admins" in groups
    # Nothing else about a person counts: not even sub, which each client has
    # another of.
    changed = {"sub": "another", "email": "bob@contoso.example", "upn": "bob@contoso.example",
               "unique_name": "bob", "name": "Bob"}
    assert_both_accept(fake, node, ssh, changed)
    text, status, found = sign_in(fake, node, ssh, {"oid": BOB}, "true")
    assert status == 255 and found[0]["reason"] == "name-taken"


# Each claim that is not as it must be, and the word for it.
REFUSED = [
    ({"tid": None}, "tenant-invalid"),
    ({"tid": "contoso"}, "tenant-invalid"),
    ({"oid": None}, "tenant-invalid"),
    ({"tid": OTHER}, "iss-mismatch"),
    ({"tid": OTHER, "iss": issuer_of(OTHER)}, "iss-mismatch"),
    ({"iss": issuer_of(TENANT) + "/"}, "iss-mismatch"),
    ({"iss": f"{HOST}/{TENANT}/"}, "iss-mismatch"),
    ({"iss": TEMPLATE}, "iss-mismatch"),
    ({"iss": f"https://sts.windows.net/{TENANT}/", "ver": "1.0"}, "iss-mismatch"),
    ({"ver": "1.0"}, "token-version"),
    ({"ver": None}, "token-version"),
    ({"idtyp": "app"}, "account-type-mismatch"),
    ({"sub": ALICE}, "account-type-mismatch"),
    ({"acct": 1}, "guest-refused"),
    ({"idp": f"https://sts.windows.net/{OTHER}/"}, "guest-refused"),
    ({"preferred_username": None}, "username-missing"),
    ({"preferred_username": None, "email": "alice@contoso.example",
      "upn": "alice@contoso.example"}, "username-missing"),
]


def test_what_is_not_as_it_must_be_is_refused(fake, make_node, ssh):
    node = make_node(changes=entra())
    for claims, reason in REFUSED:
        assert_both_refuse(fake, node, ssh, claims, reason)
        assert verify_offline(fake, node, claims) == f"reject {reason}"
    assert verify_offline(fake, node, {}) == "accept"
    assert_both_accept(fake, node, ssh, {"acct": 0})
    assert_both_accept(fake, node, ssh, {"idp": f"https://sts.windows.net/{TENANT}/"})
    assert_both_accept(fake, node, ssh, {"idtyp": "user"})


def test_guests_come_in_where_they_are_allowed(fake, make_node, ssh):
    node = make_node(changes=entra(guests="yes"))
    assert_both_accept(fake, node, ssh, {"acct": 1})
    assert_both_accept(fake, node, ssh, {"idp": f"https://sts.windows.net/{OTHER}/"})


def test_an_issuer_for_every_tenant_takes_those_that_are_listed(common, make_node, ssh):
    node = make_node(changes=entra(TEMPLATE, tenants=TENANT))
    other = {"tid": OTHER, "iss": issuer_of(OTHER)}
    assert_both_refuse(common, node, ssh, other, "tenant-refused")
    assert_both_refuse(common, node, ssh, {"tid": OTHER}, "iss-mismatch")
    assert_both_refuse(common, node, ssh, {"iss": TEMPLATE}, "iss-mismatch")
    _, decision = assert_both_accept(common, node, ssh, {})
    assert decision["sub"] == f"{TENANT}/{ALICE}"
    node.configure(entra(TEMPLATE, tenants=f"{TENANT} {OTHER}"))
    # The same object id in another tenant is another person.
    text, status, found = sign_in(common, node, ssh, other, "true")
    assert status == 255 and found[0]["reason"] == "name-taken"
    assert verify(common, node, other) == "accept"
    node.configure(entra(TEMPLATE))
    text, status, found = sign_in(common, node, ssh, {}, "true")
    assert "not set up correctly" in text
    assert {d["reason"] for d in found} == {"config-invalid"}


def test_a_key_for_one_tenant_signs_for_no_other(common, make_node, ssh):
    node = make_node(changes=entra(TEMPLATE, tenants=TENANT))
    common.key.jwk["issuer"] = issuer_of(OTHER)
    text, status, found = sign_in(common, node, ssh, {}, "true")
    assert status == 255 and found[0]["reason"] == "iss-mismatch"
    node.run("rm -f /var/cache/playpen/*")
    common.key.jwk["issuer"] = TEMPLATE
    assert_both_accept(common, node, ssh, {})


@pytest.mark.parametrize("marker", [OVERAGE, {"hasgroups": True}, {"groups": None}])
def test_groups_that_do_not_fit_are_unknown_and_close_every_gate(
    fake, make_node, ssh, marker
):
    changes = entra()
    changes["service.sshd"] = {"require_groups": "platform-admins"}
    node = make_node(changes=changes)
    fake.requests.clear()
    text, status, found = sign_in(fake, node, ssh, marker, "true")
    assert status == 255
    assert "sshd goes by groups (platform-admins), and yours are unknown or too many" in text
    assert [d["reason"] for d in found] == ["none", "groups-unknown"]
    why = "not in the token" if marker == {"groups": None} else "too many for the token"
    assert why in found[0]["notes"]
    assert set(fake.names()) <= {"discovery", "keys", "device", "token"}, "no graph is asked"
    assert verify(fake, node, marker) == "accept", "the token itself is good"
    groups, _ = assert_both_accept(fake, node, ssh, {})
    assert "platform-admins" in groups


def test_roles_are_groups_where_it_is_set(fake, make_node, ssh):
    node = make_node(changes=entra(roles_as_groups="yes"))
    claims = {"roles": ["Platform.Admin"], "groups": None}
    groups, _ = assert_both_accept(fake, node, ssh, claims)
    assert "platform-admins" in groups
    changes = entra()
    changes["service.sshd"] = {"require_groups": "platform-admins"}
    node.configure(changes)
    text, status, found = sign_in(fake, node, ssh, claims, "true")
    assert status == 255 and found[-1]["reason"] == "groups-unknown"


@pytest.mark.parametrize("claim", ["email", "upn", "unique_name"])
def test_no_claim_that_changes_may_name_a_person(fake, make_node, ssh, claim):
    changes = entra()
    changes["identity"]["username_claim"] = claim
    node = make_node(changes=changes)
    claims = {claim: "alice@contoso.example", "xms_edov": True}
    text, status, found = sign_in(fake, node, ssh, claims, "true")
    assert status == 255 and {d["reason"] for d in found} == {"config-invalid"}
    assert "device" not in fake.names(), "nobody is shown anything"
    node.configure(entra())
    assert_both_accept(fake, node, ssh, {})


def test_an_application_is_a_service_and_a_person_is_none(fake, make_node):
    changes = {**entra(), **account(client_id=APPLICATION)}
    node = make_node(changes=changes)
    for claims, reason in (
        ({"idtyp": "user"}, "account-type-mismatch"),
        ({"idtyp": None}, "account-type-mismatch"),
        ({"azp": None}, "azp-missing"),
        ({"azp": CLIENT}, "azp-mismatch"),
        ({"tid": OTHER}, "iss-mismatch"),
    ):
        fake.claims = claims
        assert_refused(node, with_token(OWN), reason)
    fake.claims = {}
    assert_accepted(node, with_token(OWN))
