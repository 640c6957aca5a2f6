# SPDX-License-Identifier: MIT
"""Names as companies have them: upper case, dots, domains."""

import pytest
from pexpect import EOF

from rig.console import on_terminal, wait_for_url
from rig.day_key import HOME, Machine
from rig.day_login import ON, connect, switch_on
from rig.person import QuickPerson
from rig.ssh import authorize_key
from test_keys import with_key
from test_ways_round import decisions

pytestmark = pytest.mark.release

CLAIM = "Alice.Smith@Corp.Example"
NAME = "alice.smith"
SETTINGS = {"strip_domain": "corp.example", "fold_case": "yes", "allow_dots": "yes"}


def refused(ssh, node, name, by):
    connection = ssh(node, name, "true")
    connection.wait_for_screen()
    connection.approve(by=by)
    connection.enter_until(EOF)
    text, status = connection.result()
    assert status == 255
    return text, decisions(node)[-1]


def test_a_name_with_all_of_it_is_a_user_like_any_other(dex, make_node, ssh):
    dex.change_user("alice", preferredUsername=CLAIM)
    node = make_node(changes={"identity": SETTINGS})
    text, status = ssh(node, NAME, "id -un; pwd").sign_in(by="alice")
    assert (text.split(), status) == ([NAME, f"/home/{NAME}"], 0)
    options = authorize_key(node, NAME, f"/home/{NAME}")
    assert with_key(node, options, NAME)[0] == 0
    node.write("/etc/sudoers.d/people", f"{NAME} ALL=(ALL) ALL\n", 0o440)
    command = ["setpriv", f"--reuid={NAME}", "--clear-groups", "sudo", "id", "-un"]
    console = on_terminal(node, command)
    QuickPerson("alice").approve(wait_for_url(console)[1])
    console.expect("root")
    console.close(force=True)
    node.run(["playpenctl", "user", "lock", NAME])
    assert with_key(node, options, NAME)[0] == 255
    assert node.run(["id", CLAIM], check=False).returncode == 1


@pytest.mark.parametrize("without", sorted(SETTINGS))
def test_without_a_setting_the_log_says_which_one_would_help(dex, make_node, ssh, without):
    dex.change_user("alice", preferredUsername=CLAIM)
    settings = {**SETTINGS, without: None}
    node = make_node(changes={"identity": settings})
    if without == "allow_dots":  # NSS does not answer for such a name either
        text, _ = ssh(node, NAME, "true", options=["-o", "BatchMode=yes"]).result()
        assert "Permission denied" in text
        return
    text, decision = refused(ssh, node, NAME, by="alice")
    assert f"Your name at Playpen is {CLAIM}, which is not a name on this node" in text
    assert decision["reason"] == "name-invalid"
    assert without in decision["message"]


@pytest.mark.parametrize("claim, name, settings", [
    ("Alice", "alice", {"fold_case": "yes"}),
    ("alice.smith", "alice.smith", {"allow_dots": "yes"}),
    (CLAIM, NAME, SETTINGS),
])
def test_a_certificate_carries_such_a_name(dex, make_node, claim, name, settings):
    """--name says which user of the nodes it is, the token who the person is."""
    dex.change_user("alice", preferredUsername=claim)
    changes = {**ON, "identity": {**ON["identity"], **settings}}
    node = switch_on(make_node("node-8", 8, changes=changes))
    strict = switch_on(make_node("node-9", 9, changes=ON))
    laptop = Machine(make_node("laptop", 7))
    laptop.login(QuickPerson("alice"), "--name", name)
    laptop.host.write(f"{HOME}/.ssh/config", laptop.out("playpen-ssh", "config") + "\n", 0o644)
    done = connect(laptop, node, name=name)
    assert (done.stdout.strip(), done.returncode) == (name, 0), done.stderr
    assert connect(laptop, node, name="bob").returncode == 255
    assert connect(laptop, strict, name=name).returncode == 255
    assert name not in strict.out("playpenctl user list")


def test_another_person_is_no_other_spelling(dex, make_node, ssh):
    node = make_node(changes={"identity": {"fold_case": "yes"}})
    dex.change_user("bob", preferredUsername="Bob")
    assert "Another person approved" in refused(ssh, node, "alice", by="bob")[0]
    assert ssh(node, "bob", "id", "-un").sign_in(by="bob") == ("bob", 0)


def test_two_people_of_one_name_do_not_share_it(dex, make_node, ssh):
    node = make_node(changes={"identity": {"fold_case": "yes"}})
    assert ssh(node, "alice", "true").sign_in() == ("", 0)
    dex.change_user("bob", preferredUsername="ALICE")
    assert refused(ssh, node, "alice", by="bob")[1]["reason"] == "name-taken"


def test_a_domain_of_another_connector_is_refused(dex, make_node, ssh):
    domains = "corp.example/local lab.example/elsewhere"
    node = make_node(changes={"identity": {
        "strip_domain": domains, "connectors": "local elsewhere"}})
    dex.change_user("alice", preferredUsername="alice@lab.example")
    assert refused(ssh, node, "alice", by="alice")[1]["reason"] == "connector-refused"
    dex.change_user("alice", preferredUsername="alice@corp.example")
    assert ssh(node, "alice", "true").sign_in() == ("", 0)
