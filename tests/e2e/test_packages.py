# SPDX-License-Identifier: MIT
"""The Debian packages in bare nodes: installed from a repository, upgraded, removed,
purged, killed; nobody loses their name or their way in meanwhile."""

import itertools
import json
import pathlib
import re
import shutil
import subprocess
import time

import pytest

from rig import paths
from rig.conf import conf_text
from rig.node import ID_KEY
from rig.packages import (DPKG, NAMES, OLD, REPOSITORY, SETTLED, SIGNER, PackageNode, Watch,
                          files, settle, with_key)
from rig.ssh import authorize_key
from rig.wait import until
from test_install import changed_files

pytestmark = [
    pytest.mark.packages,
    pytest.mark.skipif(paths.PACKAGES is None, reason="PLAYPEN_PACKAGES says of no packages"),
]

SWITCH = "/usr/share/playpen/switch"
NSSWITCH = "/etc/nsswitch.conf"
NEW = files("new")
KEPT = SETTLED / "kept"
# Lists of dpkg and apt, and the cache that ldconfig writes again.
LISTS = re.compile("/var/(lib/(dpkg|apt)|cache/(apt|ldconfig|man))/|/etc/ld.so.cache$|/debs/")
ALICE = "ssh -F /dev/null -o BatchMode=yes -o StrictHostKeyChecking=no -i /root/key " \
        "-o UserKnownHostsFile=/dev/null -o LogLevel=ERROR "


@pytest.fixture(scope="module", autouse=True)
def settled():
    settle()


@pytest.fixture
def make(request):
    """make(keep): a bare node."""
    def start(**options):
        node = PackageNode(**options).start()
        request.addfinalizer(node.stop)
        return node
    return start


@pytest.fixture
def node(make):
    return make()


@pytest.fixture
def kept(make):
    """A node whose written files can be compared with those of a bare one."""
    KEPT.mkdir()
    yield make(keep=KEPT)
    shutil.rmtree(KEPT)


@pytest.fixture
def used(node):
    """The packages are installed and configured; alice's key lets her in."""
    node.install()
    return let_alice_in(node.settle())


def let_alice_in(node):
    node.run("ssh-keygen -q -t ed25519 -N '' -f /root/key; cp /root/key.pub /etc/ssh/keys-of-all; "
             "echo 'AuthorizedKeysFile /etc/ssh/keys-of-all' >/etc/ssh/sshd_config.d/10-test.conf")
    return node.start_sshd()


def key_gets_in(node, name):
    return node.run(f"{ALICE} {name}@{node.address} true", check=False).returncode == 0


def different():
    """Returns the files of the kept node that are not as on a bare one."""
    return [path for path in changed_files(KEPT / "files") if not LISTS.search(path)]


def snapshot(node):
    """Returns every file of /etc and /var that a package could write, with its content."""
    return node.out(
        "find /etc /var /usr -xdev \\( -path /var/log -o -path /var/lib/dpkg -o -path /var/lib/apt "
        "-o -path /var/cache -o -path /var/tmp \\) -prune -o -type f -newer /debs -print0 | "
        "xargs -0 sha256sum | sort -k 2; find /etc -type l -newer /debs -printf '%p %l\\n' | sort")


# --- from a repository -------------------------------------------------------


def sources():
    """What the head of packaging/repository says for a node."""
    text = (paths.SOURCE / "packaging" / "repository").read_text()
    lines = re.findall("^#     (.*)$", text, re.MULTILINE)
    return "\n".join(lines).replace("https://WHERE-DIR-IS-SERVED", "http://127.0.0.1:8000") + "\n"


# apt asks this source alone, because the node has no network; or none.
NO_SOURCES = "-o Dir::Etc::sourcelist=/dev/null -o Dir::Etc::sourceparts=-"
ALONE = "-o Dir::Etc::sourcelist=sources.list.d/playpen.sources -o Dir::Etc::sourceparts=-"


def use_repository(node):
    """As the head of packaging/repository says."""
    node.run(f"mkdir -p /etc/apt/keyrings; cp {REPOSITORY}/playpen.gpg /etc/apt/keyrings/")
    node.write("/etc/apt/sources.list.d/playpen.sources", sources(), 0o644)
    server = node.popen(["sh", "-c", f"cd {REPOSITORY}; exec python3 -m http.server "
                         "--bind 127.0.0.1 8000 >/dev/null 2>&1"])
    until(lambda: node.run("python3 -c 'import socket; "
                           "socket.create_connection((\"127.0.0.1\", 8000))'",
                           check=False).returncode == 0, "the web server")
    return server


@pytest.fixture
def with_sources(make, request):
    """A bare node that knows the repository; no library of playpen is there."""
    node = make(libraries=False)
    node.run("usermod -p '$6$x$y' root")  # the installer has asked for it
    # What other packages recommend does not lie in a bare root.
    node.write("/etc/apt/apt.conf.d/99bare", 'APT::Install-Recommends "false";\n')
    request.addfinalizer(use_repository(node).kill)
    node.apt(f"update {ALONE} -o APT::Get::List-Cleanup=0")
    return node


INSTALL = "apt install playpen libpam-playpen libnss-playpen"


def install_by_documents(node):
    assert f"\n    sudo {INSTALL}\n" in document("README.md")
    assert f"\n    {INSTALL}\n" in document("docs/how-to/new-node.md")
    node.apt(INSTALL.removeprefix("apt "))
    assert node.pam_is_on() and node.nss_is_on()


def test_a_node_set_up_by_the_letter_of_the_documents_signs_alice_in(dex, with_sources, ssh):
    node = with_sources
    install_by_documents(node)
    node.start_sshd()
    follow_start(node)
    assert ssh(node, "alice", "id", "-un").sign_in() == ("alice", 0)
    found = node.run("playpenctl doctor", check=False)
    assert troubles(found.stdout) == [] and found.returncode == 0


def test_a_bare_node_takes_one_command_for_packages_and_one_for_the_rest(dex, with_sources, ssh):
    node = with_sources
    node.start_sshd()
    assert "\n    playpenctl enroll bundle.json\n" in document("docs/how-to/new-node.md")
    node.write("/root/bundle.json", json.dumps(
        {"playpen.conf": conf_text(), "uid.key": ID_KEY + "\n"}), 0o600)
    times = [time.monotonic()]
    install_by_documents(node)
    times.append(time.monotonic())
    assert node.run("getent passwd alice", check=False).returncode == 2
    said = node.run("cd /root; playpenctl enroll bundle.json", check=False)
    times.append(time.monotonic())
    assert said.returncode == 0 and troubles(said.stdout) == [], said.stdout + said.stderr
    shell = ssh(node, "alice", "id", "-un", options=["-o", "ConnectionAttempts=10"])
    assert shell.sign_in() == ("alice", 0)
    times.append(time.monotonic())
    packages, enroll, sign_in = (end - begun for begun, end in itertools.pairwise(times))
    print(f"2 commands; packages: {packages:.1f} s; enroll: {enroll:.1f} s; "
          f"first sign-in: {sign_in:.1f} s")
    assert "nothing to do" in node.out("playpenctl enroll /root/bundle.json")


def document(name):
    return (paths.SOURCE / name).read_text()


def follow_start(node):
    """The second step of docs/start.md. An editor puts the tests' provider in."""
    step = document("docs/start.md").split("\n## 2. ")[1].split("\n## ")[0]
    lines = [line.strip() for line in re.findall("^ {4}(.*)$", step, re.MULTILINE)]
    assert len(lines) == 9
    for replaced, by in (("apt install ", ":"), ("editor ", EDIT_SAMPLE),
                         ("systemctl restart ssh", "kill -HUP $(cat /run/sshd.pid)"),
                         ("playpenctl test-login ", ":")):
        (at,) = [n for n, line in enumerate(lines) if line.startswith(replaced)]
        lines[at] = by
    node.run("set -e\n" + "\n".join(lines))


EDIT_SAMPLE = "sed -i 's,^url = .*,url = http://localhost:5556/dex,; " \
    "s/^allow_new_users = .*/allow_new_users = */' /etc/playpen/playpen.conf"


def troubles(text):
    """The clock is this machine's, no node's."""
    return [line for line in text.splitlines()
            if re.match("(fault|warning) ", line) and "clock-sync" not in line]


def test_apt_refuses_a_repository_that_was_changed_or_is_not_signed(node, request):
    request.addfinalizer(use_repository(node).kill)
    node.run(f"cp -r {REPOSITORY} /srv/whole; rm -rf /var/lib/apt/lists/*")
    for damage, said in (
        ("printf x >>Packages; rm Packages.xz", "unexpected size|Hash Sum mismatch"),
        ("rm InRelease Release.gpg", "is not signed"),
        ("sed -i s/SHA256/SHA257/ InRelease", "is not signed|invalid|BADSIG|Bad"),
        (":", "^Get:1"),
    ):
        node.run(f"rm -rf {REPOSITORY}/*; cp /srv/whole/* {REPOSITORY}; cd {REPOSITORY}; {damage}")
        done = node.apt(f"update {ALONE}", check=False)
        assert re.search(said, done.stdout), done.stdout
        assert (done.returncode == 0) == (damage == ":"), done.stdout
        offered = node.run(f"apt-cache {ALONE} show libnss-playpen", check=False)
        assert (offered.returncode == 0) == (damage == ":"), damage


def test_a_tarball_is_told_from_a_changed_one_by_its_signed_sums():
    here = SETTLED / "release"
    here.mkdir()
    tarball = here / "playpen-0.1.0.tar.xz"
    sums = here / "SHA256SUMS"
    tarball.write_text("a release")
    done = with_key(paths.SOURCE / "packaging" / "sign", tarball, SIGNER)
    assert done.returncode == 0, done.stderr
    text = (paths.SOURCE / "packaging" / "sign").read_text()
    line = re.search("^#     (gpg .*)$", text, re.MULTILINE).group(1)
    check = ["sh", "-c", f"cd {here}; {line}"]
    assert with_key(*check).returncode == 0
    tarball.write_text("another")
    assert with_key(*check).returncode != 0
    sums.write_text(sums.read_text().replace("a", "b"))
    assert "BAD signature" in with_key(*check).stderr


# --- install, reinstall, remove, purge ---------------------------------------

def test_before_it_is_configured_nobody_comes_in_and_nobody_is_kept_out(node, ssh):
    options = authorize_key(node, "root", "/root")
    node.run("useradd -m -s /bin/bash local; echo local:secret-of-local | chpasswd")
    node.install()
    assert node.pam_is_on() and node.nss_is_on()
    assert not node.exists("/etc/playpen/playpen.conf")
    node.start_sshd()
    assert ssh(node, "root", "id", "-un", options=options).result() == ("root", 0)
    local = ssh(node, "local", "id", "-un")
    local.terminal.expect("assword: ")
    local.terminal.sendline("secret-of-local")
    assert local.result() == ("local", 0)
    assert node.run("getent passwd mallory", check=False).returncode == 2


def in_every_order(kind):
    return [" ".join(order) for order in itertools.permutations(files(kind).split())]


def test_the_three_files_are_installed_in_any_order(node):
    for order in in_every_order("new"):
        node.dpkg(f"-i {order}")
        assert node.pam_is_on() and node.nss_is_on()
        assert node.out(f"dpkg-query -W -f '${{db:Status-Abbrev}}' {' '.join(NAMES)}") == "ii ii ii "
        node.dpkg(f"-P {' '.join(NAMES)}")
        assert not node.pam_is_on() and not node.nss_is_on()


def test_modules_that_read_another_index_wait_for_the_program_that_writes_it(node):
    """dpkg alone is told in which order; apt finds it by itself."""
    node.install("other")
    node.settle()
    before = node.out("getent passwd alice")
    wrong = node.dpkg(f"-i {' '.join(reversed(NEW.split()))}", check=False)
    assert wrong.returncode != 0 and "libnss-playpen" in wrong.stdout
    assert node.out("getent passwd alice") == before
    node.dpkg(f"-i {NEW}")
    assert node.out("getent passwd alice") == before


def test_installing_it_again_changes_no_file(used):
    before = snapshot(used)
    used.install()
    assert snapshot(used) == before


def test_a_purge_that_deletes_the_data_leaves_every_file_as_it_was(kept):
    kept.install()
    kept.settle()
    kept.dpkg(f"-r {' '.join(NAMES)}")
    assert kept.exists("/etc/playpen/uid.key") and kept.exists("/var/lib/playpen/state.db")
    assert not kept.nss_is_on() and "playpen" not in kept.out("cat /etc/pam.d/*")
    kept.dpkg("-P playpen")
    assert kept.exists("/etc/playpen/uid.key"), "unless the answer is another one"
    kept.install()
    assert kept.out("getent passwd alice").startswith("alice:")
    fingerprint = kept.out("playpenctl uid-key fingerprint").split()[-1]
    kept.run("echo 'playpen playpen/delete_data boolean true' | debconf-set-selections")
    said = kept.dpkg(f"-P {' '.join(NAMES)}").stdout
    assert "deleting the uid key" in said and fingerprint in said
    # sysusers never takes a user away.
    assert set(different()) <= {"/etc/passwd", "/etc/group", "/etc/shadow", "/etc/gshadow"}


# --- stacks that were edited by hand -----------------------------------------

def edit_by_hand(node):
    node.run("sed -i 's/^auth.*pam_unix.*/&\\nauth optional pam_faildelay.so delay=1/' "
             "/etc/pam.d/common-auth")


def test_a_stack_edited_by_hand_stays_and_names_come_with_the_second_run(node):
    edit_by_hand(node)
    before = node.out(f"cat {NSSWITCH} /etc/pam.d/common-*")
    said = node.install()
    assert "was edited by hand" in said and f"afterwards run {SWITCH} enable" in said
    assert node.out(f"cat {NSSWITCH} /etc/pam.d/common-*") == before
    node.run("pam-auth-update --force --enable playpen playpen-session", check=False)
    node.run(f"{SWITCH} enable")
    assert node.nss_is_on() and node.pam_is_on()


def test_a_module_that_a_hand_edited_stack_names_is_not_removed(used):
    edit_by_hand(used)
    before = used.out("cat /etc/pam.d/common-*")
    done = used.dpkg("-r libnss-playpen libpam-playpen", check=False)
    assert done.returncode != 0
    assert "/etc/pam.d/common-auth" in done.stdout and "pam-auth-update --force" in done.stdout
    assert used.run("ls /usr/lib/*/security/pam_playpen.so")
    assert "playpen" in before
    used.run("sed -i '/pam_playpen/d; /pam_localuser/d; /^session.*pam_mkhomedir/d' "
             "/etc/pam.d/common-*")
    used.dpkg("-r libpam-playpen playpen")


def test_an_upgrade_keeps_what_was_edited_by_hand_and_what_was_switched_off(node):
    node.install("old")
    node.settle()
    edit_by_hand(node)
    before = node.out(f"cat {NSSWITCH} /etc/pam.d/common-*")
    node.install()
    assert node.out(f"cat {NSSWITCH} /etc/pam.d/common-*") == before
    node.run("pam-auth-update --force --package; " + f"{SWITCH} disable")
    node.install()
    assert not node.nss_is_on() and not node.pam_is_on()


# --- upgrades ----------------------------------------------------------------

def test_an_upgrade_by_dpkg_in_any_order_keeps_every_name(node):
    node.install("old")
    node.settle()
    for order in in_every_order("new"):
        with Watch(node, "sleep 0.02; getent passwd alice >/dev/null") as names:
            node.dpkg(f"-i {order}")
        assert len(names.answers) > 5 and set(names.answers) == {"yes"}, order
        node.install("old")


@pytest.mark.parametrize("kind", ["old", "other"])
def test_nobody_loses_a_name_or_the_way_in_during_an_upgrade(dex, node, ssh, kind):
    node.install(kind)
    assert OLD[kind] in node.out("dpkg-query -W playpen")
    let_alice_in(node.settle())
    assert ssh(node, "alice", "true").sign_in() == ("", 0)
    assert key_gets_in(node, "alice")
    assert node.exists("/var/lib/playpen/index.v0") == (kind == "other")
    with Watch(node, "sleep 0.02; getent passwd alice >/dev/null") as names, \
            Watch(node, f"sleep 0.2; {ALICE} root@{node.address} true </dev/null") as root, \
            Watch(node, f"sleep 0.2; {ALICE} alice@{node.address} true </dev/null") as alice:
        node.apt(f"install {NO_SOURCES} {NEW}")
    assert OLD[kind] not in node.out("dpkg-query -W " + " ".join(NAMES))
    for watch in (names, root, alice):
        assert watch.answers and set(watch.answers) == {"yes"}, watch.answers
    assert len(names.answers) > 20 and len(root.answers) > 2
    node.run("playpenctl user lock alice")
    assert not key_gets_in(node, "alice")


# --- kill -9 -----------------------------------------------------------------

# What stands before a command of a maintainer script that changes a file.
SHIM = """#!/bin/sh
if [ -n "$DPKG_MAINTSCRIPT_NAME" ]; then
	n=$(($(cat /dev/shm/count) + 1))
	echo $n >/dev/shm/count
	[ $n != $STOP ] || kill -9 0
fi
PATH=${PATH#*:} exec "${0##*/}" "$@"
"""
SHIMMED = "mv rm install useradd systemd-sysusers systemd-tmpfiles pam-auth-update playpenctl"

# On a copy of the node that ends with it: a command is killed, with all its children,
# before the Nth such command; then a second one finishes it. Prints how often one was
# called, the status of the first, whether nsswitch.conf then named playpen, whether the
# key of a locked user got in, the status of the second, and a sum of what it left.
ROUND = """
for directory in etc var usr; do
	mkdir -p /dev/shm/o/$1/$directory /dev/shm/o/$1/$directory.work
	mount -t overlay overlay /$directory -o lowerdir=/$directory \
		-o upperdir=/dev/shm/o/$1/$directory,workdir=/dev/shm/o/$1/$directory.work
done
echo 0 >/dev/shm/count
STOP=$1 PATH=/dev/shm/shims:$PATH setsid -w sh -c "$2" >/dev/null 2>&1
first=$?
count=$(cat /dev/shm/count)
grep -q playpen /etc/nsswitch.conf && named=on || named=off
@KEY@ -o ProxyCommand='/usr/sbin/sshd -i' alice@here true >/dev/null 2>&1 &&
	locked=in || locked=out
sh -c "$3" >/dev/null 2>&1
echo "$count $first $named $locked $?" $(cat /etc/nsswitch.conf /etc/pam.d/common-* | sha256sum)
rm -rf /dev/shm/o/$1
""".replace("@KEY@", ALICE)


def kill_before(node, number, first, second=":"):
    line = node.out(["unshare", "-m", "bash", "-c", ROUND, "round", str(number), first, second],
                    timeout=120)
    count, status, named, locked, finished, left, _ = line.split()
    return int(count), status, named, locked, finished, left


# What has run before, and what is killed: dpkg goes on where it was, and so does apt.
CONFIGURE = f"{DPKG} --configure -a"
REMOVE_ALL = f"{DPKG} -r {' '.join(NAMES)}"
UNPACK = f"{DPKG} --unpack {NEW}"
KILLED = {
    "first": (REMOVE_ALL, f"{DPKG} -i {NEW.split()[0]}", f"{CONFIGURE}; {DPKG} -i {NEW}"),
    "install": (f"{REMOVE_ALL}; {UNPACK}", CONFIGURE, CONFIGURE),
    "upgrade": (UNPACK, CONFIGURE, CONFIGURE),
    "remove": (":", REMOVE_ALL, f"{CONFIGURE}; {REMOVE_ALL}"),
}


@pytest.mark.parametrize("verb", KILLED)
def test_killed_in_a_maintainer_script_it_lets_no_locked_user_in_and_dpkg_finishes_it(node, verb):
    before, first, second = KILLED[verb]
    node.install("old")
    let_alice_in(node.settle())
    node.run("playpenctl user lock alice; mkdir -p /dev/shm/shims")
    for command in SHIMMED.split():
        node.write(f"/dev/shm/shims/{command}", SHIM, 0o755)
    assert kill_before(node, 0, "sed -i /pam_playpen/d /etc/pam.d/common-*")[3] == "in"
    node.run(before)
    whole = kill_before(node, 0, first, second)
    assert whole[1] == "0" and whole[2] == ("on" if verb in ("install", "upgrade") else "off")
    assert whole[0] > 2
    for number in range(1, whole[0] + 1):
        count, status, named, locked, finished, left = kill_before(node, number, first, second)
        assert (count, status, locked, finished) == (number, "137", "out", "0"), (number, named)
        assert left == whole[5], number


# --- from an installation by `make install` ----------------------------------

OLD_COMMIT = "7c5c696"
OLD_STATE = paths.SOURCE / "tests" / "unit" / f"state-{OLD_COMMIT}.db"
OLD_CONF = """[issuer]
url = https://dex.example/dex
[client]
id = playpen-login
[identity]
connectors = local
first_login = off
"""


def release_of(root):
    text = (root / "etc/os-release").read_text()
    return re.search("^VERSION_CODENAME=(.*)$", text, re.MULTILINE).group(1)


@pytest.fixture(scope="module")
def old_build():
    """What that commit builds. It is built on this machine, for nodes of its release."""
    if release_of(paths.ROOT) != release_of(pathlib.Path("/")):
        pytest.skip("the old version is built on the other release alone")
    done = subprocess.run([paths.SOURCE / "tests" / "old", OLD_COMMIT], stdout=subprocess.PIPE,
                          text=True, check=False)
    if done.returncode == 3:
        pytest.skip(f"git does not have {OLD_COMMIT} here")
    assert done.returncode == 0
    return done.stdout.strip()


def run_make(node, build, *words):
    """make in a build of this machine, with the node's files as DESTDIR."""
    subprocess.run(["make", "-s", "-C", build, *words, f"DESTDIR={node.files()}"], check=True,
                   capture_output=True, text=True)


@pytest.fixture
def old_node(node, old_build):
    """The old version by `make install` and its own setup, with eight accounts."""
    run_make(node, old_build, "install")
    node.run("/usr/share/playpen/setup enable")
    node.write("/etc/playpen/playpen.conf", OLD_CONF, 0o644)
    node.write("/etc/playpen/id.key", ID_KEY + "\n", 0o600)
    (node.files() / "var/lib/playpen/state.db").write_bytes(OLD_STATE.read_bytes())
    node.run("chmod 600 /var/lib/playpen/state.db; playpenctl publish")
    return node


def people(node):
    return [node.out(f"getent passwd {name}") for name in ("alice", "bob", "carol", "svc-backup")]


def follow_the_way_to_new_words(node):
    node.run("mv /etc/playpen/id.key /etc/playpen/uid.key; rm /var/lib/playpen/provision; "
             "sed -i s/first_login/allow_new_users/ /etc/playpen/playpen.conf")


def assert_taken_over(node, before):
    assert people(node) == before and all(line.count(":") == 6 for line in before)
    assert node.nss_is_on() and node.pam_is_on()
    assert "allow_new_users" in node.read("/etc/playpen/playpen.conf")
    found = node.run("playpenctl doctor --offline", check=False)
    assert not [line for line in troubles(found.stdout) if line.startswith("fault")], found.stdout


def test_make_install_over_an_old_installation_keeps_every_uid(old_node):
    before = people(old_node)
    run_make(old_node, paths.BUILD, "install")
    follow_the_way_to_new_words(old_node)
    old_node.run("/usr/share/playpen/setup enable; playpenctl publish")
    assert_taken_over(old_node, before)


def test_an_old_installation_goes_over_to_packages_and_keeps_every_uid(old_node, old_build):
    before = people(old_node)
    old_node.run("/usr/share/playpen/setup disable")
    run_make(old_node, old_build, "uninstall")
    assert not old_node.exists("/usr/share/playpen/setup")
    follow_the_way_to_new_words(old_node)
    old_node.install()
    assert_taken_over(old_node, before)
