# SPDX-License-Identifier: MIT
"""Installing, and taking it away again; who is not ours notices nothing."""

import filecmp
import os
import re
import shutil
import stat

import pytest

from rig import paths
from rig.host import has_penalties
from rig.machine import KEPT, Machine
from rig.ssh import authorize_key

pytestmark = pytest.mark.release

# What is written anew although it says the same, and what is no file of ours:
# logs, the second newest account files, debconf's notes, the run's own.
NOT_COMPARED = re.compile(
    "/(tmp|run|dev|root|var/log|var/cache/debconf)/|/etc/(passwd|group|shadow|gshadow)-$"
    f"|{paths.NODE_BUILD.parent}/|/etc/hosts$|/etc/.pwd.lock$"
)


@pytest.fixture
def machine():
    host = Machine().start()
    yield host
    host.stop()
    shutil.rmtree(KEPT)


def same_file(one, other):
    """Both are there, and of one kind, owner, mode and content."""
    if not os.path.lexists(other):
        return False
    here, there = os.lstat(one), os.lstat(other)
    if (here.st_mode, here.st_uid, here.st_gid) != (there.st_mode, there.st_uid, there.st_gid):
        return False
    if stat.S_ISLNK(here.st_mode):
        return os.readlink(one) == os.readlink(other)
    return filecmp.cmp(one, other, shallow=False)


def changed_files(written):
    """The files below it that are not as they were before. A file that was
    removed is there too, as a device (0, 0), and so differs."""
    changed = []
    for directory, _, names in os.walk(written):
        for name in names:
            path = os.path.join(directory, name)
            real = path.removeprefix(str(written))
            before = paths.on_nodes(real)
            if not NOT_COMPARED.search(real) and not same_file(path, before):
                changed.append(real)
    return changed


def new_directories(written):
    return [
        real
        for directory, _, _ in os.walk(written)
        if not str(paths.NODE_BUILD).startswith(directory.removeprefix(str(written)) + "/")
        and not paths.on_nodes(real := directory.removeprefix(str(written)) or "/").is_dir()
        and not NOT_COMPARED.search(real + "/")
    ]


def test_the_way_back_restores_every_file(machine):
    written = KEPT / "files"
    machine.install()
    assert "/etc/nsswitch.conf" in changed_files(written)
    machine.uninstall()
    assert changed_files(written) == []
    assert new_directories(written) == []


def test_documents_and_examples_are_installed_and_libtool_gives_no_advice(machine):
    said = machine.make_install()
    assert "Libraries have been installed" not in said and "ld.so.conf" not in said
    for name in ("README.md", "docs/start.md", "docs/how-to/new-node.md",
                 "docs/pictures/ssh.png", "examples/playpen.conf", "examples/sudoers",
                 "examples/dex-client.yaml", "examples/playpen-generic.conf"):
        assert machine.exists(f"/usr/share/doc/playpen/{name}"), name
    for page in (paths.SOURCE / "man").glob("*.[1-8]"):
        section = page.suffix[1:]
        assert machine.exists(f"/usr/share/man/man{section}/{page.name}"), page.name
    advice = machine.out(f"make -s -C {paths.NODE_BUILD} install-nsslibLTLIBRARIES "
                         "AM_LIBTOOLFLAGS= 2>&1")
    assert "Libraries have been installed" in advice, "libtool gives none by itself"


def test_the_steps_give_a_sign_in(dex, machine, ssh):
    machine.install()
    machine.start_sshd()
    assert ssh(machine, "alice", "id", "-un").sign_in() == ("alice", 0)


def test_the_stacks_are_those_that_pam_auth_update_writes(node):
    for kind in ("auth", "account", "session"):
        text = node.read(f"/etc/pam.d/common-{kind}")
        assert "managed by pam-auth-update" in text
        assert text.count("pam_playpen.so") == 1


def test_a_line_before_ours_takes_local_users_past_it(node):
    for kind in ("auth", "account"):
        lines = node.read(f"/etc/pam.d/common-{kind}").splitlines()
        ours = next(n for n, line in enumerate(lines) if "pam_playpen.so" in line)
        assert re.fullmatch(
            kind + r"\s+\[success=1 default=ignore\]\s+pam_localuser\.so\s*", lines[ours - 1]
        )


def remove_module(node):
    """As an uninstallation that left the stacks as they were."""
    node.run("rm /usr/lib/*/security/pam_playpen.so")


def test_sshd_accepts_the_drop_in_and_has_penalties_only_if_it_knows_them(machine):
    machine.install()
    machine.run("ssh-keygen -A; mkdir -p /run/sshd; /usr/sbin/sshd -t")
    text = machine.read("/etc/ssh/sshd_config.d/50-playpen.conf")
    assert ("\nPerSourcePenalties grace-exceeded:5s\n" in text) == has_penalties()
    machine.run("/usr/share/playpen/setup disable")
    assert not machine.exists("/etc/ssh/sshd_config.d/50-playpen.conf")
    assert "grace-exceeded:5 " not in machine.out("/usr/sbin/sshd -T")


def test_without_the_module_root_s_key_still_opens_root(node, ssh):
    options = authorize_key(node, "root", "/root")
    remove_module(node)
    assert ssh(node, "root", "id", "-un", options=options).result() == ("root", 0)


def test_without_the_module_a_local_password_still_opens_ssh_console_and_sudo(node, ssh, spawn):
    node.run("useradd -m -s /bin/bash local; echo local:secret-of-local | chpasswd")
    node.write("/etc/sudoers.d/local", "local ALL=(ALL) ALL\n", 0o440)
    remove_module(node)
    connection = ssh(node, "local", "sudo -S id -un 2>/dev/null")
    connection.terminal.expect("local@127.0.1.7's password: ")
    connection.terminal.sendline("secret-of-local")
    connection.terminal.sendline("secret-of-local")
    assert connection.result()[0].splitlines()[-1] == "root"
    console = spawn(["login", "local"])
    console.expect("assword: ")
    console.sendline("secret-of-local")
    console.expect(r"[$#] $")


def test_without_the_module_nobody_of_ours_gets_in(dex, node, ssh):
    assert ssh(node, "alice", "true").sign_in() == ("", 0)
    options = authorize_key(node, "alice", "/home/alice")
    assert ssh(node, "alice", "id", "-un", options=options).result() == ("alice", 0)
    remove_module(node)
    assert ssh(node, "alice", "true", options=options).result()[1] == 255


def test_enable_changes_nothing_while_libpam_has_no_module(machine):
    machine.run(["make", "-s", "-C", str(paths.NODE_BUILD), "install"])
    remove_module(machine)
    done = machine.run("/usr/share/playpen/setup enable", check=False)
    assert done.returncode == 1
    assert "pam_playpen.so is not beside pam_unix.so" in done.stderr
    assert "/etc/nsswitch.conf" not in changed_files(KEPT / "files")
    assert "pam_playpen" not in machine.read("/etc/pam.d/common-auth")


def test_purge_wants_a_word_more(machine):
    machine.install()
    key = machine.read("/etc/playpen/uid.key")
    done = machine.run("/usr/share/playpen/setup purge", check=False)
    assert done.returncode == 1
    assert "purge --yes" in done.stderr
    assert machine.read("/etc/playpen/uid.key") == key
    assert "pam_playpen" in machine.read("/etc/pam.d/common-auth")


def test_enable_says_what_is_left_to_do(machine):
    machine.run(["make", "-s", "-C", str(paths.NODE_BUILD), "install"])
    said = machine.out("/usr/share/playpen/setup enable")
    assert re.search(r"^fault +uid-key +.*no such file", said, re.MULTILINE)
    assert not re.search("^ok ", said, re.MULTILINE)


def test_enable_again_brings_the_stacks_up_to_date(machine):
    machine.run(["make", "-s", "-C", str(paths.NODE_BUILD), "install"])
    profile = "/usr/share/playpen/pam-playpen"
    machine.run(f"cp {profile} /tmp/new; sed -i /pam_localuser/d {profile}")
    machine.run("/usr/share/playpen/setup enable")
    assert "pam_localuser" not in machine.read("/etc/pam.d/common-auth")
    machine.run(f"cp /tmp/new {profile}; /usr/share/playpen/setup enable")
    for kind in ("auth", "account"):
        text = machine.read(f"/etc/pam.d/common-{kind}")
        assert text.count("pam_playpen.so") == text.count("pam_localuser.so") == 1


def test_enable_says_so_where_the_stacks_were_edited_by_hand(machine):
    machine.run(["make", "-s", "-C", str(paths.NODE_BUILD), "install"])
    machine.run("echo 'auth optional pam_warn.so' >>/etc/pam.d/common-auth; "
                "sed -i '/pam_unix/s/$/ audit/' /etc/pam.d/common-auth; "
                "sed -i '/^# /d' /etc/pam.d/common-auth")
    done = machine.run("/usr/share/playpen/setup enable", check=False)
    assert done.returncode == 1
    assert "common-* was edited by hand and is left as it is" in done.stderr
    assert "pam_playpen" not in machine.read("/etc/pam.d/common-account")
    assert "playpen" not in machine.read("/etc/nsswitch.conf")
    assert "pam_warn" in machine.read("/etc/pam.d/common-auth")


def test_uninstall_refuses_while_the_stacks_name_the_module(machine):
    machine.install()
    uninstall = ["make", "-s", "-C", str(paths.NODE_BUILD), "uninstall"]
    done = machine.run(uninstall, check=False)
    assert done.returncode != 0
    assert "/etc/pam.d/common-auth" in done.stdout
    assert "setup disable" in done.stderr
    assert machine.run("ls /usr/lib/*/security/pam_playpen.so /usr/sbin/playpenctl")
    machine.run([*uninstall, "STACKS_STAY=yes"])
    assert not machine.exists("/usr/sbin/playpenctl")


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
