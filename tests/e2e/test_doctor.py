# SPDX-License-Identifier: MIT
"""playpenctl doctor on a node as `setup enable` leaves it: each cause is made,
doctor says the cause and what to do, that is done, and doctor is content."""

import copy
import json

import pytest

from rig.day_login import ON, switch_on
from rig.dex import Dex
from rig.doctor import (CONF, DROPIN, OURS, ROOM, Cause, assert_found, bad, exempt_result,
                        in_order, results, set_line)
from rig.fake_provider import SigningKey

MATCH = "Match Group playpen-users"


def sshd_cause(name, text, line, status=1):
    """A line of sshd_config, in front of which there is room for logins."""
    lines = line if "MaxStartups" in line else f"{ROOM}\n{line}"
    return Cause(name, text, f"printf '%b' '{lines}\\n' >{DROPIN}",
                 f"echo {ROOM} >{DROPIN}", status=status)


@pytest.mark.release
def test_an_enabled_node_has_no_fault(dex, node, ssh):
    in_order(node)
    status, found = results(node)
    assert (status, bad(found)) == (0, set())
    for check in ("provider", "nss-answers", "pam-sshd", "sshd-pam", "worker-cache"):
        assert [r["result"] for r in found[check]] == ["ok"], found[check]
    assert found["sshd-exempt"][0]["result"] == exempt_result()
    shell = ssh(node, "alice")
    shell.sign_in_to_shell()
    status, found = results(node)
    assert (status, bad(found)) == (0, set())


@pytest.mark.release
def test_sshd_is_asked_for_a_new_user_before_there_is_an_account(node):
    in_order(node)
    interactive = Cause(
        "sshd-interactive", "KbdInteractiveAuthentication is off for newcomer",
        f"sed -i 's/Kbd.* yes/KbdInteractiveAuthentication no/' {OURS}",
        f"sed -i 's/Kbd.* no/KbdInteractiveAuthentication yes/' {OURS}")
    assert_found(node, [interactive])


def test_a_dex_that_is_away_is_a_fault_and_offline_is_none(node, no_dex):
    in_order(node)
    status, found = results(node)
    assert (status, bad(found)) == (1, {"provider"})
    assert "http-unreachable: " in found["provider"][0]["message"]
    status, found = results(node, "--offline")
    assert (status, bad(found)) == (0, set())
    assert found["provider"][0]["result"] == "skipped"


def test_without_root_it_asks_what_it_can(node):
    in_order(node)
    done = node.run("playpenctl doctor --json", user="nobody", check=False)
    found = [json.loads(line) for line in done.stdout.splitlines()]
    by_id = {r["id"]: r["result"] for r in found}
    assert done.returncode == 0, done.stdout
    assert by_id["state"] == by_id["sshd-pam"] == by_id["provider"] == "skipped"
    assert by_id["conf"] == by_id["nsswitch"] == by_id["pam-sshd"] == "ok"


SSHD = [
    ("sshd-allow-groups", "AllowGroups is without playpen-users", "AllowGroups root"),
    ("sshd-deny-groups", "DenyGroups names playpen-users", "DenyGroups playpen-users"),
    ("sshd-allow-users", "AllowUsers is set, and not for alice", "AllowUsers root"),
    ("sshd-methods", "AuthenticationMethods (publickey) leaves out",
     "AuthenticationMethods publickey"),
    ("sshd-pam", "UsePAM is off", "UsePAM no"),
    ("sshd-deny-users", "DenyUsers is for alice", "DenyUsers alice", 0),
    ("sshd-grace", "LoginGraceTime is 60 s, and a sign-in may take 100",
     "LoginGraceTime 60", 0),
    ("sshd-new", "AllowUsers of sshd keeps new users out, newcomer", "AllowUsers root alice"),
    ("sshd-startups", "from 31 connections on", "MaxStartups 31:30:100", 0),
]


@pytest.mark.release
def test_what_sshd_has_against_a_sign_in_is_told(node):
    node.write("/tmp/roster", '{"name":"alice"}\n')
    node.run("playpenctl user import /tmp/roster")
    interactive = Cause(
        "sshd-interactive", "KbdInteractiveAuthentication is off for alice",
        f"sed -i 's/Kbd.* yes/KbdInteractiveAuthentication no/' {OURS}",
        f"sed -i 's/Kbd.* no/KbdInteractiveAuthentication yes/' {OURS}")
    in_order(node)
    assert_found(node, [sshd_cause(*row) for row in SSHD] + [interactive])
    for line in ("AllowGroups root playpen-*", "AllowUsers root a*@10.* new*", "MaxStartups 32:30:100",
                 f"{MATCH}\nAuthenticationMethods publickey,keyboard-interactive:pam"):
        more = "" if "MaxStartups" in line else ROOM + "\n"
        node.write(DROPIN, f"{more}{line}\n")
        assert bad(results(node, "--offline")[1]) == set(), line


@pytest.mark.release
def test_the_grace_time_is_held_against_the_timeout_that_is_set(make_node):
    node = make_node(changes={"service.sshd": {"timeout": "40s"}})
    in_order(node)
    node.write(DROPIN, f"LoginGraceTime 60\n{ROOM}\n")
    assert bad(results(node, "--offline")[1]) == set()


REFRESH = "printf '[groups]\\nrefresh_groups = yes\\n'"
NODE = [
    Cause("state-disk", "/var/lib/playpen is in memory: after a restart",
          "cp -a /var/lib/playpen /tmp/state; mount -t tmpfs -o mode=755 tmpfs /var/lib/playpen;"
          " cp -a /tmp/state/. /var/lib/playpen", "umount /var/lib/playpen", status=0),
    Cause("run-memory", "/run/playpen is not in memory: refresh tokens stay",
          f"cp {CONF} /tmp/kept; {REFRESH} >>{CONF}; playpenctl publish;"
          " mkdir -p /srv/run; mount --bind /srv/run /run/playpen",
          f"umount /run/playpen; cp /tmp/kept {CONF}; playpenctl publish", status=0),
    Cause("nss-answers", "is not found, or has another gid",
          *set_line("/etc/nsswitch.conf", "s/^group:.*/", "group: files/"),
          others=("nsswitch", "sshd-interactive")),
    Cause("pam-account", "account has pam_playpen.so with the control",
          *set_line("/etc/pam.d/common-account", "/pam_playpen/",
                    "s/default=die/default=ignore/")),
]

PROVIDER = [
    Cause("provider", "http-status: ", *set_line(CONF, "s|^url = .*|", "&x|"),
          others=("account-issuer",), online=True),
    Cause("provider", "discovery-issuer: ", *set_line(CONF, "s|^url = .*|", "&/|"),
          others=("account-issuer",), online=True),
    Cause("provider-client", "client-refused: ",
          *set_line(CONF, "s/^id = .*/", "id = unknown/"), online=True),
    Cause("provider-connectors", "Dex has no connector lokal",
          *set_line(CONF, "s/^connectors.*/", "connectors = lokal/"), online=True),
    Cause("provider-claims", "claims_supported does not list sam_account",
          *set_line(CONF, "s/^connectors/", "username_claim = sam_account\\n&/"),
          online=True, status=0),
]


@pytest.mark.release
def test_a_name_that_another_source_answers_for_is_found(dex, node, ssh):
    shell = ssh(node, "alice")
    shell.sign_in_to_shell()
    in_order(node)
    nobody = Cause("person-nss", "glibc gives alice the uid unknown",
                   *set_line("/etc/nsswitch.conf", "s/^passwd:.*/", "passwd: files/"))
    node.run(nobody.make)
    found = results(node, "alice")[1]
    assert nobody.text in found[nobody.name][0]["message"]
    node.run(nobody.mend)
    status, found = results(node, "alice")
    assert (status, bad(found)) == (0, set())
    assert found["sshd-interactive"][0]["result"] == "ok"


def test_what_an_administrator_breaks_is_found(dex, node, ssh):
    shell = ssh(node, "alice")
    shell.sign_in_to_shell()
    in_order(node)
    assert_found(node, NODE + PROVIDER)


def test_what_is_wrong_at_dex_is_found(no_dex, node):
    """An unknown redirect URI, a device grant that is off: without a person."""
    in_order(node)
    dex = Dex("head")
    client = dex.config["staticClients"][0]
    grants = {"grantTypes": ["authorization_code", "refresh_token"]}
    short = {"deviceRequests": "30s"}
    rows = [
        ("provider-code-life", "a device code ends after 30 s, and a sign-in may take 100",
         lambda: dex.config.setdefault("expiry", {}).update(short)),
        ("provider-redirect", "with the redirect URI /dex/device/callback",
         lambda: client.update(redirectURIs=["http://127.0.0.1/"])),
        ("provider-grants", "does not list urn:ietf:params:oauth:grant-type:device_code",
         lambda: dex.config.setdefault("oauth2", {}).update(grants)),
    ]
    for name, text, change in rows:
        before = copy.deepcopy(dex.config)
        change()
        dex.start()
        try:
            status, found = results(node)
        finally:
            dex.stop()
        fault = found[name][0]["result"] == "fault"
        assert (status, bad(found)) == (int(fault), {name}), found[name]
        assert text in found[name][0]["message"] and found[name][0]["advice"]
        dex.config.clear()
        dex.config.update(before)
        client = dex.config["staticClients"][0]
    dex.start()
    try:
        assert bad(results(node)[1]) == set()
    finally:
        dex.stop()


def test_an_older_dex_is_walked_through_too(start_dex, node):
    in_order(node)
    start_dex(version="release")
    status, found = results(node)
    assert (status, bad(found)) == (0, set())
    assert found["provider-redirect"][0]["result"] == "ok"


# Causes of a provider that is none of ours to configure: what it says instead.
FAKE = [
    ("provider-pkce", "does not list S256",
     "discovery", {"code_challenge_methods_supported": ["plain"]}, {}),
    ("provider-keys", "private or symmetric",
     "keys", {"keys": [{"kty": "oct", "k": "AAAA", "kid": "x"}]}, {}),
    ("provider-client", "client-refused: ", "token", {"error": "invalid_client"}, {}),
    ("provider-device", "scope-refused: ", "device", {"error": "invalid_scope"}, {}),
    ("provider-device", "slow-down: ", "device", {"error": "slow_down"}, {}),
    ("provider-device", "response-invalid: ", "device", {"error": "authorization_pending"}, {}),
    ("provider-clock", "s ahead of that of the provider", "discovery", {},
     {"Date": "Sun, 01 Nov 2026 10:00:00 GMT"}),
    ("provider-clock", "s behind that of the provider", "discovery", {},
     {"Date": "Wed, 01 Nov 2090 10:00:00 GMT"}),
]


def test_what_a_provider_says_is_held_against_what_is_needed(fake, node):
    """Each answer is changed alone; without a change all is in order."""
    in_order(node)
    fake.approved = True  # a code that it never made gives tokens: no matter
    assert bad(results(node)[1]) == set()
    for name, text, path, change, headers in FAKE:
        status, body = fake.body_of(path, {})
        if "keys" in change:
            change = {"keys": body["keys"] + change["keys"]}
        new = change if "error" in change else {**body, **change}
        fake.answers[path] = lambda handler, new=new, headers=headers: handler.answer(
            json.dumps(new).encode(), 400 if "error" in new else 200, **headers)
        status, found = results(node)
        fake.forget()
        fake.approved = True
        assert (status, bad(found)) == (1, {name}), (found[name], bad(found))
        assert text in found[name][0]["message"] and found[name][0]["advice"]
    # A client that may use the device grant alone is known.
    fake.answers["token"] = lambda handler: handler.answer(b'{"error":"unauthorized_client"}', 400)
    assert bad(results(node)[1]) == set()


def sign_in_at(fake, shell):
    fake.approved = True
    shell.wait_for_screen()
    shell.enter()
    assert shell.result()[1] == 0


def test_keys_that_a_provider_forgets_are_found(fake, node, ssh):
    """As Dex does with memory storage when it is started again."""
    in_order(node)
    fake.claims = {"groups": ["platform-admins"]}
    sign_in_at(fake, ssh(node, "alice", "true"))
    fake.shown = [*fake.shown, SigningKey()]
    assert bad(results(node)[1]) == set()
    fake.rotate()
    status, found = results(node)
    assert (status, bad(found)) == (0, {"provider-storage"})
    said = found["provider-storage"][0]
    assert "is published any more" in said["message"]
    assert "persistent storage" in said["advice"]
    sign_in_at(fake, ssh(node, "alice", "true"))
    assert bad(results(node)[1]) == set()


def certified(make_node):
    """A node that lets certificates in, for which sshd asks playpen-keys."""
    node = in_order(make_node(changes=ON))
    return switch_on(node)


def test_the_client_of_playpen_ssh_is_looked_for(no_dex, make_node):
    node = certified(make_node)
    dex = Dex("head")
    clients = dex.config["staticClients"]
    mine = next(c for c in clients if c["id"] == "playpen-ssh")

    def ask():
        dex.start()
        try:
            status, found = results(node)
            return status, bad(found), found["provider-ssh-client"][0]["message"]
        finally:
            dex.stop()

    assert ask()[:2] == (0, set())
    clients.remove(mine)
    status, found, said = ask()
    assert (status, found) == (1, {"provider-ssh-client"})
    assert "redirect-refused: " in said and "for the client playpen-ssh with" in said
    clients.append({**mine, "public": False, "secret": "of-no-use-there"})
    assert ask()[:2] == (1, {"provider-ssh-client"})
    clients[-1] = mine
    assert ask()[:2] == (0, set())


def test_tokens_that_end_before_the_day_does_are_found(no_dex, make_node, ssh):
    node = certified(make_node)
    dex = Dex("head")
    for life, wanted in (("1h", {"ssh-token-life"}), ("12h", set())):
        dex.config.setdefault("expiry", {})["idTokens"] = life
        dex.start()
        try:
            assert ssh(node, "alice", "true").sign_in()[1] == 0
            status, found = results(node)
        finally:
            dex.stop()
        assert (status, bad(found)) == (0, wanted)
        if wanted:
            said = found["ssh-token-life"][0]
            assert "lived for 3600 s" in said["message"] and "expiry.idTokens" in said["advice"]
