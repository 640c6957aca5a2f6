# SPDX-License-Identifier: MIT
"""A node that systemd has booted: sessions are logind's there."""

import re

import pytest

from rig import paths
from rig.booted import BootedNode, why_not
from rig.ssh import authorize_key
from rig.wait import until
from test_freshness import ADDRESS_LINE, ASKS, SHELL, SUDOERS, asks

pytestmark = [
    pytest.mark.release,
    pytest.mark.skipif(why_not() is not None, reason=str(why_not())),
]

OLD = (
    "import sqlite3; db = sqlite3.connect('/var/lib/playpen/state.db');"
    " db.execute('UPDATE accounts SET groups_expire_at = 1000'); db.commit()"
)


@pytest.fixture
def booted(dex, make_node, request):
    """A node of make_node's list, so that a failure shows its log."""
    node = BootedNode("node-9", "127.0.1.9")
    request.addfinalizer(node.stop)
    make_node.made.append(node)
    node.start().configure({"service.sudo": {"sign_in_max_age": "1h"}})
    node.write("/etc/sudoers.d/playpen", SUDOERS, 0o440)
    return node.start_sshd()


def sign_ins(node):
    return node.out("ls /run/playpen/sign-ins").split()


def test_a_sign_in_counts_for_its_own_session_of_logind(dex, booted, ssh):
    first = ssh(booted, "alice")
    first.sign_in_to_shell()
    session = first.command("echo $XDG_SESSION_ID").strip()
    assert session
    uid = booted.id_of("alice")[0]
    assert sign_ins(booted) == [f"logind-{session}.{uid}"]
    assert session in booted.out("loginctl --no-legend list-sessions")
    dex.forget_requests()
    assert not asks(first)
    assert dex.requests() == []
    options = authorize_key(booted, "alice", "/home/alice")
    second = ssh(booted, "alice", options=options)
    second.terminal.expect(SHELL)
    assert second.command("echo $XDG_SESSION_ID").strip() not in ("", session)
    assert asks(second), "another session of the same person"
    assert not asks(first)
    first.terminal.sendline("exit")
    first.result()
    assert sign_ins(booted) == [], "logging out ends it"


def test_what_the_person_s_own_service_manager_starts_asks(dex, booted, ssh):
    shell = ssh(booted, "alice")
    shell.sign_in_to_shell()
    session = shell.command("echo $XDG_SESSION_ID").strip()
    assert not asks(shell)
    scope = f"systemd-run --user --scope -q --unit=session-{session} sudo id -un"
    assert asks(shell, scope), "nor does a scope of the session's own name help"
    assert not asks(shell)


RUN = "systemd-run --user --pty -q"


def key_session(node, ssh, name="alice"):
    """A session by key alone, in which nobody has signed in."""
    options = authorize_key(node, name, f"/home/{name}")
    session = ssh(node, name, options=options)
    session.terminal.expect(SHELL)
    return session


def sign_in_at(shell, command):
    """Signs in at a sudo that asks, to the prompt that follows."""
    shell.terminal.sendline(command)
    shell.terminal.expect(ADDRESS_LINE)
    shell.url = shell.terminal.match.group(1)
    shell.approve()
    shell.terminal.expect_exact("\nroot\r")
    shell.terminal.expect(SHELL)


def test_a_sign_in_below_the_service_manager_counts_in_no_other_session(dex, booted, ssh):
    """All sessions of a user share the manager, and its audit session."""
    first = ssh(booted, "alice")
    first.sign_in_to_shell()
    line = f"{RUN} sudo id -un"
    sign_in_at(first, line)
    second = key_session(booted, ssh)
    assert asks(second, line), "another session"
    assert asks(second), "nor there outside of the manager"
    assert asks(first, line), "nor on another terminal of the same session"
    first.terminal.sendline("exit")
    first.result()
    assert asks(second, line), "nor after the first has logged out"


def test_a_sign_in_on_a_terminal_of_the_manager_counts_there(dex, booted, ssh):
    shell = ssh(booted, "alice")
    shell.sign_in_to_shell()
    shell.terminal.sendline(f"{RUN} bash --norc")
    shell.terminal.expect(SHELL)
    sign_in_at(shell, "sudo id -un")
    assert not asks(shell), "on that terminal"
    assert any(name.startswith("terminal-") for name in sign_ins(booted))
    shell.terminal.sendline("exit")
    shell.terminal.expect(SHELL)
    shell.terminal.sendline(f"{RUN} bash --norc")
    shell.terminal.expect(SHELL)
    assert asks(shell), "on the next one"


def test_a_scope_counts_for_its_own_terminal(dex, booted, ssh):
    line = "systemd-run --user --scope -q sudo id -un"
    first = ssh(booted, "alice")
    first.sign_in_to_shell()
    sign_in_at(first, line)
    assert not asks(first, line)
    assert asks(key_session(booted, ssh), line)


def test_without_a_terminal_a_sign_in_below_the_manager_counts_once(dex, booted, ssh):
    first = ssh(booted, "alice")
    first.sign_in_to_shell()
    uid = booted.id_of("alice")[0]
    before = sign_ins(booted)
    first.command("systemd-run --user --wait -q sh -c 'sudo -S id -un </dev/null >~/out 2>&1'")
    assert "root" not in booted.read("/home/alice/out").split("\n")
    assert sign_ins(booted) == before and any(str(uid) in name for name in before)


@pytest.mark.parametrize("program", ["tmux", "screen"])
def test_a_terminal_that_a_session_left_behind_is_its_own(dex, booted, ssh, program):
    """tmux and screen outlive the session that they were started in, and other
    sessions of the user attach to them."""
    if booted.run(["which", program], check=False).returncode:
        pytest.skip(f"no {program}")
    attach = {"tmux": "tmux attach", "screen": "screen -x"}[program]
    first = ssh(booted, "alice")
    first.sign_in_to_shell()
    assert not asks(first)
    first.command({"tmux": "tmux -f /dev/null new-session -d -x 80 -y 24",
                   "screen": "screen -c /dev/null -d -m"}[program])
    second = key_session(booted, ssh)
    second.terminal.sendline(attach)
    second.terminal.expect(r"[$#] ")
    second.terminal.sendline("sudo id -un")
    assert second.terminal.expect_exact([ASKS, "\nroot\r"]) == 0
    second.terminal.sendintr()


def test_lingering_keeps_no_sign_in(dex, booted, ssh):
    first = ssh(booted, "alice")
    first.sign_in_to_shell()
    booted.run(["loginctl", "enable-linger", "alice"])
    line = f"{RUN} sudo id -un"
    sign_in_at(first, line)
    first.terminal.sendline("exit")
    first.result()
    second = key_session(booted, ssh)
    assert asks(second, line)
    assert asks(second)


def test_systemd_user_goes_by_what_is_known(dex, booted, ssh):
    """groups_check = any-age: the age of groups is no matter, a lock is."""
    assert ssh(booted, "alice", "true").sign_in()[1] == 0
    uid = booted.id_of("alice")[0]
    unit = f"user@{uid}.service"
    until(lambda: not is_active(booted, unit), "the end of the first one", 30)
    booted.run(["/usr/bin/python3", "-c", OLD])
    booted.run("playpenctl publish")
    assert "platform-admins" not in booted.id_of("alice")[2]
    booted.run(["systemctl", "start", unit])
    assert is_active(booted, unit)
    booted.run(["systemctl", "stop", unit])
    booted.run("playpenctl user lock alice")
    assert booted.run(["systemctl", "start", unit], check=False).returncode != 0
    line = [l for l in booted.log().split("\n") if "reason=locked" in l][-1]
    assert "stage=account service=systemd-user name=alice" in line


def is_active(node, unit):
    return node.run(["systemctl", "is-active", unit], check=False).returncode == 0


def queries():
    """What docs/how-to/monitoring.md asks journald: the lines of the blocks and of the
    first column of the table."""
    text = (paths.SOURCE / "docs/how-to/monitoring.md").read_text()
    blocks = re.findall(r"^    (journalctl [^#\n]*)", text, re.MULTILINE)
    return blocks, re.findall(r"^\| ([^|]*) \| `(journalctl [^`]*)`", text, re.MULTILINE)


def test_the_documented_queries_find_who_is_where_and_who_was_refused(dex, booted, ssh):
    assert ssh(booted, "alice", "true").sign_in() == ("", 0)
    booted.run("playpenctl user lock bob")
    assert ssh(booted, "bob", "true").result()[1] == 255
    blocks, table = queries()
    assert len(blocks) == 4 and len(table) == 4
    answers = {question: booted.out(f"{line} --no-pager -q") for question, line in table}
    assert " name=alice " in answers["who signed in"]
    assert " name=alice " in answers["where alice came in, and when"]
    assert " name=bob " in answers["who was refused, and why"]
    assert "reason=locked" in answers["who was refused, and why"]
    for question in ("who signed in", "where alice came in, and when"):
        assert "name=bob" not in answers[question]
    assert "name=alice" not in answers["who was refused, and why"]
    assert 'command="user lock" name=bob ' in answers["what an administrator changed"]
    refused, changed, of_bob, alerts = [booted.run(f"{line} --no-pager -q", check=False).stdout
                                        for line in blocks]
    assert "name=bob" in refused and "name=alice" not in refused
    assert 'command="user lock" name=bob ' in changed
    assert "name=bob " in of_bob and "name=alice" not in of_bob
    assert alerts == ""


LOGINS = 4
LINES_A_LOGIN = 3


def lines_of_playpen(node, *options):
    text = node.out(["journalctl", "--no-pager", "-q", "-o", "cat",
                     "SYSLOG_FACILITY=10", *options])
    return [line for line in text.splitlines() if "playpen" in line or "result=" in line]


def test_logins_and_logouts_are_no_alert(dex, booted, ssh):
    first = ssh(booted, "alice", "true")
    assert first.sign_in() == ("", 0)
    options = authorize_key(booted, "alice", "/home/alice")
    for _ in range(LOGINS):
        assert ssh(booted, "alice", "true", options=options).result() == ("", 0)
    shell = ssh(booted, "alice")
    shell.sign_in_to_shell()
    assert not asks(shell)
    shell.terminal.sendline("exit")
    shell.result()
    uid = booted.id_of("alice")[0]
    until(lambda: booted.run(["systemctl", "is-active", "-q", f"user@{uid}"],
                             check=False).returncode != 0,
          "the end of the user manager", 60)
    assert lines_of_playpen(booted, "-p", "warning") == []
    said = lines_of_playpen(booted)
    sshd = [line for line in said if "service=sshd" in line]
    assert len(sshd) <= (LOGINS + 2) * LINES_A_LOGIN, said
