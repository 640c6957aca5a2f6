# SPDX-License-Identifier: MIT
"""The unchanged opkssh signs in at a Dex with TLS, and nodes take its certificates."""

import base64
import re

import pytest

from rig import opkssh, tls
from rig.day_key import HOME, Machine
from rig.day_login import Watched, offer, reasons, switch_on
from rig.person import QuickPerson

ON = {"ssh": {"certificates": "yes", "openpubkey": "yes"}, "issuer": tls.CONFIGURED}
SETTINGS = f"""[issuer]
url = {tls.ISSUER}
ca_file = {tls.CA_FILE}
"""


@pytest.fixture
def certificate():
    return tls.make_certificate()


@pytest.fixture(params=["head", "release"])
def dex(request, no_dex, certificate):
    server = tls.tls_dex(*certificate, version=request.param).start()
    yield server
    server.stop()


@pytest.fixture
def make(make_node, certificate):
    def start(name, number, changes=None):
        node = make_node(name, number, changes=changes or ON)
        tls.trust(node, certificate[1])
        return switch_on(node)

    return start


@pytest.fixture
def node(dex, make):
    return make("node-8", 8)


@pytest.fixture
def laptop(make, certificate):
    machine = Machine(make("laptop", 7), settings=SETTINGS)
    machine.person = QuickPerson("alice", ca_file=certificate[1])
    opkssh.install(machine.host)
    return machine


def pk_token(laptop, key):
    """What the certificate of opkssh carries: five parts with colons between."""
    path = f"{HOME}/.ssh/{opkssh.KEYS[key]}-cert.pub"
    blob = base64.b64decode(laptop.out("cat", path).split()[1])
    return re.search(rb"eyJ[\w-]+(:[\w-]+){4}", blob)[0].decode()


def make_certificate(laptop, key, token, *options, principal="opkssh-wildcard"):
    """A certificate that the key of opkssh signs by hand, around that token."""
    place = f"{HOME}/.ssh/{opkssh.KEYS[key]}"
    laptop.run("sh", "-c", f"""set -e; rm -rf /tmp/made; mkdir /tmp/made; cd /tmp/made
        cp {place} made; ssh-keygen -y -f made >made.pub
        ssh-keygen -q -s made -I x -n {principal} {' '.join(options)} \
            -O extension:openpubkey-pkt={token} made.pub""")
    return ["-F", "none", "-o", "IdentitiesOnly=yes", "-o", "IdentityFile=/tmp/made/made",
            "-o", "CertificateFile=/tmp/made/made-cert.pub"]


def test_both_keys_of_opkssh_let_alice_in_for_the_first_time_and_again(laptop, node, make):
    for key in opkssh.KEYS:
        opkssh.login(laptop, laptop.person, key)
        assert offer(laptop, node, opkssh.ssh_options(key)) == 0, node.log()
        with Watched(node) as watched:
            assert offer(laptop, node, opkssh.ssh_options(key)) == 0
        assert "playpen-oidc" not in watched.started
    assert "platform-admins" in node.out("id -Gn alice")
    # Where the format is not accepted, the same certificate is refused.
    other = make("node-9", 9, {**ON, "ssh": {"certificates": "yes"}})
    assert offer(laptop, other, opkssh.ssh_options("ed25519")) == 255
    assert reasons(other)[-1] == "cert-options"


def test_what_is_changed_in_a_certificate_of_opkssh_is_refused(laptop, node):
    opkssh.login(laptop, laptop.person, "ed25519")
    token = pk_token(laptop, "ed25519")
    payload, op_header, op_signature, header, signature = token.split(":")
    assert offer(laptop, node, make_certificate(laptop, "ed25519", token)) == 0, node.log()
    other = base64.urlsafe_b64encode(
        base64.urlsafe_b64decode(header + "==") + b" ").decode().rstrip("=")
    for parts, reason in [
            ((payload, op_header, op_signature, other, signature), "cert-not-own"),
            ((payload, op_header, op_signature, header, op_signature), "cert-malformed"),
            ((payload, op_header, op_signature, header), "cert-malformed"),
            ((payload, op_header, op_signature, header, signature, "x"), "cert-malformed")]:
        changed = make_certificate(laptop, "ed25519", ":".join(parts))
        assert offer(laptop, node, changed) == 255
        assert reasons(node)[-1] == reason, node.log()
    assert offer(laptop, node, make_certificate(
        laptop, "ed25519", token, principal="alice")) == 255
    assert reasons(node)[-1] == "cert-name"


def test_a_copy_of_opkssh_s_token_with_another_key_is_refused(laptop, node):
    opkssh.login(laptop, laptop.person, "ecdsa")
    token = pk_token(laptop, "ecdsa")
    assert offer(laptop, node, make_certificate(laptop, "ecdsa", token)) == 0, node.log()
    opkssh.login(laptop, laptop.person, "ed25519")
    assert offer(laptop, node, make_certificate(laptop, "ed25519", token)) == 255
    assert reasons(node)[-1] in ("cert-malformed", "cert-not-own")
    assert offer(laptop, node, make_certificate(
        laptop, "ed25519", pk_token(laptop, "ed25519"))) == 0


def test_age_reset_name_and_lock_count_for_opkssh_s_certificates_too(laptop, node):
    opkssh.login(laptop, laptop.person, "ecdsa")
    options = opkssh.ssh_options("ecdsa")
    assert offer(laptop, node, options) == 0, node.log()
    assert offer(laptop, node, options, name="bob") == 255
    node.run("playpenctl user lock alice")
    assert offer(laptop, node, options) == 255
    node.run("playpenctl user unlock alice")
    later = int(node.out("date +%s")) + 60
    node.configure({**ON, "ssh": {**ON["ssh"], "not_before": later}})
    assert offer(laptop, node, options) == 255
    assert reasons(node)[-1] == "cert-before"
    node.configure(ON)
    assert offer(laptop, node, options) == 0
