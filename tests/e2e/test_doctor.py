# SPDX-License-Identifier: MIT
"""playpenctl doctor on a node as `setup enable` leaves it."""

import json

import pytest

from rig.host import has_penalties

DROPIN = "/etc/ssh/sshd_config.d/60-doctor.conf"
MATCH = "Match Group playpen-users"


def findings(node, *options):
    """The exit status, and each check with all that was found there."""
    done = node.run(["playpenctl", "doctor", "--json", *options], check=False)
    found = {}
    for line in done.stdout.splitlines():
        finding = json.loads(line)
        found.setdefault(finding["check"], []).append(finding)
    return done.returncode, found


def faults(found):
    return [f for part in found.values() for f in part if f["result"] == "fault"]


def sshd_results(found):
    """The results for sshd, without the note about penalties: sshd before 9.8 has
    none. It is no warning on any release."""
    notes = [f for f in found["sshd"] if "share its penalties" in f["message"]]
    assert [f["result"] for f in notes] == ["ok"] * has_penalties()
    return [f["result"] for f in found["sshd"] if f not in notes]


def test_an_enabled_node_has_no_fault(dex, node, ssh):
    node.write(DROPIN, "MaxStartups 64:30:128\n")
    status, found = findings(node)
    assert (status, faults(found)) == (0, [])
    assert sshd_results(found) == ["ok"]
    for check in ("provider", "NSS", "PAM sshd", "PAM sudo", "worker"):
        assert [f["result"] for f in found[check]] == ["ok"], found[check]
    shell = ssh(node, "alice")
    shell.sign_in_to_shell()
    status, found = findings(node)
    assert (status, faults(found)) == (0, [])
    assert "let playpen users answer" in found["sshd"][0]["message"]


def test_a_dex_that_is_away_is_a_fault_and_offline_is_none(node, no_dex):
    status, found = findings(node)
    assert status == 1
    assert [f["check"] for f in faults(found)] == ["provider"]
    assert "http-" in faults(found)[0]["message"]
    assert findings(node, "--offline")[0] == 0


@pytest.mark.parametrize(
    "line, text",
    [
        ("AllowGroups root", "AllowGroups is without playpen-users"),
        ("AllowGroups root playpen-*", None),
        ("DenyGroups playpen-users", "DenyGroups names playpen-users"),
        ("AllowUsers root", "AllowUsers is set, and not for alice"),
        ("AllowUsers root a*@10.*", None),
        ("DenyUsers alice", "DenyUsers is for alice"),
        ("AuthenticationMethods publickey", "AuthenticationMethods (publickey) leaves out"),
        (f"{MATCH}\nAuthenticationMethods publickey,keyboard-interactive:pam", None),
        ("LoginGraceTime 60", "LoginGraceTime is 60 s, and a sign-in may take 100"),
        ("MaxStartups 31:30:100", "from 31 connections on"),
        ("MaxStartups 32:30:100", None),
    ],
)
def test_what_sshd_has_against_a_sign_in_is_told(node, line, text):
    node.write("/tmp/roster", '{"name":"alice"}\n')
    node.run("playpenctl user import /tmp/roster")
    more = "" if "MaxStartups" in line else "MaxStartups 64:30:128\n"
    node.write(DROPIN, f"{more}{line}\n")
    status, found = findings(node, "--offline")
    assert status == 0
    assert sshd_results(found) == ["warning" if text else "ok"]
    assert (text or "let playpen users answer") in found["sshd"][0]["message"]


def test_the_grace_time_is_held_against_the_timeout_that_is_set(make_node):
    node = make_node(changes={"service.sshd": {"timeout": "40s"}})
    node.write(DROPIN, "LoginGraceTime 60\nMaxStartups 64:30:128\n")
    assert sshd_results(findings(node, "--offline")[1]) == ["ok"]


def test_what_an_administrator_breaks_is_found(dex, node, ssh):
    shell = ssh(node, "alice")
    shell.sign_in_to_shell()
    node.run("sed -i 's/Kbd.* yes/KbdInteractiveAuthentication no/' "
             "/etc/ssh/sshd_config.d/50-playpen.conf")
    status, found = findings(node, "--offline")
    assert status == 1
    assert "KbdInteractiveAuthentication is off for alice" in faults(found)[0]["message"]
    node.run("sed -i 's/Kbd.* no/KbdInteractiveAuthentication yes/' "
             "/etc/ssh/sshd_config.d/50-playpen.conf")
    node.run("sed -i '/pam_playpen/s/default=die/default=ignore/' /etc/pam.d/common-account")
    status, found = findings(node, "--offline")
    assert status == 1
    assert {f["check"] for f in faults(found)} >= {"PAM sshd", "PAM sudo"}
    node.run("sed -i '/pam_playpen/s/default=ignore/default=die/' /etc/pam.d/common-account")
    node.run("sed -i 's/^group:.*/group: files/' /etc/nsswitch.conf")
    status, found = findings(node, "--offline")
    assert {f["check"] for f in faults(found)} >= {"nsswitch", "NSS"}
