# SPDX-License-Identifier: MIT
"""Users of another source of nsswitch.conf, beside allow_new_users."""

import pathlib
import re
import subprocess

import pexpect
import pytest

from rig import paths
from rig.ssh import authorize_key

NSSWITCH = "/etc/nsswitch.conf"
SOURCE = "/var/lib/pptest"
UID = 5000
PASSWORD_ONLY = ["-o", "PreferredAuthentications=password,keyboard-interactive",
                 "-o", "PubkeyAuthentication=no"]
NO_QUESTION = ["-o", "NumberOfPasswordPrompts=0"]


def set_users(node, *names):
    """What the source has; each user has the password "secret"."""
    secret = node.out("perl -e 'print crypt(\"secret\", \"\\$6\\$saltsalt\\$\")'")
    node.run(f"rm -f {SOURCE}.down")
    node.write(f"{SOURCE}.passwd", "".join(
        f"{name}:{secret}:{UID + i}:{UID + i}::/home/{name}:/bin/bash\n"
        for i, name in enumerate(names)), 0o644)
    node.write(f"{SOURCE}.group", "".join(
        f"{name}:x:{UID + i}:\n" for i, name in enumerate(names)), 0o644)


def take_down(node):
    """From now on it does not answer: UNAVAIL with ENOENT, as nss-pam-ldapd."""
    node.write(f"{SOURCE}.down", "2\n", 0o644)


@pytest.fixture
def directory(make_node):
    """A node whose nsswitch.conf names the source, as its package would."""
    node = make_node()
    node.run(f"make -s -C {paths.NODE_BUILD} libnss_pptest.la && "
             f"cp -L {paths.NODE_BUILD}/.libs/libnss_pptest.so.2 "
             "$(dirname $(ldconfig -p | awk '$1 == \"libc.so.6\" {print $NF; exit}'))/")
    set_users(node, "bob")
    node.run("install -d -o 5000 -g 5000 /home/bob")
    node.run(f"sed -i 's/^\\(passwd\\|group\\):.*/& pptest/' {NSSWITCH}")
    return node


def restart(node):
    node.stop_sshd()
    node.start_sshd()


def test_a_source_behind_playpen_new_ends_answers_for_new_users(dex, directory, ssh):
    node = directory
    restart(node)
    assert re.search("^passwd: .* playpen_new pptest$", node.read(NSSWITCH), re.M)
    assert ssh(node, "alice", "true", options=NO_QUESTION).result()[1] == 255
    found = node.run("playpenctl doctor --offline", check=False).stdout
    assert "passwd has pptest behind playpen_new: new users cannot sign in" in found
    key = authorize_key(node, "bob", "/home/bob")
    assert ssh(node, "bob", "id -u", options=key).result() == (str(UID), 0)
    node.run("/usr/share/playpen/switch enable nss")
    restart(node)
    assert ssh(node, "alice", "true").sign_in() == ("", 0)
    assert ssh(node, "bob", "id -u", options=key).result() == (str(UID), 0)


def test_users_of_the_source_come_in_by_key_password_and_su(dex, directory, ssh):
    node = directory
    node.run("/usr/share/playpen/switch enable nss")
    restart(node)
    key = authorize_key(node, "bob", "/home/bob")
    assert ssh(node, "bob", "id -u; id -G", options=key).result() == (f"{UID}\n{UID}", 0)
    connection = ssh(node, "bob", "id -u", options=PASSWORD_ONLY)
    connection.terminal.expect("[Pp]assword:")
    connection.terminal.sendline("secret")
    connection.terminal.expect(pexpect.EOF)
    connection.last = connection.terminal.before
    assert connection.result() == (str(UID), 0)
    assert node.out("su bob -c 'id -u'") == str(UID)


def test_a_source_that_is_down_is_no_no(dex, directory, ssh):
    """Neither its users nor new ones come in; those with an account do."""
    node = directory
    node.run("/usr/share/playpen/switch enable nss")
    restart(node)
    assert ssh(node, "alice", "true").sign_in() == ("", 0)
    take_down(node)
    for name in ("bob", "mallory"):
        assert ssh(node, name, "true", options=NO_QUESTION).result()[1] == 255
    assert ssh(node, "alice", "true").sign_in() == ("", 0)
    set_users(node, "bob")
    key = authorize_key(node, "bob", "/home/bob")
    assert ssh(node, "bob", "id -u", options=key).result() == (str(UID), 0)
    assert ssh(node, "mallory", "true").sign_in() == ("", 0)


def test_a_damaged_index_keeps_out_its_own_users_alone(dex, directory, ssh):
    node = directory
    node.run("/usr/share/playpen/switch enable nss")
    restart(node)
    assert ssh(node, "alice", "true").sign_in() == ("", 0)
    key = authorize_key(node, "bob", "/home/bob")
    node.run("echo damaged >/var/lib/playpen/index.new && "
             "mv /var/lib/playpen/index.new /var/lib/playpen/index.v1")
    assert ssh(node, "bob", "id -u", options=key).result() == (str(UID), 0)
    for name in ("alice", "carol"):
        assert ssh(node, name, "true", options=NO_QUESTION).result()[1] == 255
    node.run("playpenctl publish")
    assert ssh(node, "alice", "true").sign_in() == ("", 0)


def test_a_userdb_record_is_another_source_s_user(dex, node, ssh):
    """systemd's, as systemd-homed and drop-in files give them."""
    node.run("mkdir -p /etc/userdb /home/carol && chown 5010:5010 /home/carol")
    node.write("/etc/userdb/carol.user",
               '{"userName":"carol","uid":5010,"gid":5010,'
               '"homeDirectory":"/home/carol","shell":"/bin/bash"}', 0o644)
    node.write("/etc/userdb/carol.group", '{"groupName":"carol","gid":5010}', 0o644)
    node.run("ln -s carol.user /etc/userdb/5010.user; ln -s carol.group /etc/userdb/5010.group")
    if node.run("getent -s systemd passwd carol", check=False).returncode != 0:
        pytest.skip("libnss_systemd does not read /etc/userdb here")
    key = authorize_key(node, "carol", "/home/carol")
    assert ssh(node, "carol", "id -u", options=key).result() == ("5010", 0)
    assert ssh(node, "alice", "true").sign_in() == ("", 0)


SSSD_CONF = """[sssd]
services = nss
domains = extra
[domain/extra]
id_provider = proxy
proxy_lib_name = extrausers
proxy_pam_target = other
"""


@pytest.fixture
def sssd_packages():
    """The packages of SSSD, for this machine's release."""
    cache = subprocess.run([paths.SOURCE / "tests/cache-dir"], check=True,
                           capture_output=True, text=True).stdout.strip()
    packages = pathlib.Path(cache) / "bench-peers/debs"
    if paths.ROOT != pathlib.Path("/") or not list(packages.glob("libnss-sss_*.deb")):
        pytest.skip("no packages of SSSD: bench/nss/run --fetch gets them")
    return packages


def start_sssd(node):
    node.run("mkdir -p /var/lib/extrausers /var/log/sssd "
             "/var/lib/sss/db /var/lib/sss/mc /var/lib/sss/pipes/private /var/lib/sss/pubconf")
    node.write("/var/lib/extrausers/passwd", "bob:x:5000:5000::/home/bob:/bin/bash\n", 0o644)
    node.write("/var/lib/extrausers/group", "bob:x:5000:\n", 0o644)
    node.write("/var/lib/extrausers/shadow", "", 0o600)
    node.write("/etc/sssd/sssd.conf", SSSD_CONF, 0o600)
    node.run("setsid sssd -i >/dev/null 2>&1 </dev/null & "
             "for i in $(seq 150); do getent -s sss passwd bob && break; sleep 0.2; done")


def test_sssd_whose_package_comes_afterwards(dex, node, ssh, sssd_packages):
    """libnss-sss appends sss to both lines. Its users come in when SSSD runs; new
    users do only while it runs and stands before playpen_new."""
    node.run(f"dpkg --force-depends -i {sssd_packages}/*.deb", check=False)
    assert re.search("^group: .* playpen_new sss$", node.read(NSSWITCH), re.M)
    restart(node)
    assert ssh(node, "alice", "true", options=NO_QUESTION).result()[1] == 255
    node.run("/usr/share/playpen/switch enable nss")
    restart(node)
    assert ssh(node, "alice", "true", options=NO_QUESTION).result()[1] == 255
    start_sssd(node)
    node.run("install -d -o 5000 -g 5000 /home/bob")
    key = authorize_key(node, "bob", "/home/bob")
    assert ssh(node, "bob", "id -u", options=key).result() == (str(UID), 0)
    assert ssh(node, "alice", "true").sign_in() == ("", 0)
    node.run("kill -KILL $(pgrep -x sssd) $(pgrep -x sssd_nss)")
    assert ssh(node, "mallory", "true", options=NO_QUESTION).result()[1] == 255
    assert ssh(node, "alice", "true").sign_in() == ("", 0)
