# SPDX-License-Identifier: MIT
"""playpenctl doctor on a node as `setup enable` leaves it."""

import json


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


def test_an_enabled_node_has_no_fault(dex, node, ssh):
    status, found = findings(node)
    assert (status, faults(found)) == (0, [])
    for check in ("provider", "sshd", "NSS", "PAM sshd", "PAM sudo", "worker"):
        assert [f["result"] for f in found[check]] == ["ok"], found[check]
    shell = ssh(node, "alice")
    shell.sign_in_to_shell()
    status, found = findings(node)
    assert (status, faults(found)) == (0, [])
    assert "let people of ours answer" in found["sshd"][0]["message"]


def test_a_dex_that_is_away_is_a_fault_and_offline_is_none(node, no_dex):
    status, found = findings(node)
    assert status == 1
    assert [f["check"] for f in faults(found)] == ["provider"]
    assert "http-" in faults(found)[0]["message"]
    assert findings(node, "--offline")[0] == 0


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
