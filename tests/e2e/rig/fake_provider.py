# SPDX-License-Identifier: MIT
"""A provider that misbehaves on command, where a real Dex never would. Its
tokens are such as Dex makes, signed by openssl."""

import base64
import hashlib
import http.server
import json
import socketserver
import subprocess
import threading
import time
import urllib.parse

from . import paths
from .dex import ISSUER

ADDRESS = ("127.0.0.1", 5556)
CLIENT = "playpen-login"
GRANT = "urn:ietf:params:oauth:grant-type:device_code"
PATHS = {
    "discovery": "/.well-known/openid-configuration",
    "keys": "/keys",
    "device": "/device/code",
    "token": "/token",
}


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def openssl(*arguments, given=None):
    done = subprocess.run(
        ["openssl", *arguments], input=given, check=True, capture_output=True
    )
    return done.stdout


class SigningKey:
    """An RSA key, its public half as a JWK, and RS256."""

    made = 0

    def __init__(self):
        SigningKey.made += 1
        self.kid = f"key-{SigningKey.made}"
        self.file = paths.LAB / f"fake-{self.kid}.pem"
        openssl("genrsa", "-out", str(self.file), "2048")
        line = openssl("rsa", "-noout", "-modulus", "-in", str(self.file))
        number = bytes.fromhex(line.decode().strip().split("=")[1])
        self.jwk = {"kty": "RSA", "use": "sig", "alg": "RS256", "kid": self.kid,
                    "n": b64(number), "e": "AQAB"}

    def sign(self, claims):
        header = {"alg": "RS256", "kid": self.kid}
        text = ".".join(b64(json.dumps(part).encode()) for part in (header, claims))
        signature = openssl("dgst", "-sha256", "-sign", str(self.file), given=text.encode())
        return f"{text}.{b64(signature)}"


def dex_subject(user, connector):
    """Dex writes two fields of protobuf."""
    fields = [(b"\x0a", user.encode()), (b"\x12", connector.encode())]
    return b64(b"".join(tag + bytes([len(text)]) + text for tag, text in fields))


def device_code(user_code):
    return f"device-code-of-{user_code}"


class FakeProvider:
    """Well-behaved at ISSUER until told otherwise. `answers` has, by the name
    of a path, what is done with a handler instead of answering; `after` what
    is done once the answer is out; `requests` is (seconds, name) of each. Who
    is shown a code of theirs has device_code(that)."""

    def __init__(self):
        self.requests = []
        self.answers = {}
        self.after = {}
        self.approved = False
        self.codes = 0
        self.key = SigningKey()
        self.shown = [self.key]

    def start(self):
        provider = self

        class Handler(_Handler):
            fake = provider

        self._server = _Server(ADDRESS, Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def stop(self):
        self._server.shutdown()
        self._server.server_close()

    def forget(self):
        self.requests.clear()
        self.answers.clear()
        self.after.clear()
        self.approved = False
        self.codes = 0

    def count(self, name):
        return sum(1 for _, other in self.requests if other == name)

    def names(self):
        return [name for _, name in self.requests]

    def rotate(self):
        """A new key; the old one is shown no more."""
        self.key = SigningKey()
        self.shown = [self.key]

    def document(self):
        return {
            "issuer": ISSUER,
            "authorization_endpoint": f"{ISSUER}/auth",
            "token_endpoint": ISSUER + PATHS["token"],
            "jwks_uri": ISSUER + PATHS["keys"],
            "device_authorization_endpoint": ISSUER + PATHS["device"],
            "grant_types_supported": [GRANT],
            "id_token_signing_alg_values_supported": ["RS256"],
        }

    def body_of(self, name):
        """Status and object of a good answer."""
        if name == "discovery":
            return 200, self.document()
        if name == "keys":
            return 200, {"keys": [key.jwk for key in self.shown]}
        if name == "device":
            self.codes += 1
            code = f"CODE-{self.codes:04}"
            return 200, {
                "device_code": device_code(code), "user_code": code,
                "verification_uri": f"{ISSUER}/device",
                "verification_uri_complete": f"{ISSUER}/device?user_code={code}",
                "expires_in": 300, "interval": 1,
            }
        if not self.approved:
            return 400, {"error": "authorization_pending"}
        return 200, self.tokens()

    def tokens(self):
        access = "an-access-token"
        now = int(time.time())
        half = hashlib.sha256(access.encode()).digest()[:16]
        claims = {
            "iss": ISSUER, "aud": CLIENT, "sub": dex_subject("user-alice", "local"),
            "iat": now, "exp": now + 300, "at_hash": b64(half),
            "name": "Alice", "preferred_username": "alice", "groups": ["dev"],
            "email": "alice@playpen.example", "email_verified": True,
            "federated_claims": {"connector_id": "local", "user_id": "user-alice"},
        }
        return {"access_token": access, "token_type": "bearer", "expires_in": 300,
                "id_token": self.key.sign(claims)}


class _Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    allow_reuse_address = True
    daemon_threads = True


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def handle(self):
        try:
            super().handle()
        except OSError:
            pass  # the client had enough

    def do_GET(self):
        path = urllib.parse.urlsplit(self.path).path.removeprefix("/dex")
        names = [name for name, known in PATHS.items() if known == path]
        name = names[0] if names else self.path
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.form = dict(urllib.parse.parse_qsl(body.decode()))
        self.fake.requests.append((time.monotonic(), name))
        if name in self.fake.answers:
            self.close_connection = True
            self.fake.answers[name](self)
        elif names:
            status, body = self.fake.body_of(name)
            self.answer(json.dumps(body).encode(), status)
        else:
            self.send_error(404)
        self.fake.after.pop(name, lambda: None)()

    do_POST = do_GET

    def answer(self, body, status=200, **headers):
        """A whole answer; a header given as None is left out."""
        fields = {"Content-Type": "application/json", "Content-Length": len(body)}
        fields.update({name.replace("_", "-"): text for name, text in headers.items()})
        self.send_response(status)
        for name, text in fields.items():
            if text is not None:
                self.send_header(name, str(text))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass
