# SPDX-License-Identifier: MIT
"""Servers other than sshd that let people in by PAM: cockpit and xrdp, as
docs/reference/clients.md says."""

import base64
import http.client
import re
import shutil
import socket
import struct

import pytest

from rig.person import QuickPerson
from rig.ssh import ADDRESS
from rig.wait import until

COCKPIT = "/usr/lib/cockpit/cockpit-ws"
SESMAN = "/usr/sbin/xrdp-sesman"
PORT = 9090
ONLY_SIGN_IN = 4  # SCP_GW_AUTHENTICATION of xrdp


def has(program):
    return pytest.mark.skipif(shutil.which(program) is None, reason=f"there is no {program}")


def ask(node, authorization):
    """One request for the login of cockpit: status, and the prompt if it has one."""
    connection = http.client.HTTPConnection(node.address, PORT, timeout=110)
    connection.request("GET", "/cockpit/login", headers={"Authorization": authorization})
    reply = connection.getresponse()
    reply.read()
    connection.close()
    found = re.match(r"X-Conversation (\S+) (\S+)", reply.getheader("WWW-Authenticate") or "")
    if not found:
        return reply.status, None, None
    return reply.status, found[1], base64.b64decode(found[2]).decode()


def start_cockpit(node):
    node.run("mkdir -p /run/cockpit; chmod 4755 /usr/lib/cockpit/cockpit-session")
    process = node.popen(["setpriv", "--reuid=cockpit-ws", "--clear-groups", COCKPIT, "--no-tls",
                          "-a", node.address, "-p", str(PORT)])

    def answers():
        try:
            return ask(node, "Negotiate x")[0] > 0
        except OSError:
            return False

    until(answers, "cockpit-ws")
    return process


@has(COCKPIT)
def test_cockpit_shows_the_sign_in_on_its_page(dex, node, ssh):
    """Its page goes from prompt to prompt. An answer is what the person types there.
    A name without an account is looked up by the first-login programs alone."""
    assert ssh(node, "alice", "true").sign_in() == ("", 0)
    process = start_cockpit(node)
    try:
        first = base64.b64encode(b"alice:").decode()
        status, conversation, prompt = ask(node, f"Basic {first}")
        assert status == 401 and "Press Enter when done:" in prompt
        QuickPerson("alice").approve(ADDRESS.search(prompt).group(1))
        empty = base64.b64encode(b"").decode()
        status, _, prompt = ask(node, f"X-Conversation {conversation} {empty}")
        assert status == 200, (status, prompt, node.log())
        assert "service=cockpit name=alice" in node.log()
    finally:
        process.kill()


def log_in_at_sesman(name, password):
    """As xrdp does: xrdp-sesrun wants an address that is no loopback."""
    words = b"".join(struct.pack(">H", len(word)) + word.encode() for word in (name, password))
    body = struct.pack(">H", ONLY_SIGN_IN) + words
    with socket.create_connection(("::1", 3350), timeout=110) as sesman:
        sesman.sendall(struct.pack(">II", 0, len(body) + 8) + body)
        return sesman.recv(100)


@has(SESMAN)
def test_xrdp_cannot_show_a_sign_in_and_says_no(dex, node, ssh):
    """It answers each prompt with the name or the password at once."""
    assert ssh(node, "alice", "true").sign_in() == ("", 0)
    dex.forget_requests()
    node.run("mkdir -p /run/xrdp; xrdp-sesman")
    until(lambda: ":3350" in node.out("ss -lnt"), "xrdp-sesman")
    log_in_at_sesman("alice", "company")
    node.wait_for_worker()
    line = [x for x in node.log().splitlines() if "service=xrdp-sesman" in x]
    assert line and "result=reject" in line[-1], node.log()
    assert len(dex.requests("/dex/device/code")) <= 1
