# SPDX-License-Identifier: MIT
"""playpenctl doctor on a node as `setup enable` leaves it: each cause is made,
doctor says the cause and what to do, that is done, and doctor is content."""

import copy
import json
from dataclasses import dataclass

import pytest

from rig.dex import Dex
from rig.host import has_penalties

DROPIN = "/etc/ssh/sshd_config.d/60-doctor.conf"
ROOM = "MaxStartups 64:30:128"
MATCH = "Match Group playpen-users"
OURS = "/etc/ssh/sshd_config.d/50-playpen.conf"


def in_order(node):
    """What `setup enable` leaves to the administrator is done."""
    node.write(DROPIN, ROOM + "\n")
    node.run("usermod -p '$6$x$y' root")
    return node


def results(node, *options):
    """The exit status, and all results by the id of their check."""
    done = node.run(["playpenctl", "doctor", "--json", *options], check=False)
    found = {}
    for line in done.stdout.splitlines():
        result = json.loads(line)
        found.setdefault(result["id"], []).append(result)
    return done.returncode, found


def bad(found):
    """The ids of all checks with a fault or a warning. The clock of the machine is
    not the test's."""
    return {name for name, every in found.items() if name != "clock-sync"
            and any(r["result"] in ("fault", "warning") for r in every)}


@dataclass
class Cause:
    """A command makes the cause; then the check `name` says `text`, and so may the
    `others`. The command `mend` is what doctor advises."""

    name: str
    text: str
    make: str
    mend: str
    others: tuple = ()
    status: int = 1
    online: bool = False

    def trouble(self, node):
        """What doctor says that it should not, or the other way round."""
        options = [] if self.online else ["--offline"]
        node.run(self.make)
        status, found = results(node, *options)
        said = [r for r in found[self.name] if self.text in r["message"] and r["advice"]]
        wrong = []
        if not said or status != self.status or bad(found) != {self.name, *self.others}:
            wrong += [self.name, status, bad(found), found[self.name]]
        node.run(self.mend)
        left = bad(results(node, *options)[1])
        return wrong + [self.name, "is left", left] if left else wrong


def assert_found(node, causes):
    trouble = [cause.trouble(node) for cause in causes]
    assert [t for t in trouble if t] == []


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
    exempt = "note" if has_penalties() else "ok"
    assert found["sshd-exempt"][0]["result"] == exempt
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
    for line in ("AllowGroups root playpen-*", "AllowUsers root a*@10.*", "MaxStartups 32:30:100",
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


def set_line(file, old, new):
    """Two commands: one that changes a line, and one that changes it back."""
    return f"cp {file} /tmp/kept; sed -i '{old}{new}' {file}", f"cp /tmp/kept {file}"


NODE = [
    Cause("nss-answers", "is not found, or has another gid",
          *set_line("/etc/nsswitch.conf", "s/^group:.*/", "group: files/"),
          others=("nsswitch", "sshd-interactive")),
    Cause("pam-account", "account has pam_playpen.so with the control",
          *set_line("/etc/pam.d/common-account", "/pam_playpen/",
                    "s/default=die/default=ignore/")),
]

CONF = "/etc/playpen/playpen.conf"
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
    rows = [
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
        assert (status, bad(found)) == (1, {name}), found[name]
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
    ("provider-device", "scope-refused: ", "device", {"error": "invalid_scope"}, {}),
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
