# SPDX-License-Identifier: MIT
"""Wrong settings that an administrator new to playpen makes: doctor says each, and
what to do about it."""

import re

import pytest

from rig.dex import ISSUER
from rig.doctor import CONF, OURS, Cause, assert_found, bad, in_order, results, set_line
from rig.host import has_penalties
from rig.tls import CA_FILE, make_certificate, tls_dex, trust
from rig.tls import ISSUER as TLS_ISSUER

SAMPLE = "/usr/share/playpen/sshd.conf"
SWITCH = "/usr/share/playpen/switch enable"


def provider(text, key, value, advice):
    """A line of [issuer] that keeps the node from the provider."""
    old = f"s|^{key} = .*|" if key == "url" else "s|^url = .*|&\\n"
    return Cause("provider", text, *set_line(CONF, old, f"{key} = {value}|"), online=True,
                 advice=advice)


ADDRESS = [
    provider("http-status: ", "url", ISSUER + "x", "Check scheme and path in url"),
    provider("discovery-issuer: ", "url", ISSUER + "/", "byte for byte"),
    provider("discovery-issuer: ", "url", ISSUER.replace("localhost", "127.0.0.1"),
             "set connect_to"),
    provider("http-unreachable: ", "url", "http://nowhere.invalid/dex", "DNS"),
    provider("http-unreachable: ", "proxy", "http://127.0.0.1:9", "proxy"),
    provider("http-unreachable: ", "connect_to", "127.0.0.1:9", "connect_to"),
]


def test_a_wrong_way_to_the_provider_is_named(dex, node):
    in_order(node)
    assert_found(node, ADDRESS)


def test_a_wrong_scheme_and_an_unknown_ca_are_told_apart(no_dex, make_node):
    key, cert = make_certificate()
    node = in_order(make_node())
    dex = tls_dex(key, cert).start()
    try:
        status, found = results(node)
        assert (status, bad(found)) == (1, {"provider"})
        said = found["provider"][0]
        assert "http-status: " in said["message"] and "400" in said["message"]
        assert "a server for https answers http with status 400" in said["advice"]
        node.configure({"issuer": {"url": TLS_ISSUER, "allow_http": None}})
        status, found = results(node)
        assert (status, bad(found)) == (1, {"provider"})
        said = found["provider"][0]
        assert "http-tls: " in said["message"] and "in ca_file" in said["advice"]
        trust(node, cert)
        node.configure({"issuer": {"url": TLS_ISSUER, "allow_http": None, "ca_file": CA_FILE}})
        assert bad(results(node)[1]) == set()
    finally:
        dex.stop()


PLACES = [
    Cause("pam-sshd", "is not in the stack of sshd",
          "pam-auth-update --package --disable playpen playpen-session", SWITCH,
          others=("pam-services", "pam-mkhomedir"), advice="switch enable"),
    Cause("sshd-interactive", "KbdInteractiveAuthentication is off for newcomer",
          f"mv {OURS} /tmp/kept", f"mv /tmp/kept {OURS}",
          others=("sshd-penalties",) if has_penalties() else (), advice=SAMPLE),
    Cause("nsswitch", "passwd does not name playpen: playpen users cannot be looked up",
          *set_line("/etc/nsswitch.conf", "/^passwd:/", "s/ playpen / /"),
          advice="files playpen"),
    Cause("conf", "mode is 0664", f"chmod 664 {CONF}", f"chmod go-w {CONF}",
          advice="chmod go-w"),
    Cause("conf", "first_logon", *set_line(CONF, "s/^allow_new_users/", "first_logon/")),
    Cause("conf", "allow_http", *set_line(CONF, "/^allow_http/", "d")),
    Cause("uid-key", "mode is 0644", "chmod 644 /etc/playpen/uid.key",
          "chmod 600 /etc/playpen/uid.key", advice="chmod 600"),
    Cause("pam-auth", "auth has pam_playpen.so with the control [success=end",
          *set_line("/etc/pam.d/common-auth", "/pam_playpen/", "s/success=[0-9]*/success=end/"),
          advice="N leading behind pam_deny"),
    Cause("nsswitch-order", "passwd has playpen before files",
          *set_line("/etc/nsswitch.conf", "/^passwd:/", "s/files playpen /playpen files /"),
          status=0),
]


@pytest.mark.release
def test_what_is_switched_off_or_unsafe_is_named(node):
    in_order(node)
    assert_found(node, PLACES)
    # A drop-in that comes first does not matter: the Match block wins.
    node.write("/etc/ssh/sshd_config.d/10-site.conf", "KbdInteractiveAuthentication no\n")
    assert bad(results(node, "--offline")[1]) == set()


def test_no_new_users_is_said_and_is_a_fault_only_if_there_are_no_others(dex, node, ssh):
    in_order(node)
    off = set_line(CONF, "s/^allow_new_users.*/", "allow_new_users = off/")
    node.run(off[0] + "; playpenctl publish")
    status, found = results(node, "--offline")
    assert (status, bad(found)) == (1, {"any-user"})
    assert found["new-users"][0]["result"] == "note"
    node.run(off[1] + "; playpenctl publish")
    assert ssh(node, "alice", "true").sign_in()[1] == 0
    node.run(off[0] + "; playpenctl publish")
    status, found = results(node, "--offline")
    assert (status, bad(found)) == (0, set())
    assert "allow_new_users is off" in found["new-users"][0]["message"]


def uid_of(node, name):
    """The uid that a new user of that name would get, as sshd would see it."""
    return node.out(f"cp /usr/bin/getent /tmp/sshd; /tmp/sshd passwd {name}").split(":")[2]


def test_a_uid_that_is_in_use_is_said_for_the_person(node):
    in_order(node)
    uid = uid_of(node, "carol")
    taken = Cause("person-sign-in", "uid-collision: ",
                  f"useradd -M -u {uid} late", "userdel late", person="carol",
                  advice="Give the person another uid by a roster")
    assert_found(node, [taken])
    local = Cause("local-range", "the local user late has the number " + uid,
                  f"useradd -M -N -u {uid} late", "userdel late", status=0)
    assert_found(node, [local])


def test_a_claim_that_a_person_lacks_is_explained_by_its_reference(dex, node, ssh):
    """No one can know it before: the provider says it of each person."""
    in_order(node)
    dex.change_user("alice", preferredUsername="")
    shell = ssh(node, "alice", "true")
    last, status = shell.sign_in()
    assert status != 0 and "did not say which user name you have" in last
    line = [x for x in node.log().splitlines() if "reason=username-missing" in x][-1]
    node.write("/var/log/auth.log",
               re.sub(r"^<\d+>(\w+ +\d+ [\d:]+) ", r"\1 node-7 ", line) + "\n")
    said = node.out(["playpenctl", "doctor", "--why", re.search(r" ref=(\w+)", line)[1]])
    assert "preferredUsername" in said and "username-missing" in said
