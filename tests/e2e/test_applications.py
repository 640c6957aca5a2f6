# SPDX-License-Identifier: MIT
"""Web applications at the same Dex, as the identity guide writes them: one person, one
sub. Their verification beside that of playpenctl."""

import base64
import hashlib
import hmac
import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request

import pytest

from rig import paths
from rig.dex import ISSUER
from rig.person import BrowserPerson
from rig.service import SECRET, NOBODY, as_user, credentials_file
from rig.wait import Timeout, until

jwt = pytest.importorskip("jwt")
pytest.importorskip("authlib")
HERE = paths.SOURCE / "tests" / "e2e" / "applications"
CLIENT = {"id": "guide", "name": "An application", "secret": "guide-secret",
          "trustedPeers": ["svc-backup"],
          "redirectURIs": ["http://localhost:8001/callback"]}


@pytest.fixture
def application(start_dex):
    """application(name): it runs at http://localhost:8001."""
    running = []

    def start(name):
        pytest.importorskip("flask" if name == "flask_app" else "uvicorn")
        start_dex(dict(CLIENT))
        environment = {
            **os.environ, "PORT": "8001", "OIDC_ISSUER": ISSUER, "OIDC_CLIENT_ID": CLIENT["id"],
            "OIDC_CLIENT_SECRET": CLIENT["secret"],
            "OIDC_REDIRECT_URI": CLIENT["redirectURIs"][0]}
        with open(paths.LAB / f"{name}.log", "wb") as log:
            running.append(subprocess.Popen([sys.executable, HERE / f"{name}.py"], stdout=log,
                                            stderr=log, env=environment))
        try:
            until(lambda: get("/") is not None, name, 120)
        except Timeout as error:
            raise AssertionError((paths.LAB / f"{name}.log").read_text()) from error

    yield start
    for process in running:
        process.kill()
        process.wait()


def get(path, token=None):
    """Returns status and text, or None while nobody listens."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    try:
        call = urllib.request.Request(f"http://localhost:8001{path}", headers=headers)
        with urllib.request.urlopen(call, timeout=20) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refusal:
        return refusal.code, refusal.read().decode()
    except OSError:
        return None


@pytest.mark.parametrize("name", ["flask_app", "fastapi_app"])
def test_the_sub_of_an_application_is_that_of_the_account(application, node, ssh, browser, name):
    application(name)
    assert ssh(node, "alice", "id", "-un").sign_in() == ("alice", 0)
    account = json.loads(node.out("playpenctl user show --json alice"))
    person = BrowserPerson(browser, "alice")
    person._sign_in("http://localhost:8001/login", submit=False)
    browser.press("Grant Access")
    text = browser.wait_for_text("sub=")
    assert text.strip() == "sub=" + account["subject"]


def token_of_service(audience):
    """Returns what `playpenctl token` prints for an application."""
    done = subprocess.run(
        [*as_user(NOBODY), paths.BUILD / "playpenctl" / "playpenctl", "token", "--credentials",
         credentials_file(secret=SECRET), "--issuer", ISSUER, "--audience", audience,
         "--allow-http", "--libexec", paths.BUILD], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_a_service_calls_an_application(application):
    application("flask_app")
    status, text = get("/api", token_of_service("guide"))
    assert status == 200 and text.startswith("Bearer ")
    assert get("/api", token_of_service("svc-backup"))[0] == 401
    assert get("/api", "nonsense")[0] == 401


# --- 40 tokens ---------------------------------------------------------------

AUDIENCE = "your-client-id"


def b64(data):
    data = data if isinstance(data, bytes) else json.dumps(data).encode()
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Signer:
    """An issuer with an RSA key, and an attacker with another one."""

    def __init__(self):
        self.now = int(time.time())
        rsa = pytest.importorskip("cryptography.hazmat.primitives.asymmetric.rsa")
        self.key = rsa.generate_private_key(65537, 2048)
        self.other = rsa.generate_private_key(65537, 2048)
        public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
        public.pop("key_ops", None)
        self.jwk = {**public, "kid": "k1", "use": "sig", "alg": "RS256"}
        self.jwks = {"keys": [self.jwk]}

    def token(self, header=None, key=None, alg="RS256", **changes):
        claims = {"iss": ISSUER, "aud": AUDIENCE, "sub": "CgVhbGljZRIFbG9jYWw", "iat": self.now - 5,
                  "exp": self.now + 600, "preferred_username": "alice", "name": "Alice"}
        claims.update(changes)
        claims = {k: v for k, v in claims.items() if v is not None}
        head = {"alg": alg, "kid": "k1", "typ": "JWT", **(header or {})}
        head = {k: v for k, v in head.items() if v is not None}
        return self.sign(head, b64(claims), key or self.key, alg)

    def sign(self, head, payload, key, alg):
        text = f"{b64(head)}.{payload}"
        signature = jwt.algorithms.get_default_algorithms()[alg].sign(text.encode(), key)
        return f"{text}.{b64(signature)}"


def flip(token, part, at=4):
    parts = token.split(".")
    changed = "A" if parts[part][at] != "A" else "B"
    parts[part] = parts[part][:at] + changed + parts[part][at + 1:]
    return ".".join(parts)


def hmac_token(signer):
    """Signed with the public key as a secret of HS256."""
    text = b64({"alg": "HS256", "kid": "k1"}) + "." + signer.token().split(".")[1]
    secret = json.dumps(signer.jwk).encode()
    return text + "." + b64(hmac.new(secret, text.encode(), hashlib.sha256).digest())


def tokens(signer):
    """40 tokens: name, token, whether the guide's code takes it, whether playpenctl does.
    None: versions of PyJWT differ."""
    make, now = signer.token, signer.now
    good = make()
    head, body, sign = good.split(".")
    twice = b64(b'{"iss":"%s","aud":"%s","sub":"a","sub":"b","iat":%d,"exp":%d}' %
                (ISSUER.encode(), AUDIENCE.encode(), now, now + 600))
    head_of = {"alg": "RS256", "kid": "k1"}
    return [
        ("good", good, True, True),
        ("aud is a list", make(aud=[AUDIENCE]), True, True),
        ("no name", make(name=None), True, True),
        ("no typ", make(header={"typ": None}), True, True),
        ("expired within the leeway of playpenctl", make(exp=now - 30, iat=now - 90), False, True),
        ("made by a clock that is 30 s ahead", make(iat=now + 30), False, True),
        ("nbf in the past", make(nbf=now - 60), True, True),
        ("another claim", make(extra={"a": [1, 2]}), True, True),
        ("azp is the audience", make(azp=AUDIENCE), True, True),
        ("email", make(email="alice@playpen.example", email_verified=True), True, True),
        ("expired", make(exp=now - 600, iat=now - 900), False, False),
        ("no exp", make(exp=None), False, False),
        ("no iat", make(iat=None), False, False),
        ("no sub", make(sub=None), False, False),
        ("no aud", make(aud=None), False, False),
        ("no iss", make(iss=None), False, False),
        ("another aud", make(aud="other"), False, False),
        ("aud without it", make(aud=["a", "b"]), False, False),
        ("another iss", make(iss="https://dex.elsewhere/dex"), False, False),
        ("iss with a slash", make(iss=ISSUER + "/"), False, False),
        ("nbf in the future", make(nbf=now + 600), False, False),
        ("iat in the future", make(iat=now + 600, exp=now + 1200), False, False),
        ("exp is a text", make(exp="soon"), False, False),
        ("another key", make(key=signer.other), False, False),
        ("unknown kid", make(header={"kid": "k2"}), False, False),
        ("RS512", make(alg="RS512"), False, False),
        ("PS256", make(alg="PS256"), False, False),
        ("alg none", b64({"alg": "none", "kid": "k1"}) + f".{body}.", False, False),
        ("HS256 with the public key", hmac_token(signer), False, False),
        ("crit", make(header={"crit": ["exp"]}), None, False),
        ("payload changed", flip(good, 1), False, False),
        ("signature changed", flip(good, 2), False, False),
        ("header changed", flip(good, 0), False, False),
        ("no signature", f"{head}.{body}.", False, False),
        ("two parts", f"{head}.{body}", False, False),
        ("four parts", good + ".x", False, False),
        ("padding", f"{head}.{body}.{sign}==", True, False),
        ("payload is no object", signer.sign(head_of, b64([1]), signer.key, "RS256"),
         False, False),
        ("sub twice", signer.sign(head_of, twice, signer.key, "RS256"), True, False),
        ("several aud without azp", make(aud=[AUDIENCE, "other"]), True, False),
    ]


def guide_takes(token, jwks):
    sys.path.insert(0, str(HERE))
    os.environ.setdefault("OIDC_ISSUER", ISSUER)
    import flask_app

    try:
        return bool(flask_app.verify(token, jwks, AUDIENCE, ISSUER))
    except (jwt.PyJWTError, ValueError, KeyError, TypeError):
        return False


def test_40_tokens_are_judged_alike():
    signer = Signer()
    every = tokens(signer)
    assert len(every) == 40
    batch = paths.LAB / "batch"
    batch.write_text("".join(
        json.dumps({"id": f"t{n}", "jwks": signer.jwks, "jws": token, "profile": "generic"}) + "\n"
        for n, (_, token, _, _) in enumerate(every)))
    done = subprocess.run(
        [paths.BUILD / "playpenctl" / "playpenctl", "verify", "--libexec", paths.BUILD, "--batch",
         batch, "--issuer", ISSUER, "--audience", AUDIENCE, "--algorithms", "RS256"],
        capture_output=True, text=True)
    words = dict(line.split(maxsplit=1) for line in done.stdout.splitlines())
    wrong, differ = [], []
    for n, (name, token, by_guide, by_playpen) in enumerate(every):
        guide, playpen = guide_takes(token, signer.jwks), words[f"t{n}"].startswith("accept")
        if by_guide not in (guide, None) or by_playpen != playpen:
            wrong.append((name, guide, words[f"t{n}"]))
        if guide != playpen:
            differ.append((name, guide, words[f"t{n}"]))
    print("they differ:", differ)
    assert wrong == []
    text = (paths.SOURCE / "docs" / "how-to" / "applications.md").read_text()
    assert [name for name, _, _ in differ if f"| {name} |" not in text] == []


def test_the_guide_s_own_call_refuses_every_token():
    """It hands over the whole set of keys, and PyJWT takes one key."""
    signer = Signer()
    for name, token, _, _ in tokens(signer):
        with pytest.raises((jwt.PyJWTError, ValueError, TypeError)):
            jwt.decode(token, signer.jwks, algorithms=["RS256"], audience=AUDIENCE)
