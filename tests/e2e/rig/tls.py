# SPDX-License-Identifier: MIT
"""A Dex with TLS, by a certificate for localhost that is signed by itself."""

import subprocess

from . import paths
from .dex import Dex

ISSUER = "https://localhost:5556/dex"
# What a node that trusts the certificate has in playpen.conf, and where.
CA_FILE = "/etc/playpen/ca.pem"
CONFIGURED = {"url": ISSUER, "allow_http": None, "ca_file": CA_FILE}


def make_certificate():
    """Returns the paths of key and certificate."""
    key, cert = paths.LAB / "tls.key", paths.LAB / "tls.crt"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
         "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost",
         "-keyout", key, "-out", cert],
        check=True, capture_output=True,
    )
    return key, cert


def tls_dex(key, cert, version="head"):
    web = {"https": "127.0.0.1:5556", "tlsCert": str(cert), "tlsKey": str(key)}
    return Dex(version, issuer=ISSUER, ca_file=cert, web=web)


def trust(host, cert):
    host.write(CA_FILE, cert.read_text(), 0o644)
