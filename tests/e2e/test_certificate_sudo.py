# SPDX-License-Identifier: MIT
"""sudo after a login by certificate: asked, unless the certificate counts."""

import re
import time

import pytest

from rig.day_key import HOME, USER
from rig.day_login import ON, QUIET, connect, signed_in_laptop, switch_on
from rig.wait import until

pytestmark = pytest.mark.release

SUDOERS = "Defaults timestamp_timeout=0\nalice ALL=(ALL) ALL\n"
ASKS = "Waiting for your approval ..."
SHELL = r"[$#] $"


def settings(**sudo):
    return {**ON, "service.sudo": {"sign_in_max_age": "8h", **sudo}}


@pytest.fixture
def node(make_node):
    node = switch_on(make_node("node-8", 8, changes=settings(certificate="yes")))
    node.write("/etc/sudoers.d/playpen", SUDOERS, 0o440)
    return node


@pytest.fixture
def laptop(dex, make_node):
    return signed_in_laptop(make_node("laptop", 7))


def sudo_asks(laptop, node, *options):
    """Whether sudo asks on a terminal of a new login."""
    command = laptop.command("ssh", *QUIET, *options, "-tt", f"alice@{node.address}")
    shell = laptop.host.spawn(["setpriv", f"--reuid={USER}", "--clear-groups", *command])
    shell.expect(SHELL)
    shell.sendline("sudo id -un")
    asked = shell.expect([re.escape(ASKS), r"[\r\n]root\r"]) == 0
    if asked:
        shell.sendintr()
    shell.expect(SHELL)
    shell.close(force=True)
    return asked


def test_sudo_asks_after_a_certificate_unless_it_counts(laptop, node):
    assert connect(laptop, node).returncode == 0
    assert not sudo_asks(laptop, node)
    node.configure(settings())
    assert sudo_asks(laptop, node)


def test_the_sign_in_is_as_old_as_its_token_and_not_as_the_login(laptop, node):
    assert connect(laptop, node).returncode == 0
    time.sleep(1.1)  # the token is older than the limit, the next login is not
    node.configure(settings(certificate="yes", sign_in_max_age="1s"))
    assert sudo_asks(laptop, node)
    node.configure(settings(certificate="yes"))
    assert not sudo_asks(laptop, node)


def test_a_session_by_another_key_is_asked_though_the_certificate_was_offered(laptop, node):
    assert connect(laptop, node).returncode == 0
    laptop.run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", "/tmp/plain")
    key = laptop.out("cat", "/tmp/plain.pub")
    node.write("/home/alice/.ssh/authorized_keys", key + "\n")
    node.run("chown -R alice: /home/alice/.ssh; chmod 700 /home/alice/.ssh")
    assert sudo_asks(laptop, node, "-F", "none", "-o", "IdentitiesOnly=yes", "-o",
                     "IdentityFile=/tmp/plain", "-o",
                     f"CertificateFile={HOME}/.ssh/playpen/id-cert.pub")
    assert not sudo_asks(laptop, node)


def test_the_end_of_the_session_ends_it(laptop, node):
    assert connect(laptop, node).returncode == 0
    assert not sudo_asks(laptop, node)
    until(lambda: "certificate" not in node.out("ls /run/playpen/sign-ins"),
          "the end of the session")
