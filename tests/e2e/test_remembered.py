# SPDX-License-Identifier: MIT
"""A certificate that let its user in is remembered; what ends that."""

import pytest

from rig.day_login import ON, Watched, connect, signed_in_laptop, switch_on
from rig.person import QuickPerson

pytestmark = pytest.mark.release

CONFIGURATION = "/etc/playpen/playpen.conf.d/90-more.conf"


@pytest.fixture
def node(make_node):
    return switch_on(make_node("node-8", 8, changes=ON))


@pytest.fixture
def laptop(dex, make_node):
    return signed_in_laptop(make_node("laptop", 7))


def log_in(laptop, node):
    """The helpers that a login starts."""
    with Watched(node) as watched:
        assert connect(laptop, node).returncode == 0, node.log()
    assert "playpen-keys" in watched.started
    return watched.started


def test_the_second_login_starts_no_worker_and_asks_nobody(laptop, node, dex):
    assert "playpen-oidc" in log_in(laptop, node)
    dex.forget_requests()
    started = log_in(laptop, node)
    assert "playpen-oidc" not in started
    # For the account stage; to open the session needs none.
    assert started[:started.index("id")].count("playpen-policy") == 1, started
    assert not dex.requests()


def test_a_second_certificate_is_read_by_the_worker(laptop, node):
    log_in(laptop, node)
    laptop.login(QuickPerson("alice"))
    assert "playpen-oidc" in log_in(laptop, node)
    assert "playpen-oidc" not in log_in(laptop, node)


def test_each_change_of_a_file_that_was_decided_by_ends_it(laptop, node):
    node.run("mkdir -p /etc/playpen/playpen.conf.d /etc/playpen/accounts.d")
    log_in(laptop, node)
    for change in [
            f"printf '[groups]\\ngroups_ttl = 2h\\n' >{CONFIGURATION}",
            f"touch {CONFIGURATION}",
            f"rm {CONFIGURATION}",
            "touch /var/cache/playpen/x && rm /var/cache/playpen/x",
            "touch /usr/libexec/playpen/playpen-policy"]:
        assert "playpen-oidc" not in log_in(laptop, node), change
        node.run(change)
        assert "playpen-oidc" in log_in(laptop, node), change


def test_a_lock_counts_for_a_remembered_certificate(laptop, node):
    log_in(laptop, node)
    node.run("playpenctl user lock alice")
    assert connect(laptop, node).returncode == 255
    assert "reason=locked" in node.log()
    node.run("playpenctl user unlock alice")
    assert "playpen-oidc" not in log_in(laptop, node)


def test_only_root_can_read_or_forge_what_is_remembered(laptop, node):
    log_in(laptop, node)
    shown = node.out("stat -c '%a %U' /run/playpen/certificates /run/playpen/certificates/*")
    assert shown.splitlines() == ["700 root", "600 root"]
    node.run("chmod 666 /run/playpen/certificates/*")
    assert "playpen-oidc" in log_in(laptop, node)


def test_no_remembered_certificate_counts_once_they_are_switched_off(laptop, node):
    log_in(laptop, node)
    node.configure({**ON, "ssh": {"certificates": "no"}})
    assert connect(laptop, node).returncode == 255
    node.configure(ON)
    assert connect(laptop, node).returncode == 0
