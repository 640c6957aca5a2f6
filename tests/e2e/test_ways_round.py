# SPDX-License-Identifier: MIT
"""No way round the first sign-in, and one log line for whatever was decided."""

import shlex
import subprocess

import pytest
from pexpect import EOF

from rig import paths
from rig.console import on_terminal
from rig.person import QuickPerson
from rig.ssh import ADDRESS, authorize_key
from rig.wait import until

pytestmark = pytest.mark.release

KEYS = [
    "result", "reason", "stage", "service", "name", "uid", "iss", "sub",
    "connector", "rhost", "tty", "said", "ref", "message", "notes", "provider",
]
# What not every way in has.
OF_THE_HOST = {"rhost", "tty", "notes"}
ALWAYS = {"result", "reason", "stage", "service", "name"}


def decisions(node):
    """Each decision in the node's log, as a dictionary; all must parse, and
    have their keys in one order. What administrators do is no decision."""
    found = []
    for line in node.log().split("\n"):
        if "result=" not in line or "stage=admin" in line:
            continue
        words = shlex.split(line[line.index("result=") :])
        fields = dict(word.split("=", 1) for word in words)
        assert len(fields) == len(words), line
        assert ALWAYS <= fields.keys(), line
        assert list(fields) == [key for key in KEYS if key in fields], line
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
    assert "There has been no sign-in as alice" in text
    refused = the_decision(node, stage="account", name="alice")
    assert (refused["result"], refused["reason"]) == ("reject", "no-account")
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
    refused = the_decision(node, name="alice", stage="auth")
    assert (refused["result"], refused["reason"]) == ("reject", "wrong-person")
    assert refused["said"] == "bob"
    assert len(dex.requests("/dex/device/code")) == 1
    assert is_nobody(node, "alice") and is_nobody(node, "bob")


def test_every_way_in_writes_the_same_line(dex, node, ssh):
    assert ssh(node, "alice", "true").sign_in() == ("", 0)
    options = authorize_key(node, "alice", "/home/alice")
    assert ssh(node, "alice", "true", options=options).result() == ("", 0)
    every = [d for d in decisions(node) if d["name"] == "alice"]
    assert [d["stage"] for d in every] == ["auth", "account", "account"]
    for decision in every:
        assert decision["result"] == "accept" and decision["reason"] == "none"
        for key in ("uid", "iss", "sub", "connector", "service", "rhost"):
            assert decision[key] == every[0][key]


def sign_in_everywhere(node, shell, by):
    """Alice by sudo, su and login at once; what each showed after the address
    when everything was over."""
    become = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
    shell.terminal.sendline("sudo -k; sudo true; echo end-$((40 + 2))")
    places = {"sudo": shell.terminal,
              "su": on_terminal(node, [*become, "su", "alice", "-c", "true"]),
              "login": on_terminal(node, ["login", "alice"])}
    for terminal in places.values():
        terminal.expect(ADDRESS.pattern + r"\r\n")
        QuickPerson(by).approve(terminal.match.group(1))
    shown = {}
    for service, end in (("sudo", "end-42"), ("su", EOF), ("login", r"[$#] $|login: $")):
        places[service].expect(end, timeout=20)
        shown[service] = places[service].before
        if service != "sudo":
            places[service].close(force=True)
    return shown


def line_of(node, service, stage):
    """The last one, and its keys but for those that not every host has."""
    matching = [d for d in decisions(node)
                if (d["service"], d["stage"], d["name"]) == (service, stage, "alice")]
    assert matching, (service, stage)
    return matching[-1], [key for key in matching[-1] if key not in OF_THE_HOST]


def test_sudo_su_login_and_cron_write_the_same_lines(dex, node, ssh):
    node.write("/etc/sudoers.d/playpen", "alice ALL=(ALL) ALL\n", 0o440)
    shell = ssh(node, "alice")
    shell.sign_in_to_shell()
    sign_in_everywhere(node, shell, "alice")
    services = ["sshd", "sudo", "su", "login"]
    if paths.nodes_have("cron"):
        node.run("echo '@reboot true' | crontab -u alice -; cron")
        until(lambda: "service=cron" in node.log(), "the line of cron")
        services.append("cron")
    for stage in ("auth", "account"):
        first, keys = line_of(node, "sshd", stage)
        for service in services[:4] if stage == "auth" else services:
            line, found = line_of(node, service, stage)
            assert (line["result"], line["reason"]) == ("accept", "none")
            assert found == keys
            for key in ("uid", "iss", "sub", "connector"):
                assert line[key] == first[key], service


def test_a_refusal_tells_the_administrator_all_and_the_other_side_nothing(dex, node, ssh):
    """Bob approves, everywhere. Whoever sits there learns that somebody did."""
    node.write("/etc/sudoers.d/playpen", "alice ALL=(ALL) ALL\n", 0o440)
    node.run("echo 'Defaults passwd_tries=1' >>/etc/sudoers.d/playpen")
    shell = ssh(node, "alice")
    shell.sign_in_to_shell()
    remote = ssh(node, "alice")
    remote.wait_for_screen()
    remote.approve(by="bob")
    shown = sign_in_everywhere(node, shell, "bob")
    remote.enter_until(EOF)
    shown["sshd"] = remote.result()[0]
    first, keys = line_of(node, "sshd", "auth")
    accepted = next(d for d in decisions(node) if d["result"] == "accept")
    assert first["sub"] != accepted["sub"] and first["iss"] == accepted["iss"]
    for service, text in shown.items():
        line, found = line_of(node, service, "auth")
        assert found == keys, service
        assert (line["result"], line["reason"], line["said"]) == ("reject", "wrong-person", "bob")
        assert line["sub"] == first["sub"] and line["connector"] == "local"
        assert text.count("Another person approved this sign-in") == 1, (service, text)
        for secret in ("bob", "wrong-person", "connector", "localhost", line["sub"],
                       accepted["sub"], accepted["uid"], "/etc", "/var"):
            assert secret not in text, (service, secret)


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


def test_a_lost_state_is_said_and_not_begun_anew(dex, node, ssh):
    root = authorize_key(node, "root", "/root")
    assert ssh(node, "alice", "true").sign_in() == ("", 0)
    node.run("mv /var/lib/playpen/state.db /root/backup")
    dex.forget_requests()
    text, status = ssh(node, "alice").result()
    assert status == 255
    assert text.count("This node cannot read its accounts.") == 1
    assert "state.db is gone, though the index has 1 account" in node.log()
    assert dex.requests() == []
    assert ssh(node, "root", "true", options=root).result() == ("", 0)
    node.run("mv /root/backup /var/lib/playpen/state.db")
    assert ssh(node, "alice", "true").sign_in() == ("", 0)


def test_a_local_account_s_name_is_never_ours(dex, node, ssh):
    node.run("useradd -m alice")
    for name in ("alice", "root", "daemon"):
        one = ["-o", "NumberOfPasswordPrompts=1"]
        connection = ssh(node, name, options=one)
        found = connection.terminal.expect(["Press Enter", "password: ", EOF])
        assert found in (1, 2)
    assert decisions(node) == []
    assert dex.requests() == []


def test_chsh_and_chfn_are_refused_before_the_browser(dex, node, ssh):
    shell = ssh(node, "alice")
    shell.sign_in_to_shell()
    dex.forget_requests()
    for command in ("chsh -s /bin/sh", "chfn -r 7"):
        assert "keeps your shell and your name" in shell.command(command)
    assert dex.requests() == []
    assert node.log().count("reason=not-in-passwd") == 2
