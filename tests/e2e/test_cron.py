# SPDX-License-Identifier: MIT
"""Jobs of people: the real cron, which comes to the account stage alone."""

import pytest

from rig import paths
from rig.wait import until

pytestmark = [
    pytest.mark.release,
    pytest.mark.skipif(not paths.nodes_have("cron"), reason="there is no cron on nodes"),
]

# @reboot: as soon as cron starts, and not at the next full minute.
JOB = "@reboot id -un >/tmp/job 2>&1; sudo -n id -un >/tmp/job-sudo 2>&1; echo >/tmp/done\n"
OLD = (
    "import sqlite3; db = sqlite3.connect('/var/lib/playpen/state.db');"
    " db.execute('UPDATE accounts SET groups_expire_at = 1000'); db.commit()"
)
SUDOERS = "alice ALL=(ALL) NOPASSWD: ALL\nbob ALL=(ALL) NOPASSWD: ALL\n"


@pytest.fixture
def cron_node(dex, make_node):
    def make(changes=None):
        node = make_node(changes=changes)
        node.write("/etc/sudoers.d/playpen", SUDOERS, 0o440)
        return node

    return make


def start_cron(node, name):
    """A crontab as `crontab -e` of that person would leave it, and cron."""
    node.run(["crontab", "-u", name, "-"], input=JOB)
    node.run("cron")


def job_of(node, name):
    start_cron(node, name)
    until(lambda: node.exists("/tmp/done"), "the job's end")
    return node.read("/tmp/job").strip(), node.read("/tmp/job-sudo").strip()


def test_a_member_s_job_runs_and_may_use_sudo(cron_node, ssh):
    node = cron_node()
    assert ssh(node, "alice", "true").sign_in() == ("", 0)
    assert job_of(node, "alice") == ("alice", "root")
    assert "result=accept reason=none stage=account service=cron" in node.log()


def test_sudo_in_a_job_is_gated_as_anywhere(cron_node, ssh):
    node = cron_node()
    assert ssh(node, "bob", "true").sign_in() == ("", 0)
    name, become = job_of(node, "bob")
    assert name == "bob"
    assert "root" not in become.split()
    assert "none of the groups" in become


def test_old_groups_stop_no_job(cron_node, ssh):
    """groups_check = any-age is what cron goes by: the job of somebody on holiday."""
    node = cron_node()
    assert ssh(node, "alice", "true").sign_in() == ("", 0)
    node.run(["/usr/bin/python3", "-c", OLD])
    node.run("playpenctl publish")
    assert "platform-admins" not in node.id_of("alice")[2]
    assert job_of(node, "alice")[0] == "alice"


# The name of a closed account is nobody's: cron itself finds no such user.
@pytest.mark.parametrize("how, said", [("lock", "reason=locked"), ("close", "ORPHAN")])
def test_who_left_has_no_jobs(cron_node, ssh, how, said):
    node = cron_node()
    assert ssh(node, "alice", "true").sign_in() == ("", 0)
    node.run(["crontab", "-u", "alice", "-"], input=JOB)
    node.run(["playpenctl", "user", how, "alice"])
    node.run("cron")
    until(lambda: said in node.log(), "the refusal")
    assert not node.exists("/tmp/job")


def test_who_never_signed_in_has_none(cron_node):
    node = cron_node()
    node.run(["playpenctl", "user", "import", "-"], input='{"name":"bob"}\n')
    start_cron(node, "bob")
    until(lambda: "reason=no-account" in node.log(), "the refusal")
    assert not node.exists("/tmp/job")
