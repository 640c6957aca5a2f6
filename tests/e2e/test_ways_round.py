# SPDX-License-Identifier: MIT
"""No way round the first sign-in, and one log line for whatever was decided."""

import shlex
import subprocess

import pytest
from pexpect import EOF

from rig import paths
from rig.ssh import authorize_key
from rig.wait import until

KEYS = {
    "result", "reason", "phase", "service", "name", "uid", "iss", "sub",
    "connector", "rhost", "tty", "said", "message", "notes",
}
ALWAYS = {"result", "reason", "phase", "service", "name"}


def decisions(node):
    """Each decision in the node's log, as a dictionary; all must parse."""
    found = []
    for line in node.log().split("\n"):
        if "result=" not in line:
            continue
        words = shlex.split(line[line.index("result=") :])
        fields = dict(word.split("=", 1) for word in words)
        assert len(fields) == len(words), line
        assert ALWAYS <= fields.keys() <= KEYS, line
        found.append(fields)
    return found


def the_decision(node, **wanted):
    every = decisions(node)
    matching = [d for d in every if wanted.items() <= d.items()]
    assert len(matching) == 1, every
    return matching[0]


def is_nobody(node, name):
    return node.run(["id", name], user="nobody", check=False).returncode == 1


@pytest.fixture
def certificate(make_node):
    """certificate(node, name): options with a certificate of a CA that the
    node's sshd trusts for everybody."""

    def make(node, name):
        ca, key = paths.LAB / "ca", paths.LAB / f"cert-{name}"
        for path in (ca, key):
            if not path.exists():
                command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(path)]
                subprocess.run(command, check=True)
        subprocess.run(
            ["ssh-keygen", "-q", "-s", str(ca), "-I", name, "-n", name, f"{key}.pub"],
            check=True,
        )
        node.write("/etc/ssh/ca.pub", ca.with_suffix(".pub").read_text(), 0o644)
        node.stop_sshd()
        node.start_sshd("-o", "TrustedUserCAKeys=/etc/ssh/ca.pub")
        return ["-i", str(key), "-o", "BatchMode=yes"]

    return make


def test_a_certificate_is_no_way_in_before_the_first_sign_in(node, ssh, certificate):
    options = certificate(node, "alice")
    text, status = ssh(node, "alice", "true", options=options).result()
    assert status == 255
    assert "Nobody has signed in as alice" in text
    refused = the_decision(node, phase="account", name="alice")
    assert (refused["result"], refused["reason"]) == ("reject", "not-bound")
    assert is_nobody(node, "alice")


def test_a_certificate_of_a_bound_person_opens(dex, node, ssh, certificate):
    assert ssh(node, "alice", "true").sign_in() == ("", 0)
    options = certificate(node, "alice")
    assert ssh(node, "alice", "id", "-un", options=options).result() == ("alice", 0)


def test_bob_s_approval_is_one_attempt_and_names_both(dex, node, ssh):
    connection = ssh(node, "alice")
    connection.wait_for_screen()
    connection.approve(by="bob")
    connection.enter_until(EOF)
    assert connection.result()[1] == 255
    refused = the_decision(node, name="alice", phase="auth")
    assert (refused["result"], refused["reason"]) == ("reject", "wrong-person")
    assert refused["said"] == "bob"
    assert len(dex.requests("/dex/device/code")) == 1
    assert is_nobody(node, "alice") and is_nobody(node, "bob")


def test_every_way_in_writes_the_same_line(dex, node, ssh):
    assert ssh(node, "alice", "true").sign_in() == ("", 0)
    options = authorize_key(node, "alice", "/home/alice")
    assert ssh(node, "alice", "true", options=options).result() == ("", 0)
    every = [d for d in decisions(node) if d["name"] == "alice"]
    assert [d["phase"] for d in every] == ["auth", "account", "account"]
    for decision in every:
        assert decision["result"] == "accept" and decision["reason"] == "none"
        for key in ("uid", "iss", "sub", "connector", "service", "rhost"):
            assert decision[key] == every[0][key]


def test_sudo_su_and_login_write_the_same_line(dex, node, ssh):
    node.write("/etc/sudoers.d/playpen", "alice ALL=(ALL) NOPASSWD: ALL\n", 0o440)
    shell = ssh(node, "alice")
    shell.sign_in_to_shell()
    assert shell.command("sudo id -u").strip() == "0"
    node.run(["su", "alice", "-c", "true"])
    console = node.spawn(["login", "-f", "alice"])
    until(lambda: "service=login" in node.log(), "the line of login")
    console.close(force=True)
    first = decisions(node)[0]
    for service in ("sshd", "sudo", "su", "login"):
        line = the_decision(node, service=service, phase="account", name="alice")
        assert (line["result"], line["reason"]) == ("accept", "none")
        for key in ("uid", "iss", "sub", "connector"):
            assert line[key] == first[key], service


@pytest.mark.parametrize(
    "spoil, reason, place",
    [
        ("echo 'nonsense = 1' >>/etc/playpen/playpen.conf", "config-invalid",
         "/etc/playpen/playpen.conf:11: unknown key"),
        ("sed -i 's/^allow_http.*/allow_http = perhaps/' /etc/playpen/playpen.conf",
         "config-invalid", "/etc/playpen/playpen.conf:3: "),
        ("echo 'no line of ours' >>/etc/playpen/playpen.conf", "config-invalid",
         "/etc/playpen/playpen.conf:11: "),
        ("chmod 666 /etc/playpen/playpen.conf", "config-unsafe", "/etc/playpen/playpen.conf"),
        ("chown nobody /etc/playpen/playpen.conf", "config-unsafe", "/etc/playpen/playpen.conf"),
    ],
)
def test_a_broken_configuration_is_said_and_local_users_go_on(node, ssh, spoil, reason, place):
    root = authorize_key(node, "root", "/root")
    node.run(spoil)
    text, status = ssh(node, "alice").result()
    assert status == 255
    assert text.count("Sign-in is not set up correctly on this node.") == 1
    (decision,) = decisions(node)
    assert (decision["name"], decision["reason"]) == ("alice", reason)
    assert place in decision["message"]
    assert ssh(node, "root", "true", options=root).result() == ("", 0)


def test_a_spoilt_index_is_said_in_the_same_form(node, ssh):
    root = authorize_key(node, "root", "/root")
    node.run("echo nonsense >/var/lib/playpen/index.v1")
    connection = ssh(node, "alice")
    found = connection.terminal.expect(["password: ", EOF])
    if found == 0:  # whatever is asked for, the first answer ends it
        connection.terminal.sendline("anything")
    assert connection.result()[1] == 255
    (decision,) = decisions(node)
    assert (decision["result"], decision["reason"]) == ("reject", "index-invalid")
    assert ssh(node, "root", "true", options=root).result() == ("", 0)


def test_a_missing_secret_file_is_said(dex, make_node, ssh):
    secret = {"id": "playpen-confidential", "secret_file": "/etc/playpen/secret"}
    node = make_node(changes={"client": secret})
    root = authorize_key(node, "root", "/root")
    text, status = ssh(node, "alice").result()
    assert status == 255
    assert text.count("Sign-in is not set up correctly on this node.") == 1
    (decision,) = decisions(node)
    assert decision["reason"] == "secret-unreadable"
    assert "/etc/playpen/secret" in decision["message"]
    assert dex.requests() == []
    assert ssh(node, "root", "true", options=root).result() == ("", 0)


def test_an_unreadable_state_is_said(dex, node, ssh):
    root = authorize_key(node, "root", "/root")
    node.run("echo nonsense nonsense nonsense >/var/lib/playpen/state.db")
    text, status = ssh(node, "alice").result()
    assert status == 255
    assert text.count("This node cannot read its accounts.") == 1
    assert [d["reason"] for d in decisions(node)] == ["state-unreadable"]
    assert dex.requests() == []
    assert ssh(node, "root", "true", options=root).result() == ("", 0)


def test_a_local_account_s_name_is_never_ours(dex, node, ssh):
    node.run("useradd -m alice")
    for name in ("alice", "root", "daemon"):
        one = ["-o", "NumberOfPasswordPrompts=1"]
        connection = ssh(node, name, options=one)
        found = connection.terminal.expect(["Press Enter", "password: ", EOF])
        assert found in (1, 2)
    assert decisions(node) == []
    assert dex.requests() == []
