# SPDX-License-Identifier: MIT
"""require_groups and deny_groups, by every way in, before and after groups_ttl."""

import urllib.request

import pytest
from pexpect import EOF

from rig import paths
from rig.console import WAITING, on_terminal
from rig.dex import Dex
from rig.person import QuickPerson
from rig.service import account, askpass, assert_accepted, assert_refused
from rig.ssh import ADDRESS, authorize_key
from rig.wait import until
from test_keys import OLD, sql, with_key
from test_ways_round import decisions

pytestmark = pytest.mark.release

DENIED = {"deny_groups": "contractors"}
GATE = {
    "groups": {"missing_claim": "unknown"},
    "service.default": DENIED,
    "service.sudo": {"require_groups": None},
}
SUDOERS = "Defaults timestamp_timeout=0\nalice ALL=(ALL) ALL, NOPASSWD: /usr/bin/true\n"
JOB = "@reboot true\n"
# Without a word about groups the key and NOPASSWD wait for a sign-in, jobs do not.
EXPIRED = {"key": "groups-expired", "nopasswd": "groups-expired"}


def key(node, options):
    with_key(node, options)


def nopasswd(node, _):
    node.run("sudo -n true", user="alice", check=False)


def cron(node, _):
    seen = len(decisions(node))
    node.run("kill $(cat /run/crond.pid)", check=False)
    node.run("rm -f /run/crond.pid /run/crond.reboot; cron")
    until(lambda: len(decisions(node)) > seen, "the job")


def sudo(node, _):
    console = on_terminal(node, ["setpriv", "--reuid=alice", "--clear-groups", "sudo", "id"])
    # A gate that the groups on record close needs no browser.
    if console.expect_exact([WAITING, EOF]) == 0:
        QuickPerson("alice").approve(ADDRESS.search(console.before).group(1))
        console.expect(EOF)
    console.close(force=True)


# The last one makes a record that is new, so it comes last.
WAYS = [key, nopasswd, cron, sudo] if paths.nodes_have("cron") else [key, nopasswd, sudo]


def reasons(node, options):
    """What each way came to: the reason of its account stage."""
    found = {}
    for way in WAYS:
        way(node, options)
        found[way.__name__] = decisions(node)[-1]["reason"]
    return found


def by_browser(node, ssh, **options):
    """Signs in; gives the reason of the account stage."""
    connection = ssh(node, "alice", "true")
    connection.wait_for_screen()
    connection.approve(**options)
    connection.enter_until(EOF)
    status = connection.result()[1]
    reason = decisions(node)[-1]["reason"]
    assert (status == 0) == (reason == "none")
    return reason


@pytest.mark.parametrize("groups, reason", [
    (["dev"], "none"),
    (["dev", "contractors"], "group-denied"),
    ([], "groups-unknown"),  # Dex leaves the claim out
])
def test_a_denied_group_is_denied_by_every_way(dex, make_node, ssh, groups, reason):
    node = make_node(changes=GATE)
    node.write("/etc/sudoers.d/playpen", SUDOERS, 0o440)
    dex.change_user("alice", groups=groups)
    assert by_browser(node, ssh) == reason
    node.run(["crontab", "-u", "alice", "-"], input=JOB, check=False)
    options = authorize_key(node, "alice", "/home/alice")
    ways = {way.__name__: reason for way in WAYS}
    assert reasons(node, options) == ways
    sql(node, OLD)
    assert reasons(node, options) == {**ways, **EXPIRED}
    sql(node, OLD)
    assert by_browser(node, ssh) == reason
    assert reasons(node, options) == ways


def test_who_is_in_no_group_signs_in_where_no_gate_is(dex, make_node, ssh):
    node = make_node()
    dex.change_user("alice", groups=[])
    assert ssh(node, "alice", "id", "-Gn").sign_in() == ("alice playpen-users", 0)
    options = authorize_key(node, "alice", "/home/alice")
    assert with_key(node, options)[0] == 0, "a check of no groups counts like any other"
    assert "until" in node.out("playpenctl user show alice")
    node.configure({"groups": {"missing_claim": "unknown"}})
    assert ssh(node, "alice", "true").sign_in() == ("", 0)
    assert with_key(node, options)[0] == 0
    assert "not said by the provider" in node.out("playpenctl user show alice")
    node.configure({"service.sshd": {"require_groups": "crew platform-admins"}})
    status, _, said = with_key(node, options)
    assert status == 255 and "sshd goes by groups (crew, platform-admins)" in said


def test_who_is_in_no_group_is_denied_nothing_if_a_missing_claim_says_so(
    dex, make_node, ssh
):
    node = make_node(changes={**GATE, "groups": {"missing_claim": "none"}})
    dex.change_user("alice", groups=[])
    assert by_browser(node, ssh) == "none"
    dex.change_user("alice", groups=["contractors"])
    assert by_browser(node, ssh) == "group-denied"


class _WithoutGroups(urllib.request.HTTPRedirectHandler):
    """Takes the scope out of the address that Dex leads the browser to."""

    def redirect_request(self, req, fp, code, msg, headers, newurl):
        changed = newurl.replace("+groups", "")
        self.changed = getattr(self, "changed", False) or changed != newurl
        return super().redirect_request(req, fp, code, msg, headers, changed)


@pytest.mark.parametrize("changes, reason", [
    ({"groups": {"missing_claim": None}}, "groups-unknown"),
    ({"groups": {"missing_claim": "none"}}, "none"),
])
def test_who_takes_the_scope_out_of_the_address_is_denied_by_default(
    dex, make_node, ssh, changes, reason
):
    """Why unknown is the default beside deny_groups: Dex does not tell."""
    node = make_node(changes={**GATE, **changes})
    dex.change_user("alice", groups=["contractors"])
    connection = ssh(node, "alice", "true")
    connection.wait_for_screen()
    person = QuickPerson("alice")
    handler = _WithoutGroups()
    person._opener.add_handler(handler)
    person._opener.handle_error["http"][302] = [handler]
    person._opener.handle_error["http"][303] = [handler]
    person.approve(connection.url)
    assert handler.changed
    connection.enter_until(EOF)
    connection.result()
    assert decisions(node)[-1]["reason"] == reason


def test_a_service_account_is_denied_by_the_groups_of_its_section(dex, make_node):
    node = make_node(changes={**GATE, **account(groups="contractors")})
    assert_refused(node, askpass(), "group-denied")
    sql(node, OLD)
    assert_refused(node, askpass(), "group-denied")
    node.configure({**GATE, **account(groups="dev")})
    assert_accepted(node, askpass())
    sql(node, OLD)
    assert_accepted(node, askpass())


def test_people_of_a_stock_dex_need_a_preferred_username_and_no_groups(
    no_dex, make_node, ssh
):
    """v2.45.1 with staticPasswords as its documentation has them."""
    node = make_node()
    keys = ("email", "hash", "userID", "username")
    stock = Dex("release")
    people = stock.config["staticPasswords"]
    stock.config["staticPasswords"] = [{k: p[k] for k in keys} for p in people]
    stock.start()
    try:
        connection = ssh(node, "alice", "true")
        connection.wait_for_screen()
        connection.approve()
        connection.enter_until(EOF)
        text, status = connection.result()
        assert status == 255 and "did not say which user name you have" in text
        decision = decisions(node)[-1]
        assert decision["reason"] == "username-missing"
        assert "preferred_username" in decision["message"]
        stock.stop()
        for person in stock.config["staticPasswords"]:
            person["preferredUsername"] = person["username"]
        stock.start()
        assert ssh(node, "alice", "id", "-Gn").sign_in() == ("alice playpen-users", 0)
    finally:
        stock.stop()
