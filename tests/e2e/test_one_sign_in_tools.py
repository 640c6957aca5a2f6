# SPDX-License-Identifier: MIT
"""One sign-in of the day with what people use over ssh, and with who is in between."""

import urllib.request

import pytest

from rig.day_key import HOME
from rig.day_login import (ON, QUIET, connect, make_certificate, offer, reasons,
                           signed_in_laptop, switch_on, token_of)
from rig.dex import ISSUER


@pytest.fixture
def nodes(make_node):
    return [switch_on(make_node(f"node-{n}", n, changes=ON)) for n in (8, 9, 10)]


@pytest.fixture
def laptop(dex, make_node):
    machine = signed_in_laptop(make_node("laptop", 7))
    machine.host.run(["tee", "-a", f"{HOME}/.ssh/config"], input="Host *\n" + "".join(
        f"  {option}\n" for option in QUIET if option != "-o"))
    return machine


def test_scp_rsync_and_git_take_the_certificate(laptop, nodes):
    there = f"alice@{nodes[0].address}"
    laptop.run("sh", "-ec", f"""cd; echo text >file
        scp -q file {there}:copy; scp -q {there}:copy back; cmp file back
        mkdir tree; cp file tree/one; rsync -a tree {there}:
        rsync -a {there}:tree/ again/; cmp file again/one
        git init -q work; cd work; git -c user.name=x -c user.email=x@x \
            commit -q --allow-empty -m one
        ssh {there} git init -q --bare repository
        git push -q {there}:repository HEAD:refs/heads/main
        git clone -q -b main {there}:repository ../clone""")
    assert len(laptop.addresses()) == 1


def test_a_jump_over_two_nodes_leaves_them_nothing(laptop, nodes):
    """mallory is root's neighbour on a jump host: a local user who reads what ps shows,
    and looks for sockets of an agent and for keys."""
    jump, second, last = nodes
    for node in nodes:
        assert connect(laptop, node).returncode == 0, node.log()
    jump.run("useradd -m mallory")
    watching = jump.popen(["setpriv", "--reuid=mallory", "--clear-groups", "sh", "-c", """
        while [ ! -e /tmp/over ]; do cat /proc/[0-9]*/cmdline 2>/dev/null; done |
            tr '\\0' '\\n' >/tmp/seen; find /tmp /run /home -name 'agent*' -o -name id \
            2>/dev/null >/tmp/found"""])
    done = laptop.run("ssh", "-J", f"alice@{jump.address},alice@{second.address}",
                      f"alice@{last.address}", "id -un; echo agent:$SSH_AUTH_SOCK")
    assert done.stdout.split() == ["alice", "agent:"]
    jump.run("touch /tmp/over")
    watching.wait(timeout=30)
    assert not [path for path in jump.read("/tmp/found").split() if "playpen" in path]
    # Whatever she caught is the token at most, and that is bound to the key.
    caught = make_certificate(laptop, "-n", "alice", "-V", "-5m:+1h", key="other")
    assert offer(laptop, last, caught) == 255
    assert reasons(last)[-1] == "cert-nonce"


def test_a_hostile_node_can_use_nothing_of_what_it_kept(laptop, nodes):
    """Root of the first node has the certificate from its memory."""
    hostile, other, _ = nodes
    for node in hostile, other:
        assert connect(laptop, node).returncode == 0, node.log()
    kept = hostile.out("strings -n 500 /run/playpen/certificates/alice.0 | head -n 1")
    ours = laptop.out("cat", f"{HOME}/.ssh/playpen/id-cert.pub").split()
    assert ours[1] in kept
    hostile.write("/root/id-cert.pub", f"{ours[0]} {ours[1]}\n")
    hostile.run("ssh-keygen -q -t ed25519 -N '' -f /root/id")
    stolen = ["ssh", *QUIET, "-o", "IdentitiesOnly=yes", "-o", "IdentityFile=/root/id",
              "-o", "CertificateFile=/root/id-cert.pub"]
    for node in other, hostile:
        assert hostile.run([*stolen, f"alice@{node.address}", "true"],
                           check=False).returncode == 255
    token = token_of(laptop)
    hostile.run("ssh-keygen -q -s /root/id -I x -n alice -V +1h "
                f"-O extension:id-token@playpen={token} /root/id.pub")
    assert hostile.run([*stolen, f"alice@{other.address}", "true"],
                       check=False).returncode == 255
    assert reasons(other)[-1] == "cert-nonce"
    # To an application that looks at aud it is nothing.
    shown = other.run(["playpenctl", "verify"], input=token, check=False)
    assert shown.stdout.startswith("reject aud-mismatch"), shown.stdout
    # Dex says by it what it holds already, as SECURITY.md says.
    answer = urllib.request.urlopen(urllib.request.Request(
        f"{ISSUER}/userinfo", headers={"Authorization": f"Bearer {token}"}))
    assert b"alice" in answer.read()
    assert connect(laptop, other).returncode == 0


def test_a_shared_connection_outlives_a_lock_and_a_new_one_does_not(laptop, nodes):
    node, there = nodes[0], f"alice@{nodes[0].address}"
    shared = ["-o", "ControlPath=/tmp/shared"]
    laptop.run("ssh", *shared, "-o", "ControlMaster=yes", "-o", "ControlPersist=60", "-fN",
               there)
    node.run("rm -rf /run/playpen/certificates")
    assert laptop.out("ssh", *shared, there, "id", "-un") == "alice"
    assert not node.exists("/run/playpen/certificates"), "a new login"
    node.run("playpenctl user lock alice")
    assert laptop.out("ssh", *shared, there, "id", "-un") == "alice"
    assert laptop.run("ssh", there, "true", check=False).returncode == 255
    laptop.run("ssh", *shared, "-O", "exit", there, check=False)
