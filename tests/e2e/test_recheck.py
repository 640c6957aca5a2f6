# SPDX-License-Identifier: MIT
"""`recheck`: groups are asked for again without the person."""

import time

import pytest

SUDOERS = "Defaults timestamp_timeout=0\nalice ALL=(ALL) NOPASSWD: ALL\n"
RECHECK = {"groups": {"recheck": "yes", "recheck_after": "0"}}
AT_ONCE_SECONDS = 4
DATABASE = "import sqlite3; db = sqlite3.connect('/var/lib/playpen/state.db'); "
LONG_AGO = DATABASE + "db.execute('UPDATE accounts SET last_sign_in = 1000'); db.commit()"
SIGNED_IN = DATABASE + "print(*db.execute('SELECT last_sign_in FROM accounts').fetchone())"


@pytest.fixture
def shell(dex, make_node, ssh):
    return sign_in(make_node(changes=RECHECK), ssh)


@pytest.fixture
def stop_dex(dex):
    """Called, it stops Dex for the rest of the test."""
    yield dex.stop
    dex.restart()


def sign_in(node, ssh):
    node.write("/etc/sudoers.d/playpen", SUDOERS, 0o440)
    shell = ssh(node, "alice")
    shell.node = node
    shell.sign_in_to_shell()
    return shell


def became_root(shell):
    """sudo may ask nothing: NOPASSWD comes to the account stage alone."""
    return "root" in shell.command("sudo -n id -un 2>&1").split("\n")


def token_file(node):
    uid = node.id_of("alice")[0]
    return f"/run/playpen/refresh/{uid}"


def test_a_group_that_is_gone_is_gone_at_the_next_sudo(dex, shell):
    assert became_root(shell)
    dex.change_user("alice", groups=["dev"])
    assert not became_root(shell)
    assert "reason=group-missing" in shell.node.log()
    assert "platform-admins" not in shell.node.id_of("alice")[2]
    dex.undo_changes()
    assert became_root(shell), "and one that came back is back"


def test_an_answer_counts_until_its_time_has_come(dex, make_node, ssh):
    shell = sign_in(make_node(changes={"groups": {"recheck": "yes"}}), ssh)
    dex.forget_requests()
    dex.change_user("alice", groups=["dev"])
    assert became_root(shell), "fifteen minutes are not over"
    assert dex.requests() == []


def test_without_recheck_nothing_is_kept_and_nobody_asked(dex, make_node, ssh):
    shell = sign_in(make_node(), ssh)
    assert not shell.node.exists("/run/playpen/refresh")
    dex.forget_requests()
    assert became_root(shell)
    assert dex.requests() == []


def test_a_token_that_another_node_has_ended_means_unknown(dex, shell, make_node, ssh):
    node = shell.node
    assert became_root(shell)
    assert node.exists(token_file(node))
    sign_in(make_node("node-8", 8, RECHECK), ssh)
    dex.change_user("alice", groups=["dev"])
    assert became_root(shell), "the last answer counts"
    assert 'notes="not rechecked: grant-refused"' in node.log()
    assert not node.exists(token_file(node))
    dex.forget_requests()
    assert became_root(shell)
    assert dex.requests() == [], "with no token nobody is asked again"


def test_a_dex_that_is_away_is_asked_once_and_the_last_answer_counts(shell, stop_dex):
    stop_dex()
    started = time.monotonic()
    assert became_root(shell)
    assert time.monotonic() - started < AT_ONCE_SECONDS
    assert became_root(shell), "the next use does not even ask"
    assert shell.node.log().count("not rechecked: http-unreachable") == 1
    assert shell.node.exists(token_file(shell.node))


def test_the_token_is_for_root_alone_and_stands_nowhere_else(shell):
    node = shell.node
    path = token_file(node)
    assert node.out(["stat", "-c", "%a %U", path]) == "600 root"
    assert node.out(["stat", "-c", "%a %U", "/run/playpen/refresh"]) == "700 root"
    first = node.read(path).split("\n")[2]
    assert became_root(shell)
    second = node.read(path).split("\n")[2]
    assert len(first) > 20 and len(second) > 20
    log = node.log()
    assert "notes=rechecked" in log
    assert first not in log and second not in log


def test_a_recheck_is_no_sign_in(shell):
    node = shell.node
    node.run(["python3", "-c", LONG_AGO])
    assert became_root(shell)
    assert "notes=rechecked" in node.log().strip().split("service=sudo ")[1]
    assert node.out(["python3", "-c", SIGNED_IN]) == "1000"
