# SPDX-License-Identifier: MIT
"""docs/how-to/one-sign-in.md, followed by its letter from a node without certificates."""

import pathlib
import re
import subprocess
import textwrap

import pytest

from rig.day_key import HOME, USER, Machine
from rig.day_login import switch_on
from rig.dex import ISSUER
from rig.person import QuickPerson

HOWTO = pathlib.Path(__file__).parents[2] / "docs" / "how-to" / "one-sign-in.md"
HOST = "web.nodes.example"


def block(word):
    """The one block of the document that has the word."""
    found = [textwrap.dedent(text) for text in
             re.findall(r"(?:^    .*\n)+", HOWTO.read_text(), re.MULTILINE) if word in text]
    assert len(found) == 1, word
    return found[0]


def test_the_client_of_the_document_is_that_of_the_tests(dex):
    yaml = pytest.importorskip("yaml")
    [client] = yaml.safe_load(block("id: playpen-ssh"))
    [ours] = [c for c in dex.config["staticClients"] if c["id"] == "playpen-ssh"]
    assert {**client, "name": ""} == {**ours, "name": ""}


def test_the_first_ssh_of_a_day_opens_the_browser_and_the_next_does_not(dex, make_node):
    node = make_node("node-8", 8, changes={"identity": {"allow_new_users": "*"}})
    node.run(["tee", "-a", "/etc/playpen/playpen.conf"], input=block("certificates = yes"))
    switch_on(node)
    # The test's Dex is another, and has no TLS.
    settings = block("[issuer]").replace("https://dex.example/dex", ISSUER).replace(
        "[ssh]", "allow_http = yes\n[ssh]")
    laptop = Machine(make_node("laptop", 7), settings=settings)
    laptop.host.run(["tee", "-a", "/etc/hosts"], input=f"{node.address} {HOST}\n")
    assert "`playpen-ssh config >>~/.ssh/config`" in HOWTO.read_text()
    laptop.run("sh", "-c", "mkdir -m 700 ~/.ssh; playpen-ssh config >>~/.ssh/config")
    words = laptop.command("ssh", "-o", "StrictHostKeyChecking=accept-new",
                           f"alice@{HOST}", "id -un", DISPLAY=":9")
    first = laptop.host.popen(["setpriv", f"--reuid={USER}", "--clear-groups", *words],
                              stdout=subprocess.PIPE, text=True)
    QuickPerson("alice").sign_in(laptop.address())
    assert first.communicate(timeout=60)[0] == "alice\n", node.log()
    assert laptop.host.run(words, user=USER).stdout == "alice\n"
    assert len(laptop.addresses()) == 1
    assert laptop.host.exists(f"{HOME}/.ssh/playpen/id-cert.pub")
