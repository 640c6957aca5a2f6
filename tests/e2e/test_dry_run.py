# SPDX-License-Identifier: MIT
"""playpenctl test-login: a sign-in without PAM, and what would come of it."""

import re

import pytest
from pexpect import EOF

from rig.console import on_terminal, wait_for_url
from rig.person import QuickPerson
from rig.service import SECRET, account
from rig.ssh import ADDRESS, PROMPT, authorize_key, enter_until

STATE = "cd /var/lib/playpen; sha256sum * 2>&1; ls -A /run/playpen/sign-ins 2>&1; true"
PASTE = "Paste the code from the browser: "
SUDOERS = "Defaults timestamp_timeout=0\nalice ALL=(ALL) ALL\n"


def rows(text):
    """The answer's table: a name, blanks, the rest."""
    found = re.findall(r"^([a-z_]+(?: [a-z]+)*)  +(.*)$", text, re.MULTILINE)
    return dict(found)


def finish(console):
    """Rows and exit status of a trial that has nothing left to ask."""
    console.expect(EOF)
    text = console.before.replace("\r\n", "\n")
    console.close()
    return rows(text), text, console.exitstatus


@pytest.fixture
def trial():
    """trial(node, name, *options, by=somebody): its end, see finish."""
    made = []

    def sign_in(node, name, *options, by=None):
        made.append(on_terminal(node, ["playpenctl", "test-login", name, *options]))
        _, url = wait_for_url(made[-1])
        QuickPerson(by or name).approve(url)
        return finish(made[-1])

    yield sign_in
    for console in made:
        console.close(force=True)


def test_a_stranger_is_shown_what_they_would_be_and_nothing_changes(
    dex, node, ssh, trial
):
    before = node.out(STATE)
    shown, text, status = trial(node, "alice")
    assert status == 0
    assert shown["decision"] == "accept" and shown["reason"] == "none"
    assert set(shown["groups"].split()) == {"platform-admins", "dev"}
    assert shown["connector"] == "local" and shown["home"] == "/home/alice"
    assert shown["bound"] == "no; a login would bind it to this person"
    assert shown["email"] == "alice@playpen.example"
    assert "Nothing was changed." in text
    assert node.out(STATE) == before
    assert node.run("id alice", user="nobody", check=False).returncode != 0
    assert "result=accept reason=none stage=dry-run" in node.log()
    assert ssh(node, "alice", "true").sign_in() == ("", 0)
    assert str(node.id_of("alice")[0]) == shown["uid"]


def test_what_is_on_record_stays_as_it_is(dex, node, ssh, trial):
    assert ssh(node, "alice", "true").sign_in() == ("", 0)
    before = node.out(STATE)
    dex.change_user("alice", groups=["dev"])
    shown, _, status = trial(node, "alice")
    assert status == 0
    assert shown["groups"] == "dev" and shown["bound"] == "yes"
    assert node.out(STATE) == before
    assert "platform-admins" in node.id_of("alice")[2]


def test_somebody_else_s_approval_is_refused_and_shown(dex, node, trial):
    shown, _, status = trial(node, "alice", by="bob")
    assert status == 1
    assert shown["decision"] == "reject" and shown["reason"] == "wrong-person"
    assert shown["refused by"] == "the sign-in"
    assert shown["is told"].startswith("Another person approved this sign-in")
    assert shown["user name"] == "bob"
    assert "uid" not in shown


@pytest.mark.parametrize("name, reason", [("alice", "none"), ("bob", "group-missing")])
def test_the_account_stage_of_a_service_is_judged_too(dex, node, trial, name, reason):
    shown, _, status = trial(node, name, "--service", "sudo")
    assert shown["reason"] == reason
    assert status == (0 if reason == "none" else 1)
    assert shown["service"] == "sudo"
    if status:
        assert shown["refused by"] == "the account stage"


def test_with_bind_a_key_lets_the_person_in(dex, node, ssh, trial):
    _, text, status = trial(node, "alice", "--bind")
    assert status == 0
    assert "Nothing was changed." not in text
    assert "stage=bind" in node.log()
    assert node.id_of("alice")[2] >= {"platform-admins", "dev"}
    assert node.out("ls -A /run/playpen/sign-ins 2>/dev/null || true") == ""
    node.run("mkdir -p /home/alice; chown alice: /home/alice")
    options = authorize_key(node, "alice", "/home/alice")
    assert ssh(node, "alice", "id -un", options=options).result() == ("alice", 0)


def test_without_bind_a_key_does_not(dex, node, ssh, trial):
    assert trial(node, "alice")[2] == 0
    node.run("mkdir -p /home/alice")
    node.write("/home/alice/.ssh/authorized_keys", "", 0o600)
    options = ["-o", "BatchMode=yes"]
    assert ssh(node, "alice", "true", options=options).result()[1] != 0


def test_the_refresh_token_of_the_last_login_is_left_alone(
    dex, make_node, ssh, trial
):
    changes = {"groups": {"refresh_groups": "yes", "refresh_groups_after": "0"}}
    node = make_node(changes=changes)
    node.write("/etc/sudoers.d/playpen", SUDOERS.replace("ALL\n", "NOPASSWD: ALL\n"), 0o440)
    shell = ssh(node, "alice")
    shell.sign_in_to_shell()
    kept = "cat /run/playpen/refresh/* | sha256sum"
    before = node.out(kept)
    assert trial(node, "alice", "--service", "sudo")[2] == 0
    assert node.out(kept) == before
    assert "root" in shell.command("sudo -n id -un")
    assert "refreshed" in node.log(), "Dex still takes it"


def test_the_code_flow_is_tried_as_well(dex, make_node, trial):
    node = make_node(changes={"client": {"flow": "code"}})
    console = on_terminal(node, ["playpenctl", "test-login", "alice"])
    console.expect_exact(PASTE)
    url = ADDRESS.search(console.before).group(1)
    console.sendline("nonsense nonsense")
    console.expect_exact("Paste the code again: ")
    console.sendline(QuickPerson("alice").fetch_code(url))
    shown, _, status = finish(console)
    assert (status, shown["decision"]) == (0, "accept")


def test_what_sshd_would_show_is_shown(dex, node):
    console = on_terminal(node, ["playpenctl", "test-login", "alice", "--service", "sshd"])
    console.expect_exact(PROMPT)
    QuickPerson("alice").approve(ADDRESS.search(console.before).group(1))
    enter_until(console, "decision ")
    console.expect(EOF)
    assert "accept" in console.before


@pytest.mark.parametrize("secret, reason", [(SECRET, "none"), ("x", "client-refused")])
def test_a_service_s_secret_is_tried_and_not_echoed(dex, make_node, secret, reason):
    node = make_node(changes=account(auth="client-secret", pam_services="login"))
    line = ["playpenctl", "test-login", "svc-backup", "--service", "login"]
    console = on_terminal(node, line)
    console.expect_exact("Client secret: ")
    console.sendline(secret)
    shown, text, status = finish(console)
    assert shown["reason"] == reason
    assert status == (0 if reason == "none" else 1)
    assert SECRET not in text
    if status == 0:
        assert shown["client"] == "svc-backup" and "bound" not in shown


def test_what_the_provider_says_is_made_printable(dex, node, trial):
    dex.change_user("alice", groups=["dev", "\x1b[31mred\n"])
    shown, text, _ = trial(node, "alice")
    assert r"\x1b[31mred\x0a" in shown["claim groups"]
    assert "\x1b[31m" not in text
    assert shown["groups"] == "dev"


@pytest.mark.parametrize("name", ["root", "No-Name", "../x"])
def test_a_name_that_no_playpen_user_has_is_left_to_others(dex, node, name):
    done = node.run(["playpenctl", "test-login", name], check=False)
    assert done.returncode == 1
    assert "leaves it to others" in done.stderr
    assert dex.requests() == []


def test_it_is_root_s_alone(dex, node):
    done = node.run(["playpenctl", "test-login", "alice"], user="nobody", check=False)
    assert done.returncode == 1
    assert "needs root" in done.stderr
    assert dex.requests() == []


def test_without_a_terminal_and_an_answer_it_ends(dex, node):
    done = node.run(
        ["playpenctl", "test-login", "alice"], check=False, input="", timeout=20
    )
    assert done.returncode == 1
    assert "standard input ended before an answer" in done.stderr


def test_dex_down_is_said_at_once(no_dex, node):
    done = node.run(["playpenctl", "test-login", "alice"], check=False, timeout=10)
    shown = rows(done.stdout)
    assert done.returncode == 1
    assert shown["reason"] == "http-unreachable"
    assert "cannot be reached" in shown["is told"]
