# SPDX-License-Identifier: MIT
"""A provider that answers with garbage, never ends, or changes its keys at the
worst moment: what we did then, and when."""

import gzip
import json
import time

import pytest
from pexpect import EOF

from rig.dex import ISSUER
from rig.fake_provider import FakeProvider, SigningKey
from rig.ssh import authorize_key
from rig.wait import until
from test_ways_round import decisions

LIMIT_SECONDS = 15.0
ONCE = ["-o", "NumberOfPasswordPrompts=1"]
MEGABYTE = 1 << 20


def chunks(handler, piece, pause=0.0):
    """A chunked body without an end."""
    handler.answer(b"", Content_Length=None, Transfer_Encoding="chunked")
    while True:
        handler.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
        handler.wfile.flush()
        time.sleep(pause)


def redirect(status, location):
    return lambda handler: handler.answer(b"", status, Location=location)


def headers(handler):
    handler.send_response(200)
    while True:
        handler.send_header("X-More", "x" * 1000)
        handler.flush_headers()


def document(**changes):
    """The document with other members; None takes one out."""

    def answer(handler):
        text = {**handler.fake.document(), **changes}
        text = {name: value for name, value in text.items() if value is not None}
        handler.answer(json.dumps(text).encode())

    return answer


GOOD = b'{"issuer": "' + ISSUER.encode() + b'"}'
BOMB = gzip.compress(b"[" * 10 * MEGABYTE)

# What comes for the discovery document, and the word for it in the log.
GARBAGE = {
    "html": (lambda h: h.answer(b"<html>Bad gateway</html>"), "json-invalid"),
    "an HTML page with a status": (lambda h: h.answer(b"<html>", 502), "http-status"),
    "truncated": (lambda h: h.answer(GOOD[:-4]), "json-invalid"),
    "empty": (lambda h: h.answer(b""), "json-invalid"),
    "no body": (lambda h: h.answer(b"", 204, Content_Length=None), "http-status"),
    "unmodified": (lambda h: h.answer(b"", 304), "http-status"),
    "duplicate": (lambda h: h.answer(GOOD[:-1] + b"," + GOOD[1:]), "json-duplicate"),
    "not UTF-8": (lambda h: h.answer(b'{"issuer": "\xff"}'), "json-encoding"),
    "deep": (lambda h: h.answer(b"[" * 1000), "json-limit"),
    "endless": (lambda h: chunks(h, b" " * 65536), "http-too-large"),
    "huge": (lambda h: h.answer(b" " * 10 * MEGABYTE), "http-too-large"),
    "said huge": (lambda h: h.answer(b"{}", Content_Length=1 << 40), "http-too-large"),
    "said longer": (lambda h: h.answer(GOOD, Content_Length=len(GOOD) + 9), "http-unreachable"),
    "said shorter": (lambda h: h.answer(GOOD, Content_Length=len(GOOD) - 9), "json-invalid"),
    "a bomb": (lambda h: h.answer(BOMB, Content_Encoding="gzip"), "http-encoding"),
    "header flood": (headers, "http-too-large"),
    "moved here": (redirect(301, f"{ISSUER}/other"), "http-redirect"),
    "moved away": (redirect(307, "http://127.0.0.1:1/"), "http-redirect"),
    "moved to a file": (redirect(302, "file:///etc/passwd"), "http-redirect"),
    "other issuer": (document(issuer=ISSUER + "/"), "discovery-issuer"),
    "other host": (document(jwks_uri="http://127.0.0.1:1/keys"), "endpoint-refused"),
    "a file for keys": (document(jwks_uri="file:///etc/passwd"), "endpoint-refused"),
    "no keys": (document(jwks_uri=None), "discovery-invalid"),
    "HS256 only": (
        document(id_token_signing_alg_values_supported=["HS256", "none"]),
        "discovery-invalid",
    ),
}
SLOW = {
    "silence": lambda handler: time.sleep(60),
    "a drip": lambda handler: chunks(handler, b" ", 0.5),
}


@pytest.fixture
def fake(no_dex):
    provider = FakeProvider().start()
    yield provider
    provider.stop()


def refusal(node, ssh):
    """The sentence, and the decision that the log has of it."""
    before = len(decisions(node))
    connection = ssh(node, "alice", options=ONCE)
    text, status = connection.result()
    assert status == 255, text
    assert time.monotonic() - connection.started < LIMIT_SECONDS
    (decision,) = decisions(node)[before:]
    assert decision["result"] == "reject"
    return text, decision["reason"]


def signs_in(fake, node, ssh):
    """Alice, to the end; what was asked for until then."""
    fake.requests.clear()
    fake.approved = False
    connection = ssh(node, "alice", "true")
    connection.wait_for_screen()
    fake.approved = True
    connection.enter_until(EOF)
    assert connection.result() == ("", 0)
    return fake.names()


def test_garbage_ends_with_a_sentence_and_a_reason(fake, node, ssh):
    for what, (answer, reason) in GARBAGE.items():
        fake.forget()
        fake.answers["discovery"] = answer
        text, found = refusal(node, ssh)
        assert found == reason, what
        assert "administrator." in text, what
        # Nothing was followed, nothing asked twice.
        assert fake.names() == ["discovery"], what
    fake.forget()
    signs_in(fake, node, ssh)


@pytest.mark.parametrize("what", SLOW)
def test_what_never_ends_is_cut_and_root_gets_in_meanwhile(fake, node, ssh, what):
    root = authorize_key(node, "root", "/root")
    fake.answers["discovery"] = SLOW[what]
    waiting = ssh(node, "alice", options=ONCE)
    until(lambda: fake.requests, "the request")
    assert ssh(node, "root", "true", options=root).result() == ("", 0)
    assert decisions(node) == [], "alice's sign-in was over before root's"
    waiting.terminal.expect_exact("does not answer")
    assert time.monotonic() - waiting.started < LIMIT_SECONDS
    assert {d["reason"] for d in decisions(node)} == {"http-timeout"}


def test_keys_that_cannot_be_used_end_it_too(fake, node, ssh):
    empty, other = b'{"keys": []}', b'{"keys": [{"kty": "oct", "k": "AAAA"}]}'
    for body, reason in ((b"", "json-invalid"), (empty, "jwks-empty"), (other, "key-none")):
        fake.forget()
        fake.answers["keys"] = lambda handler, body=body: handler.answer(body)
        assert refusal(node, ssh)[1] == reason
        assert fake.names() == ["discovery", "keys"]
    fake.forget()
    assert signs_in(fake, node, ssh)[:3] == ["discovery", "keys", "device"]


def test_a_published_private_key_is_refused_and_warned_of(fake, node, ssh):
    good = fake.key
    lost = SigningKey()
    lost.jwk["d"] = "AQAB"
    fake.shown = [good, lost]
    signs_in(fake, node, ssh)
    assert "reason=key-private" in node.log()
    fake.key = lost
    assert_refused(fake, node, ssh, "key-private")
    fake.key, fake.shown = good, [good]


def test_a_provider_without_the_device_grant_is_told_from_a_broken_one(fake, node, ssh):
    fake.answers["discovery"] = document(grant_types_supported=["client_credentials"])
    text, reason = refusal(node, ssh)
    assert reason == "grant-not-offered"
    assert "does not offer this way of signing in" in text


@pytest.mark.parametrize("moment, keys", [("discovery", 1), ("keys", 2), ("device", 2)])
def test_new_keys_at_a_bad_moment_cost_one_more_request(fake, node, ssh, moment, keys):
    """After discovery; after the keys; while the person is in the browser."""
    fake.after[moment] = fake.rotate
    asked = signs_in(fake, node, ssh)
    assert asked.count("discovery") == 1
    assert asked.count("keys") == keys
    if keys == 2:
        assert asked[-1] == "keys", "not before a token asks for it"


def test_new_keys_between_two_sign_ins_need_nobody(fake, node, ssh):
    signs_in(fake, node, ssh)
    asked = signs_in(fake, node, ssh)
    assert set(asked) == {"device", "token"}, "all else is known"
    fake.rotate()
    asked = signs_in(fake, node, ssh)
    assert (asked.count("keys"), asked.count("discovery")) == (1, 0)


def test_a_flood_of_unknown_keys_is_one_request(fake, node, ssh):
    """Tokens by keys that are never shown, from several sign-ins."""
    signs_in(fake, node, ssh)
    fake.requests.clear()
    known = fake.shown
    for _ in range(2):
        fake.rotate()
        fake.shown = known
        assert_refused(fake, node, ssh, "kid-unknown")
    assert fake.count("keys") == 1, fake.names()
    fake.key = known[0]
    signs_in(fake, node, ssh)


def test_a_token_by_a_false_key_of_a_known_name_is_refused(fake, node, ssh):
    fake.after["keys"] = lambda: setattr(fake.key, "file", SigningKey().file)
    assert_refused(fake, node, ssh, "signature-invalid")
    assert fake.count("keys") == 1


def assert_refused(fake, node, ssh, reason):
    connection = ssh(node, "alice", "true", options=ONCE)
    connection.wait_for_screen()
    fake.approved = True
    connection.enter_until(EOF)
    assert connection.result()[1] == 255
    assert decisions(node)[-1]["reason"] == reason
