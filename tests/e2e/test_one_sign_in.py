# SPDX-License-Identifier: MIT
"""One sign-in on a person's machine, then ssh to every node by its certificate."""

import subprocess

import pytest

from rig.day_key import HOME
from rig.day_login import (ON, age_keys, connect, make_certificate, offer, reasons, signed_in_laptop,
                           switch_on)
from rig.person import QuickPerson
from rig.wait import until


pytestmark = pytest.mark.release


@pytest.fixture
def nodes(make_node):
    return [switch_on(make_node(f"node-{n}", n, changes=ON)) for n in (8, 9, 10)]


@pytest.fixture
def laptop(dex, make_node):
    return signed_in_laptop(make_node("laptop", 7))


def test_one_certificate_lets_alice_in_everywhere(laptop, nodes, dex):
    seen = len(laptop.addresses())
    for node in nodes:
        done = connect(laptop, node, "id", "-Gn")
        assert done.returncode == 0, done.stderr + node.log()
        assert "platform-admins" in done.stdout
    assert len(laptop.addresses()) == seen


def test_a_certificate_does_not_serve_another_name(laptop, nodes):
    assert connect(laptop, nodes[0], name="bob").returncode == 255
    assert connect(laptop, nodes[0]).returncode == 0


def test_a_lock_counts_at_once(laptop, nodes):
    assert connect(laptop, nodes[0]).returncode == 0
    nodes[0].run("playpenctl user lock alice")
    assert connect(laptop, nodes[0]).returncode == 255
    assert connect(laptop, nodes[1]).returncode == 0


def test_no_certificate_counts_where_it_is_not_switched_on(laptop, make_node):
    node = switch_on(make_node("node-11", 11))
    assert connect(laptop, node).returncode == 255


def test_no_token_comes_into_the_log(laptop, nodes):
    assert connect(laptop, nodes[0]).returncode == 0
    assert connect(laptop, nodes[0], name="bob").returncode == 255
    assert "eyJ" not in nodes[0].log()


def test_a_certificate_by_hand_is_as_good_and_each_flaw_is_refused(laptop, nodes):
    node = nodes[0]
    right = ("-n", "alice", "-V", "-5m:+1h")
    assert offer(laptop, node, make_certificate(laptop, *right)) == 0
    for flaw, reason in [
            (("-n", "bob", "-V", "-5m:+1h"), "cert-name"),
            (("-n", "alice", "-V", "-5m:+48h"), "cert-longer"),
            (("-n", "alice,bob", "-V", "-5m:+1h"), "cert-malformed"),
            ((*right, "-O", "force-command=id"), "cert-options")]:
        assert offer(laptop, node, make_certificate(laptop, *flaw)) == 255, flaw
        assert reasons(node)[-1:] == [reason], flaw
    assert offer(laptop, node, make_certificate(laptop, *right, key="other")) == 255
    assert reasons(node)[-1] == "cert-nonce"


def test_another_s_home_is_not_taken_over_by_a_certificate(laptop, nodes):
    nodes[0].run("mkdir /home/alice")
    assert connect(laptop, nodes[0]).returncode == 255
    assert reasons(nodes[0])[-1] == "cert-home"
    nodes[0].run("rmdir /home/alice")
    assert connect(laptop, nodes[0]).returncode == 0


def test_an_older_certificate_brings_no_group_back(laptop, nodes, dex, ssh):
    node = nodes[0]
    assert "platform-admins" in connect(laptop, node, "id", "-Gn").stdout
    dex.change_user("alice", groups=["dev"])
    assert ssh(node, "alice", "true").sign_in()[1] == 0
    assert "platform-admins" not in connect(laptop, node, "id", "-Gn").stdout
    # A node that has not heard of it yet believes the certificate.
    assert "platform-admins" in connect(laptop, nodes[1], "id", "-Gn").stdout


def test_a_reset_refuses_the_sign_ins_before_it(laptop, nodes, dex):
    node = nodes[0]
    assert connect(laptop, node).returncode == 0
    later = int(node.out("date +%s")) + 1
    node.configure({**ON, "ssh": {"certificates": "yes", "not_before": later}})
    assert connect(laptop, node).returncode == 255
    assert reasons(node)[-1] == "cert-before"
    until(lambda: int(node.out("date +%s")) > later, "the reset is over")
    laptop.login(QuickPerson("alice"))
    assert connect(laptop, node).returncode == 0


def test_five_at_once_and_a_hundred_strangers_certificates(laptop, nodes):
    node = nodes[0]
    assert connect(laptop, node).returncode == 0
    word = laptop.out("cat", f"{HOME}/.ssh/playpen/id-cert.pub").split()
    node.write("/tmp/ask", f"""for i in $(seq 100); do
        /usr/libexec/playpen/playpen-keys stranger$i 1 {word[0]} {word[1]} &
        done; wait""")
    flood = node.popen(["sh", "/tmp/ask"], stdout=subprocess.DEVNULL)
    assert connect(laptop, node).returncode == 0
    assert flood.wait(timeout=120) == 0


def test_dex_down_lets_in_whose_keys_are_cached(laptop, nodes, dex):
    used, fresh, strict = nodes
    strict.configure({**ON, "ssh": {"certificates": "yes", "keys_without_dex": "0"}})
    assert connect(laptop, used).returncode == 0
    assert connect(laptop, strict).returncode == 0
    dex.stop()
    try:
        for node in used, strict:
            age_keys(node, 3600)
        assert connect(laptop, used).returncode == 0, used.log()
        assert connect(laptop, strict).returncode == 255
        assert connect(laptop, fresh).returncode == 255
        for node in strict, fresh:
            assert "reason=http-unreachable" in node.log()
        age_keys(used, 24 * 3600)
        used.run("rm -f /var/cache/playpen/*.outage")
        assert connect(laptop, used).returncode == 255
    finally:
        dex.start()
    # Everybody's key is another one after a restart: a new sign-in is needed.
    laptop.login(QuickPerson("alice"))
    for node in nodes:
        assert connect(laptop, node).returncode == 0, node.log()


def test_the_log_has_the_certificate_that_was_used(laptop, nodes):
    node = nodes[0]
    shown = laptop.out("ssh-keygen", "-l", "-f", f"{HOME}/.ssh/playpen/id.pub")
    fingerprint = shown.split()[1].removeprefix("SHA256:")
    assert connect(laptop, node).returncode == 0
    until(lambda: "stage=open" in node.log(), "the session")
    line = [line for line in node.log().splitlines() if "stage=open" in line][-1]
    assert f"certificate SHA256: {fingerprint}" in line
    assert "result=accept reason=none" in line and " sub=" in line


def test_a_plain_key_beside_a_certificate_is_told_from_it(laptop, nodes):
    """Who has another key of alice's and a copy of her certificate gets in by the key."""
    node = nodes[0]
    assert connect(laptop, node).returncode == 0
    until(lambda: node.log().count("stage=open") == 1, "the session")
    laptop.run("sh", "-c", "rm -f /tmp/plain*; ssh-keygen -q -t ed25519 -N '' -f /tmp/plain")
    key = laptop.out("cat", "/tmp/plain.pub")
    node.write("/home/alice/.ssh/authorized_keys", key + "\n")
    node.run("chown -R alice: /home/alice/.ssh; chmod 700 /home/alice/.ssh")
    stolen = ["-o", "IdentitiesOnly=yes", "-o", "IdentityFile=/tmp/plain",
              "-o", f"CertificateFile={HOME}/.ssh/playpen/id-cert.pub", "-F", "none"]
    assert offer(laptop, node, stolen) == 0
    assert node.log().count("stage=open") == 1
    assert not node.out("ls /run/playpen/offers; true").split()[1:]


def test_dex_s_new_key_is_fetched_and_its_lost_key_refused(laptop, nodes, dex):
    node = nodes[0]
    assert connect(laptop, node).returncode == 0
    dex.rotate_keys()
    laptop.login(QuickPerson("alice"))
    assert connect(laptop, node).returncode == 0, node.log()
    dex.restart()
    node.run("rm -f /var/cache/playpen/*")
    assert connect(laptop, node).returncode == 255
    assert "reason=cert-key-gone" in node.log()
