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

    def sign(self, claims, **more):
        header = {"alg": "RS256", "kid": self.kid, **more}
        text = ".".join(b64(json.dumps(part).encode()) for part in (header, claims))
        signature = openssl("dgst", "-sha256", "-sign", str(self.file), given=text.encode())
        return f"{text}.{b64(signature)}"


def dex_subject(user, connector):
    """Dex writes two fields of protobuf, and an empty one not at all."""
    fields = [(b"\x0a", user.encode()), (b"\x12", connector.encode())]
    return b64(b"".join(tag + bytes([len(text)]) + text for tag, text in fields if text))


def device_code(user_code):
    return f"device-code-of-{user_code}"


class FakeProvider:
    """Well-behaved at ISSUER until told otherwise. `answers` has, by the name
    of a path, what is done with a handler instead of answering; `after` what
    is done once the answer is out; `claims` what its tokens say instead (None:
    nothing); `refresh` the next refresh token, if it gives any; `requests` is
    (seconds, name) of each. Who is shown a code of theirs has device_code(that);
    `people` has by that who has approved it, alice where it says nothing."""

    def __init__(self, issuer=ISSUER):
        self.issuer = issuer
        self.requests = []
        self.answers = {}
        self.after = {}
        self.claims = {}
        self.refresh = None
        self.approved = False
        self.people = {}
        self.codes = self.issued = 0
        self.header = {}  # of tokens, beside what is usual
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
        self.claims = {}
        self.approved = False
        self.people.clear()
        self.codes = self.issued = 0
        self.header = {}

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
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/auth",
            "token_endpoint": self.issuer + PATHS["token"],
            "jwks_uri": self.issuer + PATHS["keys"],
            "device_authorization_endpoint": self.issuer + PATHS["device"],
            "grant_types_supported": [
                GRANT, "authorization_code", "client_credentials", "refresh_token",
            ],
            "id_token_signing_alg_values_supported": ["RS256"],
        }

    def body_of(self, name, form):
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
                "verification_uri": f"{self.issuer}/device",
                "verification_uri_complete": f"{self.issuer}/device?user_code={code}",
                "expires_in": 300, "interval": 1,
            }
        if form.get("grant_type") == "client_credentials":
            return 200, self.tokens(self.service_claims(form))
        if form.get("grant_type") != "refresh_token" and not self.approved:
            return 400, {"error": "authorization_pending"}
        self.issued += 1
        person = self.people.get(form.get("device_code"), "alice")
        return 200, self.tokens(self.person_claims(person))

    def person_claims(self, name="alice"):
        return {
            "aud": CLIENT, "sub": dex_subject(f"user-{name}", "local"),
            "name": name.title(), "preferred_username": name, "groups": ["dev"],
            "email": f"{name}@playpen.example", "email_verified": True,
            "federated_claims": {"connector_id": "local", "user_id": f"user-{name}"},
        }

    def service_claims(self, form):
        client = form["client_id"]
        return {
            "aud": [CLIENT, client], "azp": client, "nonce": form["nonce"],
            "sub": dex_subject(client, ""),
        }

    def tokens(self, claims=None):
        """A person's, or who the claims say."""
        claims = claims or self.person_claims()
        access = "an-access-token"
        now = int(time.time())
        half = hashlib.sha256(access.encode()).digest()[:16]
        claims = {"iss": self.issuer, "iat": now, "exp": now + 300, "at_hash": b64(half),
                  **claims, **self.claims}
        claims = {name: value for name, value in claims.items() if value is not None}
        more = {"refresh_token": self.refresh} if self.refresh else {}
        return {"access_token": access, "token_type": "bearer", "expires_in": 300,
                "id_token": self.key.sign(claims, **self.header), **more}


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
        base = urllib.parse.urlsplit(self.fake.issuer).path
        path = urllib.parse.urlsplit(self.path).path.removeprefix(base)
        names = [name for name, known in PATHS.items() if known == path]
        name = names[0] if names else self.path
        text = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        self.form = dict(urllib.parse.parse_qsl(text))
        self.fake.requests.append((time.monotonic(), name))
        if name in self.fake.answers:
            self.close_connection = True
            self.fake.answers[name](self)
        elif names:
            status, body = self.fake.body_of(name, self.form)
            self.answer(json.dumps(body).encode(), status)
        else:
            self.send_error(404)
        self.fake.after.pop(name, lambda: None)()

    do_POST = do_GET

    def answer(self, body, status=200, **headers):
        """A whole answer; a header given as None is left out."""
        fields = {"Content-Type": "application/json", "Content-Length": len(body)}
        fields.update({name.replace("_", "-"): text for name, text in headers.items()})
        self.send_response_only(status)
        fields.setdefault("Date", self.date_time_string())
        for name, text in fields.items():
            if text is not None:
                self.send_header(name, str(text))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass
