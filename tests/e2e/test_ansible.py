# SPDX-License-Identifier: MIT
"""Ansible over fifty nodes that nobody has signed in on, after one browser visit."""

import re
import time

import pytest

from rig.day_key import HOME, USER, Machine
from rig.day_login import ON, QUIET, switch_on
from rig.person import QuickPerson

COUNT = 50
FIRST = 100  # 127.0.1.100 and so on
SETTINGS = {"ANSIBLE_HOST_KEY_CHECKING": "False", "ANSIBLE_TIMEOUT": "120",
            "ANSIBLE_SSH_RETRIES": "0", "ANSIBLE_NOCOLOR": "1"}


@pytest.fixture
def nodes(make_node):
    return [switch_on(make_node(f"node-{n}", n, changes=ON))
            for n in range(FIRST, FIRST + COUNT)]


@pytest.fixture
def laptop(dex, make_node):
    """carol's machine, where ssh is set up and she has not signed in yet."""
    machine = Machine(make_node("laptop", 7))
    options = "".join(f"  {option}\n" for option in QUIET if option != "-o")
    machine.host.write(f"{HOME}/.ssh/config",
                       machine.out("playpen-ssh", "config") + "\nHost *\n" + options, 0o644)
    machine.host.write(f"{HOME}/inventory", "".join(
        f"127.0.1.{n} ansible_user=alice ansible_python_interpreter=/usr/bin/python3\n"
        for n in range(FIRST, FIRST + COUNT)))
    machine.host.run(f"chown -R {USER}: {HOME}")
    return machine


def ping(machine):
    """Fifty forks at once; gives the process."""
    words = machine.command("ansible", "-i", f"{HOME}/inventory", "-f", str(COUNT), "-o",
                            "-m", "ping", "all", DISPLAY=":9", **SETTINGS)
    return machine.host.popen(
        ["setpriv", f"--reuid={USER}", "--clear-groups", "sh", "-c",
         f'cd {HOME}; exec "$@" </dev/null >/tmp/pinged 2>&1', "sh", *words])


def test_fifty_nodes_cost_one_browser_visit(nodes, laptop, record_property):
    begun = time.monotonic()
    process = ping(laptop)
    page = QuickPerson("alice").sign_in(laptop.address())
    assert "close this window" in page
    assert process.wait(timeout=400) == 0, laptop.host.read("/tmp/pinged")
    first = time.monotonic() - begun
    assert len(re.findall(r"SUCCESS", laptop.host.read("/tmp/pinged"))) == COUNT
    begun = time.monotonic()
    assert ping(laptop).wait(timeout=400) == 0, laptop.host.read("/tmp/pinged")
    second = time.monotonic() - begun
    assert len(laptop.addresses()) == 1, "one browser visit"
    for node in nodes:
        assert "alice" in node.out("getent passwd alice"), "the account was made"
        assert "result=reject" not in node.log()
    record_property("seconds", {"first": first, "second": second})
    print(f"\n{COUNT} nodes: {first:.1f} s with the sign-in and 50 first logins, "
          f"{second:.1f} s afterwards")
