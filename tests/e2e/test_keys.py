# SPDX-License-Identifier: MIT
"""SSH keys: the account stage alone decides, and says why on ssh's own standard
error. Each refusal is undone, and the same key opens again."""

import json
import pathlib
import subprocess

import pytest
from pexpect import EOF

from rig.ssh import OPTIONS, authorize_key
from rig.wait import until
from test_ways_round import decisions

pytestmark = pytest.mark.release

PAMCALL = (pathlib.Path(__file__).parent / "rig" / "pamcall.py").read_text()
DATABASE = "import sqlite3; db = sqlite3.connect('/var/lib/playpen/state.db'); "
OLD = "UPDATE accounts SET groups_expire_at = 1000"
GOOD = "UPDATE accounts SET groups_expire_at = strftime('%s', 'now') + 3600"
GATE = """\
auth required pam_permit.so
account [success=ok new_authtok_reqd=ok ignore=ignore default=die] pam_playpen.so
account required pam_permit.so
"""
PERM_DENIED, ACCT_EXPIRED = 6, 13


def sql(node, statement):
    node.run(["python3", "-c", f"{DATABASE}db.execute({statement!r}); db.commit()"])
    node.run("playpenctl publish")


def require(*groups):
    def change(node):
        node.configure({"service.sshd": {"require_groups": " ".join(groups)}})

    return change


def deny(*groups):
    def change(node):
        node.configure({"service.sshd": {"deny_groups": " ".join(groups)}})

    return change


# How the account comes to be refused, how that is undone, the word, the words.
REFUSALS = [
    (lambda n: n.run("playpenctl user lock alice"),
     lambda n: n.run("playpenctl user unlock alice"),
     "locked", "The account alice is locked on this node."),
    (require("crew"), require("crew", "platform-admins"),
     "group-missing", "none of the groups that sshd requires on this node (crew)."),
    (lambda n: sql(n, OLD), lambda n: sql(n, GOOD),
     "groups-expired", "Your groups were last checked too long ago."),
    (lambda n: (require("dev")(n), sql(n, "UPDATE accounts SET groups_known = 0")),
     lambda n: sql(n, "UPDATE accounts SET groups_known = 1"),
     "groups-unknown", "sshd goes by groups (dev), and yours are unknown"),
    (deny("crew", "dev"), deny("crew"),
     "group-denied", "You are in a group that may not use sshd on this node."),
    (lambda n: n.run("playpenctl user unbind alice"), None,
     "no-account", "There has been no sign-in as alice on this node yet."),
]


def with_key(node, options, name="alice", command="true"):
    """ssh with nobody there: status, standard output, standard error."""
    done = subprocess.run(
        ["ssh", *OPTIONS, *options, f"{name}@{node.address}", command],
        capture_output=True, text=True, timeout=60, check=False, stdin=subprocess.DEVNULL,
    )
    return done.returncode, done.stdout.strip(), done.stderr


@pytest.fixture
def bound(dex, make_node, ssh):
    """A node where alice has signed in, and the options that use her key."""
    node = make_node()
    assert ssh(node, "alice", "true").sign_in() == ("", 0)
    dex.forget_requests()
    return node, authorize_key(node, "alice", "/home/alice")


@pytest.mark.parametrize("spoil, mend, reason, sentence", REFUSALS)
def test_the_account_stage_refuses_and_says_why(dex, bound, spoil, mend, reason, sentence):
    node, options = bound
    root = authorize_key(node, "root", "/root")
    node.run("useradd -m local")
    local = authorize_key(node, "local", "/home/local")
    assert with_key(node, options)[0] == 0
    spoil(node)
    status, out, said = with_key(node, options, command="id")
    assert (status, out) == (255, "")
    assert sentence in said
    decision = decisions(node)[-1]
    assert (decision["stage"], decision["reason"]) == ("account", reason)
    assert dex.requests() == [], "no network"
    # Who is not ours notices nothing.
    assert with_key(node, root, "root")[0] == 0
    assert with_key(node, local, "local")[0] == 0
    if mend:
        mend(node)
        assert with_key(node, options)[0] == 0


def test_a_key_takes_over_nothing_of_a_former_user_before_the_first_sign_in(make_node):
    """A roster has bound alice, and root keeps a key for the name, perhaps of a
    former alice."""
    node = make_node(changes={"service.sshd": {"groups_check": "any-age"}})
    node.run("echo '{\"name\": \"alice\", \"subject\": \"sub-alice\"}' | "
             "playpenctl user import -")
    options = authorize_key(node, "root", "/root")
    node.stop_sshd()
    node.run("mkdir -p /etc/ssh/keys && cp /root/.ssh/authorized_keys /etc/ssh/keys/alice && "
             "chmod 755 /etc/ssh/keys && chmod 644 /etc/ssh/keys/alice")
    node.write("/etc/ssh/sshd_config.d/10-keys.conf",
               "AuthorizedKeysFile .ssh/authorized_keys /etc/ssh/keys/%u\n")
    node.start_sshd()
    node.run("mkdir -p /home/alice && chown 4711:4711 /home/alice")
    status, _, said = with_key(node, options)
    assert status == 255 and "Files of a former user alice are on this node" in said
    decision = decisions(node)[-1]
    assert (decision["stage"], decision["reason"]) == ("account", "leftovers")
    node.run("chown alice: /home/alice")
    assert with_key(node, options)[0] == 0
    assert "the name is in: /etc/ssh/keys/alice of 20" in node.log()


def account_stage(node, service):
    """What it says to a program of that name, without ssh and its look-ups."""
    node.write("/tmp/pamcall.py", PAMCALL)
    text = node.out(["python3", "/tmp/pamcall.py", service, "alice", "1"])
    return json.loads(text)["account"][0][0]


def test_a_removed_account_is_nobody_for_sshd_and_refused_by_the_account_stage(bound):
    node, options = bound
    node.run("playpenctl user close alice")
    status, _, said = with_key(node, options)
    assert status == 255 and "Permission denied" in said
    node.write("/etc/pam.d/gate", GATE)
    assert account_stage(node, "gate") == ACCT_EXPIRED
    assert decisions(node)[-1]["reason"] == "account-closed"
    node.run("playpenctl user reopen alice")
    assert with_key(node, options)[0] == 0


def test_jobs_go_on_while_groups_are_old_and_end_with_a_lock(bound):
    node, options = bound

    def account(service):
        return account_stage(node, service)

    services = ("cron", "sshd")
    assert [account(s) for s in services] == [0, 0]
    sql(node, OLD)
    assert [account(s) for s in services] == [0, PERM_DENIED]
    node.configure({"service.cron": {"groups_check": "fresh"}})
    assert account("cron") == PERM_DENIED
    node.configure()
    sql(node, GOOD)
    node.run("playpenctl user lock alice")
    assert {account(s) for s in services} <= {PERM_DENIED, ACCT_EXPIRED}
    node.run("playpenctl user unlock alice")
    assert [account(s) for s in services] == [0, 0]



@pytest.fixture
def closed_node(dex, make_node):
    """A node whose own settings let nobody in but by key."""
    node = make_node()
    node.stop_sshd()
    text = node.read("/etc/ssh/sshd_config")
    rules = "\nPasswordAuthentication no\nKbdInteractiveAuthentication no\n"
    node.write("/etc/ssh/sshd_config", text + rules)
    node.run("useradd -m -s /bin/bash local; echo local:secret-of-local | chpasswd")
    return node.start_sshd()


def test_the_drop_in_opens_nothing_for_local_users(closed_node, ssh):
    node = closed_node
    assert ssh(node, "alice", "id", "-un").sign_in() == ("alice", 0), "a first login, too"
    for method in ("password", "keyboard-interactive"):
        options = ["-o", f"PreferredAuthentications={method}"]
        text, status = ssh(node, "local", "true", options=options).result()
        assert status == 255 and "Permission denied (publickey)" in text
    for name, home in (("root", "/root"), ("local", "/home/local")):
        assert with_key(node, authorize_key(node, name, home), name)[0] == 0


def test_the_drop_in_takes_the_password_prompt_from_people(node, ssh):
    """Where local users may use passwords, people are not asked for one."""
    node.run("useradd -m -s /bin/bash local; echo local:secret-of-local | chpasswd")
    connection = ssh(node, "local", "id", "-un")
    connection.terminal.expect("password: ")
    connection.terminal.sendline("secret-of-local")
    assert connection.result() == ("local", 0)
    options = ["-o", "PreferredAuthentications=password"]
    text, status = ssh(node, "alice", "true", options=options).result()
    assert status == 255 and "keyboard-interactive" in text


def test_locking_with_kill_ends_all_of_it_now(dex, make_node, ssh):
    node = make_node()
    node.write("/etc/sudoers.d/playpen", "alice ALL=(ALL) NOPASSWD: ALL\n", 0o440)
    root = authorize_key(node, "root", "/root")
    shell = ssh(node, "alice")
    shell.sign_in_to_shell()
    shell.command("setsid sleep 1000 </dev/null >/dev/null 2>&1 & echo")
    shell.command("nohup sudo sleep 1001 </dev/null >/dev/null 2>&1 & echo")
    until(lambda: len(node.processes("sleep")) == 2, "both jobs")
    options = authorize_key(node, "alice", "/home/alice")
    said = node.out("playpenctl user lock alice --kill")
    assert "ended" in said
    shell.terminal.expect(EOF)
    until(lambda: node.processes("sleep") == [], "the end of both jobs")
    assert with_key(node, options)[0] == 255
    assert with_key(node, root, "root")[0] == 0


def test_who_has_not_come_for_long_is_listed(dex, bound, ssh):
    node, _ = bound
    assert ssh(node, "bob", "true").sign_in() == ("", 0)
    sql(node, "UPDATE accounts SET last_sign_in = last_sign_in - 40 * 86400 WHERE name = 'bob'")
    listed = node.out("playpenctl user list --inactive 30")
    assert "bob" in listed and "alice" not in listed
    assert "bob" not in node.out("playpenctl user list --inactive 50")
