# SPDX-License-Identifier: MIT
"""Many sign-ins at once for names that nobody here has had."""

import os
import pathlib
import re
import subprocess

import pytest

from rig import paths
from rig.ssh import OPTIONS, authorize_key
from rig.wait import until

STRANGERS = 200
PLACES = 16  # half of [limits] max_pending_logins
MEMORY_KIB = 300 * 1024
HELPERS = ("playpen-policy", "playpen-oidc")


def pss_kib(pid):
    try:
        text = pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0
    return int(re.search(r"^Pss: +(\d+) kB", text, re.M).group(1))


@pytest.fixture
def crowd():
    """crowd(node): a connection of each stranger, each from its own address;
    whoever is shown a screen stays before it."""
    wait = paths.LAB / "askpass"
    wait.write_text("#!/bin/sh\nexec sleep 300\n")
    wait.chmod(0o755)
    environment = dict(
        os.environ, DISPLAY=":0", SSH_ASKPASS=str(wait), SSH_ASKPASS_REQUIRE="force"
    )
    made = []

    def come(node):
        for i in range(STRANGERS):
            source = f"127.9.{i}.1"
            command = ["ssh", *OPTIONS, "-b", source, f"stranger{i}@{node.address}"]
            made.append(
                subprocess.Popen(
                    command,
                    env=environment,
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    start_new_session=True,
                )
            )
        return made

    yield come
    for client in made:
        client.kill()
        client.wait()


def test_strangers_neither_crowd_out_nor_reach_dex(
    dex, make_node, ssh, crowd, record_property
):
    # All clients of the tests are on the node itself.
    node = make_node(changes={"limits": {"trusted_sources": "127.0.0.0/8"}})
    node.stop_sshd()
    node.start_sshd("-o", "MaxStartups=300")
    assert ssh(node, "alice", "true").sign_in() == ("", 0)
    root = authorize_key(node, "root", "/root")
    dex.forget_requests()
    dex.change_interval()
    clients = crowd(node)
    until(
        lambda: sum(c.poll() is not None for c in clients) == STRANGERS - PLACES,
        "the refusal of whoever finds no place",
        60,
    )
    assert len(dex.requests("/dex/device/code")) == PLACES
    kib = sum(pss_kib(pid) for name in HELPERS for pid in node.processes(name))
    record_property("KiB", kib)
    print(f"\nhelpers of {PLACES} waiting strangers: {kib} KiB (PSS)")
    assert 0 < kib < MEMORY_KIB
    assert ssh(node, "root", "true", options=root).result() == ("", 0)
    assert ssh(node, "alice", "true").sign_in() == ("", 0)
    assert node.log().count("reason=too-many-pending") == STRANGERS - PLACES
