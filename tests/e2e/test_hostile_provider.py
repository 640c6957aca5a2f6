# SPDX-License-Identifier: MIT
"""A provider that answers with garbage, never ends, or changes its keys at the
worst moment: what we did then, and when."""

import gzip
import json
import re
import time

import pytest
from pexpect import EOF

from rig.dex import ISSUER
from rig.fake_provider import SigningKey, device_code
from rig.ssh import authorize_key
from rig.wait import until
from test_ways_round import decisions

LIMIT_SECONDS = 15.0
TIMEOUT_SECONDS = 12
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


def says(text, status=200, **fields):
    return lambda handler: handler.answer(text.encode(), status, **fields)


def device(**changes):
    """A code with other members; None takes one out."""

    def answer(handler):
        text = {**handler.fake.body_of("device", handler.form)[1], **changes}
        text = {name: value for name, value in text.items() if value is not None}
        handler.answer(json.dumps(text).encode())

    return answer


# What comes where a code is asked for.
NO_CODE = {
    "html": (says("<html>Sign in</html>"), "json-invalid"),
    "a gateway": (says("<html>Bad gateway</html>", 502), "http-status"),
    "an error": (says('{"error": "server_error"}', 500), "http-status"),
    "truncated": (says('{"device_code": "x'), "json-invalid"),
    "empty": (says(""), "json-invalid"),
    "a list": (says("[]"), "response-invalid"),
    "huge": (says(" " * MEGABYTE), "http-too-large"),
    "endless": (lambda h: chunks(h, b" " * 65536), "http-too-large"),
    "moved": (redirect(302, "http://127.0.0.1:1/"), "http-redirect"),
    "a number for the code": (device(device_code=5), "response-invalid"),
    "no code": (device(device_code=None), "response-invalid"),
    "a URL with escapes": (
        device(verification_uri="http://x/\033[2J"), "response-invalid"),
    "a code with escapes": (device(user_code="AB\033]0;x\007"), "response-invalid"),
    "text for the time": (device(expires_in="300"), "response-invalid"),
    "no time": (device(expires_in=0), "response-invalid"),
    "no such client": (says('{"error": "invalid_client"}', 401), "client-refused"),
    "an unknown error": (says('{"error": "no"}', 400), "response-invalid"),
}


def tokens(**changes):
    """An answer with tokens, of which some are others."""

    def answer(handler):
        text = {**handler.fake.tokens(), **changes}
        text = {name: value for name, value in text.items() if value is not None}
        handler.answer(json.dumps(text).encode())

    return answer


# What comes where the token is asked for, again and again. What cannot be read
# is asked for again until the time is over.
NO_TOKEN = {
    "html": (says("<html>Sign in</html>"), "json-invalid"),
    "a gateway": (says("<html>Bad gateway</html>", 502), "http-status"),
    "an error": (says('{"error": "server_error"}', 500), "http-status"),
    "truncated": (says('{"access_token": "x'), "json-invalid"),
    "empty": (says(""), "json-invalid"),
    "huge": (says(" " * MEGABYTE), "http-too-large"),
    "endless": (lambda h: chunks(h, b" " * 65536), "http-too-large"),
    "silence": (lambda h: time.sleep(60), "http-timeout"),
    "a drip": (lambda h: chunks(h, b" ", 0.5), "http-timeout"),
    "moved": (redirect(307, "http://127.0.0.1:1/"), "http-redirect"),
    "an unknown error": (says('{"error": "no"}', 400), "response-invalid"),
    "a number for an error": (says('{"error": 5}', 400), "response-invalid"),
    "a list": (says("[]"), "response-invalid"),
    "a number for the token": (tokens(access_token=5), "response-invalid"),
    "no ID token": (tokens(id_token=None), "no-id-token"),
    "another type": (tokens(token_type="mac"), "response-invalid"),
    "no token at all": (tokens(id_token="x"), "token-malformed"),
    "an unsigned token": (tokens(id_token="e30.e30."), "alg-missing"),
    "denied": (says('{"error": "access_denied"}', 400), "access-denied"),
    "expired": (says('{"error": "expired_token"}', 400), "code-expired"),
}
SLOW = {
    "silence": lambda handler: time.sleep(60),
    "a drip": lambda handler: chunks(handler, b" ", 0.5),
}


def refusal(node, ssh):
    """The sentence, said once, and the decision that the log has of it."""
    before = len(decisions(node))
    connection = ssh(node, "alice")
    text, status = connection.result()
    assert status == 255, text
    assert time.monotonic() - connection.started < LIMIT_SECONDS
    (decision,) = decisions(node)[before:]
    assert decision["result"] == "reject"
    assert text.count("administrator") == 1, text
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


def test_garbage_for_a_code_ends_with_a_sentence_and_a_reason(fake, node, ssh):
    signs_in(fake, node, ssh)
    for what, (answer, reason) in NO_CODE.items():
        fake.forget()
        fake.answers["device"] = answer
        assert refusal(node, ssh)[1] == reason, what
        assert fake.names() == ["device"], what
    fake.forget()
    signs_in(fake, node, ssh)


GRANT_OFF = ('{"error": "unauthorized_client", "error_description": "Client is not allowed to '
             'initiate OAuth 2.0 Device Authorization Grant. The flow is disabled."}')


def test_a_client_without_the_grant_reads_nothing_of_its_secret(fake, node, ssh):
    """As Keycloak answers for a new client."""
    fake.answers["device"] = says(GRANT_OFF, 400)
    text, reason = refusal(node, ssh)
    assert reason == "client-refused" and "does not accept this node as its client" in text
    assert 'provider="unauthorized_client: Client is not allowed to initiate' in node.log()
    fake.forget()
    signs_in(fake, node, ssh)


def test_a_busy_provider_is_called_busy(fake, node, ssh):
    fake.answers["device"] = says('{"error": "slow_down", "error_description": "x"}', 429)
    before = len(decisions(node))
    text, status = ssh(node, "alice").result()
    assert status == 255 and "sign-in service is busy. Try again in a minute." in text
    (decision,) = decisions(node)[before:]
    assert decision["reason"] == "slow-down"
    assert 'provider="slow_down: x"' in node.log()
    fake.forget()
    signs_in(fake, node, ssh)


def test_a_url_that_is_none_is_not_shown(fake, node, ssh):
    fake.answers["device"] = device(verification_uri_complete="http://bad/\033[2J")
    connection = ssh(node, "alice")
    text = connection.wait_for_screen()
    assert connection.url == ISSUER + "/device"
    assert "http://bad" not in text and "2J" not in text


def repeats(word=None):
    """An error with all that was sent, in its description, or in it itself."""

    def answer(handler):
        sent = "&".join(f"{name}={value}" for name, value in handler.form.items())
        text = {"error": word or sent, "error_description": sent}
        handler.answer(json.dumps(text).encode(), 400)

    return answer


def test_what_a_provider_repeats_is_in_no_log(fake, make_node, ssh):
    secret, client = "canary-of-the-client", {"token_auth": "post"}
    node = make_node(changes={"service.sshd": {"prompt": "none"}})
    node.write("/etc/playpen/client.secret", secret + "\n", 0o600)
    client["secret_file"] = "/etc/playpen/client.secret"
    node.configure({"client": client, "service.sshd": {"prompt": "none"}})
    for name, word, reason, said in (
        ("device", "invalid_grant", "grant-refused", "the provider says invalid_grant"),
        ("device", None, "response-invalid", "says an error that is not registered"),
        ("token", "invalid_grant", "grant-refused", "the provider says invalid_grant"),
        ("token", None, "response-invalid", "says an error that is not registered"),
    ):
        before = len(node.log())
        fake.forget()
        fake.answers[name] = repeats(word)
        assert ssh(node, "alice").result()[1] == 255
        assert decisions(node)[-1]["reason"] == reason, (name, word)
        assert said in node.log()[before:], "what went wrong, all the same"
    assert secret not in node.log() and "device-code-of" not in node.log()
    # What is sent is what is looked for.
    sent = {}
    fake.answers["token"] = lambda handler: sent.update(handler.form) or repeats("x")(handler)
    assert ssh(node, "alice").result()[1] == 255
    assert sent["client_secret"] == secret and "device-code-of" in sent["device_code"]


def test_without_a_prompt_every_end_comes_by_itself(fake, make_node, ssh):
    node = make_node(changes={"service.sshd": {"prompt": "none"}})
    for what in ("denied", "expired", "an unknown error"):
        answer, reason = NO_TOKEN[what]
        fake.answers["token"] = answer
        connection = ssh(node, "alice")
        text, status = connection.result()
        assert status == 255 and "Press Enter" not in text
        assert len(re.findall(r"[a-z]\. [A-Z]", text)) == 1, text
        assert decisions(node)[-1]["reason"] == reason
        assert f"{ISSUER}/device?user_code=CODE-" in text, "not cut off"
    fake.forget()
    fake.approved = True
    assert ssh(node, "alice", "id", "-un").result()[1] == 0


def test_garbage_for_a_token_ends_in_time_with_a_sentence(fake, make_node, ssh):
    """All of it at once, each for another person, and alice's is good."""
    node = make_node(changes={"limits": {"max_pending_logins": 64, "max_pending_logins_per_source": 64},
                              "service.sshd": {"timeout": TIMEOUT_SECONDS}})
    node.stop_sshd()
    node.start_sshd("-o", "MaxStartups=300")
    people = {f"guest{i}": what for i, what in enumerate(NO_TOKEN)}
    waiting = {name: ssh(node, name, "true") for name in [*people, "alice"]}
    answers = {}
    for name, connection in waiting.items():
        connection.wait_for_screen()
        good = (tokens(), "none")
        answers[device_code(connection.code)] = NO_TOKEN.get(people.get(name), good)[0]
    fake.answers["token"] = lambda h: answers[h.form["device_code"]](h)
    until(lambda: len(decisions(node)) >= len(people), "every end", TIMEOUT_SECONDS + 3)
    waiting.pop("alice").enter_until(EOF)
    for name, connection in waiting.items():
        connection.enter()
        text, status = connection.result()
        assert status == 255 and text.count("administrator.") <= 1, text
        assert re.search(r"[a-z]\.\s", text), (people[name], text)
    found = {d["name"]: d["reason"] for d in decisions(node) if d["stage"] == "auth"}
    expected = {name: NO_TOKEN[what][1] for name, what in people.items()}
    assert found == {**expected, "alice": "none"}


@pytest.mark.parametrize("what", SLOW)
def test_what_never_ends_is_cut_and_root_gets_in_meanwhile(fake, node, ssh, what):
    root = authorize_key(node, "root", "/root")
    fake.answers["discovery"] = SLOW[what]
    waiting = ssh(node, "alice")
    until(lambda: fake.requests, "the request")
    assert ssh(node, "root", "true", options=root).result() == ("", 0)
    assert decisions(node) == [], "alice's sign-in was over before root's"
    text, status = waiting.result()
    assert time.monotonic() - waiting.started < LIMIT_SECONDS
    assert status == 255 and text.count("does not answer") == 1, text
    assert [d["reason"] for d in decisions(node)] == ["http-timeout"]


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
    assert reason == "unsupported-grant"
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


def test_a_flood_of_unknown_keys_is_one_request_a_sign_in(fake, node, ssh):
    """Tokens by keys that are never shown, from several sign-ins."""
    signs_in(fake, node, ssh)
    fake.requests.clear()
    known = fake.shown
    for _ in range(2):
        fake.rotate()
        fake.shown = known
        assert_refused(fake, node, ssh, "kid-unknown")
    assert fake.count("keys") == fake.count("device") == 2, fake.names()
    fake.key = known[0]
    signs_in(fake, node, ssh)


def test_keys_that_a_token_names_are_never_fetched(fake, node, ssh):
    """Addresses in its header, of a listener that would answer."""
    known, false = fake.key, SigningKey()
    signs_in(fake, node, ssh)
    fake.header = {"jku": f"{ISSUER}/keys-of-mine", "x5u": f"{ISSUER}/certificate",
                   "jwk": false.jwk, "x5c": ["garbage"]}
    fake.requests.clear()
    false.kid, fake.key = known.kid, false
    assert_refused(fake, node, ssh, "signature-invalid")
    fake.key = known
    assert set(fake.names() + signs_in(fake, node, ssh)) == {"device", "token"}


def test_a_token_by_a_false_key_of_a_known_name_is_refused(fake, node, ssh):
    fake.after["keys"] = lambda: setattr(fake.key, "file", SigningKey().file)
    assert_refused(fake, node, ssh, "signature-invalid")
    assert fake.count("keys") == 1


def assert_refused(fake, node, ssh, reason):
    connection = ssh(node, "alice", "true")
    connection.wait_for_screen()
    fake.approved = True
    connection.enter_until(EOF)
    assert connection.result()[1] == 255
    assert decisions(node)[-1]["reason"] == reason
