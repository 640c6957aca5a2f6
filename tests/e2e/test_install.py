# SPDX-License-Identifier: MIT
"""Installing, and taking it away again; who is not ours notices nothing."""

import pytest

from rig import paths
from rig.conf import conf_text
from rig.node import Node
from rig.ssh import authorize_key

# Where packages and their tools keep what they did; the machine's own caches.
NOT_COMPARED = (
    "/dev /proc /sys /run /tmp /var/log /var/cache/ldconfig "
    "/etc/passwd- /etc/group- /etc/shadow- /etc/gshadow- /etc/ld.so.cache"
)

# All files with type, owner, mode and content; without what changes by itself.
SNAPSHOT = f"""
prune() {{ for path; do printf '%s\\n' -path "$path" -prune -o; done; }}
find /etc /usr /var /home /root /opt /srv /boot -xdev \\
    $(prune {NOT_COMPARED} {paths.SOURCE} {paths.BUILD} /var/cache/playpen-build) \\
    -printf '%M,%u,%g,%l  listed: %p\\n' | sort
find /etc /var/lib/pam /usr/share/pam-configs -xdev \\
    $(prune {NOT_COMPARED}) -type f -exec md5sum {{}} +
"""


class Machine(Node):
    """A node on which nothing was done yet."""

    def __init__(self):
        super().__init__("node-9", "127.0.1.9")
        self._layers = ()

    def install(self):
        self.run(["make", "-s", "-C", str(paths.BUILD), "install"])
        self.run("/usr/share/playpen/setup enable")
        self.run("playpenctl id-key new")
        self.write("/etc/playpen/playpen.conf", conf_text(), 0o644)
        self.run("playpenctl publish")

    def uninstall(self):
        self.run("/usr/share/playpen/setup purge")
        self.run(["make", "-s", "-C", str(paths.BUILD), "uninstall"])


@pytest.fixture
def machine():
    host = Machine().start()
    yield host
    host.stop()


def snapshot(host):
    """Every file by its name, with what can be compared."""
    text = host.out(SNAPSHOT)
    return dict(line.split("  ", 1)[::-1] for line in text.split("\n"))


def test_the_way_back_restores_every_file(machine):
    before = snapshot(machine)
    machine.install()
    assert snapshot(machine) != before
    machine.uninstall()
    after = snapshot(machine)
    assert {k: v for k, v in after.items() if before.get(k) != v} == {}
    assert set(before) - set(after) == set()


def test_the_steps_give_a_sign_in(dex, machine, ssh):
    machine.install()
    machine.start_sshd()
    assert ssh(machine, "alice", "id", "-un").sign_in() == ("alice", 0)


def test_the_stacks_are_those_that_pam_auth_update_writes(node):
    for kind in ("auth", "account", "session"):
        text = node.read(f"/etc/pam.d/common-{kind}")
        assert "managed by pam-auth-update" in text
        assert text.count("pam_playpen.so") == 1


def test_the_session_line_comes_after_pam_systemd(node):
    text = node.read("/etc/pam.d/common-session")
    if "pam_systemd.so" not in text:
        pytest.skip("this machine has no pam_systemd")
    assert text.index("pam_systemd.so") < text.index("pam_playpen.so")


def test_root_s_key_still_opens_root(node, ssh):
    options = authorize_key(node, "root", "/root")
    assert ssh(node, "root", "id", "-un", options=options).result() == ("root", 0)


def test_a_local_user_s_password_still_opens(node, ssh):
    node.run("useradd -m -s /bin/bash local; echo local:secret-of-local | chpasswd")
    connection = ssh(node, "local", "id", "-un")
    connection.terminal.expect("local@127.0.1.7's password: ")
    connection.terminal.sendline("secret-of-local")
    assert connection.result() == ("local", 0)


def test_a_local_user_with_a_wrong_password_stays_out(node, ssh):
    node.run("useradd -m -s /bin/bash local; echo local:secret-of-local | chpasswd")
    connection = ssh(node, "local", options=["-o", "NumberOfPasswordPrompts=1"])
    connection.terminal.expect("password: ")
    connection.terminal.sendline("wrong")
    assert connection.result()[1] == 255
