# SPDX-License-Identifier: MIT
"""A provider that plays Microsoft Entra: tokens of the shapes that Microsoft's
documentation has, and none of Dex's."""

import time

from .fake_provider import CLIENT, FakeProvider

HOST = "http://localhost:5556"
TENANT = "11111111-2222-3333-4444-555555555555"
OTHER = "99999999-2222-3333-4444-555555555555"
ALICE = "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee"
ADMINS = "0a0a0a0a-0b0b-0c0c-0d0d-0e0e0e0e0e0e"
APPLICATION = "cccccccc-0000-1111-2222-333333333333"


def issuer_of(tenant):
    return f"{HOST}/{tenant}/v2.0"


# What Microsoft puts where there are more than 200 groups; nobody asks there.
OVERAGE = {
    "groups": None,
    "_claim_names": {"groups": "src1"},
    "_claim_sources": {"src1": {"endpoint": f"{HOST}/graph/users/{ALICE}/getMemberObjects"}},
}


class Entra(FakeProvider):
    """For one tenant; with `common` for all, as far as a node lists them."""

    def __init__(self, tenant=TENANT):
        super().__init__(issuer_of(tenant))
        self.common = tenant == "common"

    def document(self):
        document = super().document()
        if self.common:
            document["issuer"] = issuer_of("{tenantid}")
        return document

    def body_of(self, name, form):
        status, body = super().body_of(name, form)
        if name == "device":
            del body["verification_uri_complete"]
        return status, body

    def person_claims(self, _="alice"):
        return {
            "iss": issuer_of(TENANT), "aud": CLIENT, "ver": "2.0", "tid": TENANT, "oid": ALICE,
            "sub": "AAAAAAAAAAAAAAAAAAAAAIkzqFVrSaSaFHy782bbtaQ", "at_hash": None,
            "nbf": int(time.time()), "name": "Alice", "groups": [ADMINS],
            "preferred_username": "alice@contoso.example",
        }

    def service_claims(self, form):
        return {
            "iss": issuer_of(TENANT), "aud": CLIENT, "ver": "2.0", "tid": TENANT,
            "oid": APPLICATION, "sub": APPLICATION, "azp": form["client_id"], "idtyp": "app",
            "nonce": form["nonce"], "at_hash": None,
        }
