# SPDX-License-Identifier: MIT
"""opkssh, the client of OpenPubkey, as its makers publish it (tests/opkssh)."""

import os

from .day_key import HOME, USER
from .tls import CA_FILE, ISSUER

BINARY = os.environ.get("PLAYPEN_OPKSSH", "")
PROGRAM = "/usr/local/bin/opkssh"
PROVIDER = f"{ISSUER},playpen-ssh,,openid profile email groups federated:id"
KEYS = {"ecdsa": "id_ecdsa", "ed25519": "id_ed25519"}


def install(host):
    with open(BINARY, "rb") as binary:
        done = host.popen(["sh", "-c", f"cat >{PROGRAM}; chmod 755 {PROGRAM}"], stdin=binary)
        assert done.wait() == 0


def login(machine, person, key="ecdsa", *options):
    """Signs person in by opkssh on carol's machine."""
    machine.host.run(f"rm -f {HOME}/.ssh/id_*")
    command = machine.command(
        PROGRAM, "login", f"--provider={PROVIDER}", "-t", key, *options,
        DISPLAY=":9", SSL_CERT_FILE=CA_FILE)
    process = machine.host.popen(
        ["setpriv", f"--reuid={USER}", "--clear-groups", *command], cwd="/")
    person.sign_in(machine.address())
    assert process.wait(timeout=60) == 0


def ssh_options(key="ecdsa"):
    """What ssh is told of the key and certificate that opkssh has left."""
    place = f"{HOME}/.ssh/{KEYS[key]}"
    return ["-F", "none", "-o", "IdentitiesOnly=yes", "-o", f"IdentityFile={place}",
            "-o", f"CertificateFile={place}-cert.pub"]
