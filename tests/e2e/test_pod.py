# SPDX-License-Identifier: MIT
"""What the pods of packaging/kubernetes do to a node, with the image's own entry point
and nodes that systemd has booted; the pod is imitated (rig/pod.py)."""

import hashlib
import json
import re
import time

import pytest

from rig import paths
from rig.booted import BootedNode, why_not
from rig.conf import conf_text
from rig.debs import NAMES, OLD, installed_on, make_older, version
from rig.node import ID_KEY
from rig.pod import Container, Volume, make_image, unpack_image
from rig.wait import until

pytestmark = [
    pytest.mark.skipif(paths.PACKAGES is None, reason="PLAYPEN_PACKAGES says of no packages"),
    pytest.mark.skipif(why_not() is not None, reason=str(why_not())),
]

PODS = paths.LAB / "pods"
NOBODY = '{"serial":1}\n{"end":0}\n'
LISTED = '{"serial":2}\n{"name":"carol","locked":true}\n{"end":1}\n'
BOB = '{"serial":7,"confirmed":"2026-11-29T09:00:00Z"}\n{"name":"bob","locked":true}\n{"end":1}\n'
ACCOUNTS = "/etc/playpen/accounts.d/accounts.jsonl"
UNMERGE = "systemd-sysext unmerge; rm -rf /var/lib/playpen-node /var/lib/extensions/playpen"


@pytest.fixture(scope="module", autouse=True)
def images():
    """A layer with two images: of the packages, and of older ones."""
    for kind, debs in (("image", paths.PACKAGES), ("older", make_older(PODS / "debs"))):
        (PODS / kind).mkdir(parents=True)
        make_image(debs, PODS / kind)
        unpack_image(PODS / kind, PODS / "files", kind)


class PodNode(BootedNode):
    """A node without playpen, and the volumes of its pod."""

    def __init__(self):
        super().__init__("node-8", "127.0.1.8")
        self._layers[0] = PODS / "files"

    def start(self):
        super().start()
        self.accounts = Volume(self, "accounts", {"accounts.jsonl": LISTED}, 0o1777)
        self.configuration = Volume(self, "configuration", {"playpen.conf": conf_text()})
        self.key = Volume(self, "uid-key", {"uid.key": ID_KEY + "\n"}, 0o1777)
        self.run("ssh-keygen -A")
        return self.start_sshd()

    def set_up(self, image="image"):
        return Container(self, "install", image).wait_until_ready()

    def version(self):
        return installed_on(self)


@pytest.fixture
def node(make_node, request):
    """A node of make_node's list, so that a failure shows its log."""
    made = PodNode()
    request.addfinalizer(made.stop)
    make_node.made.append(made)
    return made.start()


# --- the image ---------------------------------------------------------------


def test_the_same_packages_make_the_same_image(tmp_path):
    digest = make_image(paths.PACKAGES, tmp_path)
    assert digest == (PODS / "image/playpen-node.digest").read_text().strip()
    for name in ("playpen-node.tar", "playpen-node.spdx.json"):
        assert (tmp_path / name).read_bytes() == (PODS / "image" / name).read_bytes()
    assert digest != (PODS / "older/playpen-node.digest").read_text().strip()


def test_the_bill_of_materials_names_what_is_in_the_image():
    bill = json.loads((PODS / "image/playpen-node.spdx.json").read_text())
    image, *contents = bill["packages"]
    digest = (PODS / "image/playpen-node.digest").read_text().strip()
    assert "sha256:" + image["checksums"][0]["checksumValue"] == digest
    assert {p["name"] for p in contents} == {*NAMES, "busybox-static", "playpen-node", "on-host"}
    for package in contents:
        file = PODS / "files/srv/pod/image" / package["packageFileName"]
        found = hashlib.sha256(file.read_bytes()).hexdigest()
        assert package["checksums"][0]["checksumValue"] == found


# --- install -----------------------------------------------------------------


def test_a_node_is_set_up_and_alice_signs_in(dex, node, ssh):
    pod = node.set_up()
    said = pod.kill()
    assert node.version() == version()
    assert f"this node is set up, by version {version()}" in said
    assert node.read(ACCOUNTS) == LISTED
    assert node.out("stat -c '%a %U' /etc/playpen/uid.key") == "600 root"
    assert ID_KEY not in said
    assert ssh(node, "alice", "id", "-un").sign_in() == ("alice", 0)


def test_who_is_locked_in_the_volume_never_comes_to_a_new_node(dex, node, ssh):
    node.accounts.update({"accounts.jsonl": BOB})
    node.set_up().kill()
    assert ssh(node, "bob").is_kept_out()


def test_locks_that_cannot_be_applied_keep_a_new_node_switched_off(node):
    node.accounts.update({"accounts.jsonl": LISTED.replace('"end":1', '"end":2')})
    status, said = Container(node, "install").result()
    assert status == 1 and "so nobody is let in" in said
    assert not node.exists("/etc/playpen/playpen.conf")
    assert node.run("getent passwd alice", check=False).returncode == 2
    node.accounts.update({"accounts.jsonl": LISTED})
    node.set_up().kill()


def test_a_lock_that_is_carried_is_applied_and_taken_back(dex, node, ssh):
    node.set_up().kill()
    Container(node, "carry")
    node.accounts.update({"accounts.jsonl": BOB})
    until(lambda: "name=bob change=locked" in node.log(), "apply")
    assert ssh(node, "bob").is_kept_out()
    node.accounts.update({"accounts.jsonl": BOB.replace("true", "false").replace("7", "8", 1)})
    until(lambda: "name=bob change=unlocked" in node.log(), "apply")
    assert ssh(node, "bob", "id", "-un").sign_in() == ("bob", 0)


def test_a_second_run_changes_nothing(node):
    node.set_up().kill()
    node.run("touch /tmp/before")
    node.set_up().kill()
    changed = node.out("find /etc /usr /var/lib/playpen /var/lib/dpkg -newer /tmp/before -type f "
                       "! -name '*lock*'")
    assert changed == ""


def test_a_node_without_a_library_and_without_apt_sources_says_what_is_missing(node):
    node.run("dpkg --purge --force-depends libinih1; rm -rf /etc/apt/sources.list* "
             "/var/lib/apt/lists/*")
    status, said = Container(node, "install").result()
    assert status == 1
    assert "libinih1" in said
    assert said.rstrip().split("\n")[-1].startswith("playpen-node: apt of this node could not")
    assert node.version() is None and "playpen" not in node.read("/etc/nsswitch.conf")


def test_a_node_of_another_architecture_is_refused(node):
    node.write("/usr/local/bin/dpkg", '#!/bin/sh\n[ "$1" != --print-architecture ] || '
               'exec echo mips64el\nexec /usr/bin/dpkg "$@"\n', 0o755)
    status, said = Container(node, "install").result()
    assert status == 1
    assert said.rstrip().endswith("this node is mips64el")


def test_another_uid_key_is_never_replaced(node):
    node.set_up().kill()
    node.key.update({"uid.key": "f" * 32 + "\n"})
    status, said = Container(node, "install").result()
    assert status == 1 and "has another uid key" in said.rstrip().split("\n")[-1]
    assert node.read("/etc/playpen/uid.key").strip() == ID_KEY
    assert not node.exists("/run/playpen-node"), "the key of the Secret is left there"
    node.key.update({"uid.key": ID_KEY + "\n"})
    node.set_up().kill()


def test_a_broken_configuration_leaves_the_old_one(node):
    node.set_up().kill()
    before = node.read("/etc/playpen/playpen.conf")
    node.configuration.update({"playpen.conf": before + "[identity]\nconector = local\n"})
    status, said = Container(node, "install").result()
    assert status == 1 and "conector" in said
    assert node.read("/etc/playpen/playpen.conf") == before
    changed = conf_text({"limits": {"max_pending_logins": "9"}})
    node.configuration.update({"playpen.conf": changed})
    node.set_up().kill()
    assert node.read("/etc/playpen/playpen.conf") == changed


# --- versions ----------------------------------------------------------------


def test_a_node_is_upgraded_and_never_downgraded(node):
    node.set_up("older").kill()
    assert node.version() == OLD
    node.set_up().kill()
    assert node.version() == version()
    said = node.set_up("older").kill()
    assert f"this node has version {version()}, and keeps it" in said
    assert node.version() == version()


def test_two_versions_at_once_end_with_the_higher(node):
    pods = [Container(node, "install", image) for image in ("image", "older")]
    for pod in pods:
        pod.wait_until_ready()
    assert node.version() == version()


# --- killed ------------------------------------------------------------------


def test_what_is_killed_at_any_time_is_finished_by_the_next_run(node):
    began = time.monotonic()
    node.set_up("older").kill()
    whole = time.monotonic() - began
    parts = 8
    for part in range(parts):
        node.run("dpkg --purge libnss-playpen libpam-playpen playpen", check=False)
        pod = Container(node, "install")
        time.sleep(whole * (part + 0.5) / parts)
        pod.kill()
        assert node.run("getent passwd root && getent passwd sshd").returncode == 0
        known_and_unchecked(node)
    node.set_up().kill()
    assert node.version() == version()
    assert node.out("dpkg --audit") == ""


# Stands before a program of the node. It stops before that step of on-host which is
# asked for; /proc has the numbers of the node, and the pod others.
STEP = """#!/bin/sh
read -r _ _ _ parent _ </proc/self/stat
if /usr/bin/grep -q on-host "/proc/$parent/cmdline"; then
	step=$(($(/usr/bin/cat /srv/step) + 1))
	echo $step >/srv/step
	if [ $step = "$(/usr/bin/cat /srv/stop)" ]; then
		: >/srv/reached
		exec /usr/bin/sleep 600
	fi
fi
exec "$(PATH=/usr/sbin:/usr/bin:/sbin:/bin command -v "${0##*/}")" "$@"
"""
ALIKE = "cat cp flock grep mkdir rm tail tar"
OF_PACKAGES = "apt-get dpkg dpkg-deb dpkg-query ls"
OF_EXTENSIONS = ("basename cmp find ldd ln mv readlink sed sort sync systemctl systemd-run "
                 "systemd-sysusers systemd-tmpfiles tr")


def kill_at_each_step(node, programs, verb, before=":"):
    """Returns the number of steps; each of them was not begun by a run that was killed."""
    for name in programs.split():
        if not node.exists(f"/usr/local/sbin/{name}"):
            node.write(f"/usr/local/sbin/{name}", STEP, 0o755)
    step = 1
    while kill_at_step(node, step, verb, before):
        assert node.run("getent passwd root && getent passwd sshd").returncode == 0
        known_and_unchecked(node)
        step += 1
    node.write("/srv/stop", "0")
    return step - 1


def kill_at_step(node, step, verb, before):
    """Returns False if there are not so many; then the run has ended by itself."""
    node.run(before)
    node.write("/srv/step", "0")
    node.write("/srv/stop", str(step))
    node.run("rm -f /srv/reached")
    pod = Container(node, verb)
    until(lambda: node.exists("/srv/reached") or pod.is_ready(), f"step {step}", 300, step=0.1)
    reached = node.exists("/srv/reached")
    pod.kill()
    return reached


def test_what_is_killed_before_any_step_is_finished_by_the_next_run(node):
    assert kill_at_each_step(node, f"{ALIKE} {OF_PACKAGES}", "install") > 15
    assert node.version() == version()
    assert kill_at_each_step(node, f"{ALIKE} {OF_PACKAGES}", "remove") > 5
    assert node.version() is None
    assert node.read("/etc/playpen/uid.key").strip() == ID_KEY
    node.set_up().kill()
    assert node.version() == version()


def known_and_unchecked(node):
    """No playpen user is known on a node whose PAM does not check them."""
    if re.search(r"^passwd:.*\bplaypen\b", node.read("/etc/nsswitch.conf"), re.MULTILINE):
        assert "pam_playpen" in node.read("/etc/pam.d/common-auth")


# --- carry -------------------------------------------------------------------


@pytest.fixture
def carried(node):
    node.run("mkdir -p /etc/playpen/accounts.d")
    node.carrier = Container(node, "carry")
    until(lambda: node.exists(ACCOUNTS), "the first file")
    return node


def test_a_change_of_the_volume_comes_to_the_node(carried):
    carried.accounts.update({"accounts.jsonl": BOB})
    until(lambda: carried.read(ACCOUNTS) == BOB, "the file")
    assert carried.out(f"stat -c '%a %U' {ACCOUNTS}") == "644 root"
    assert "carried accounts.jsonl, serial 7" in carried.carrier.kill()


def test_what_is_missing_from_the_volume_is_no_news(carried):
    carried.accounts.update({"accounts.jsonl": BOB})
    until(lambda: carried.read(ACCOUNTS) == BOB, "the file")
    for files in ({}, {"other.jsonl": NOBODY}):
        carried.accounts.update(files)
        if files:
            until(lambda: carried.exists("/etc/playpen/accounts.d/other.jsonl"), "the other file")
        assert carried.read(ACCOUNTS) == BOB
    carried.run(f"rm {carried.accounts.path}/..data")  # a volume that is not there
    carried.accounts.update({"accounts.jsonl": BOB.replace("7", "8", 1)})
    until(lambda: '"serial":8' in carried.read(ACCOUNTS), "the file")


def test_an_older_file_replaces_no_newer_one(carried):
    carried.accounts.update({"accounts.jsonl": BOB})
    until(lambda: carried.read(ACCOUNTS) == BOB, "the file")
    carried.accounts.update({"accounts.jsonl": NOBODY, "mark.jsonl": NOBODY})
    until(lambda: carried.exists("/etc/playpen/accounts.d/mark.jsonl"), "the mark")
    assert carried.read(ACCOUNTS) == BOB
    assert "accounts.jsonl is older than the node's (serial 7)" in carried.carrier.kill()


def test_a_file_that_somebody_spoilt_on_the_node_comes_back(node):
    node.run("mkdir -p /etc/playpen/accounts.d")
    node.accounts.update({"accounts.jsonl": BOB})
    Container(node, "carry")
    until(lambda: node.exists(ACCOUNTS), "the first file")
    node.write(ACCOUNTS, "")
    until(lambda: node.read(ACCOUNTS) == BOB, "the file", 90)


def test_a_carrier_that_was_killed_leaves_no_part_of_a_file(carried):
    text = BOB.replace('{"name"', "\n" * 500_000 + '{"name"')
    for _ in range(5):
        carried.accounts.update({"accounts.jsonl": text})
        carried.carrier.kill()
        assert carried.read(ACCOUNTS) in (LISTED, text)
        carried.carrier = Container(carried, "carry")
    until(lambda: carried.read(ACCOUNTS) == text, "the file")
    carried.run("cd /etc/playpen/accounts.d; : >.carry.AAAAAA; touch -d '2 minutes ago' .carry.*")
    carried.accounts.update({"accounts.jsonl": text.replace("7", "8", 1)})
    until(lambda: '"serial":8' in carried.read(ACCOUNTS)[:20], "the file")
    assert carried.out("ls -A /etc/playpen/accounts.d") == "accounts.jsonl"


# --- remove ------------------------------------------------------------------


def test_removal_leaves_keys_and_accounts(node):
    node.set_up().kill()
    Container(node, "remove").wait_until_ready().kill()
    assert node.version() is None
    assert "playpen" not in node.read("/etc/nsswitch.conf")
    assert node.run("grep -l pam_playpen /etc/pam.d/*", check=False).returncode == 1
    assert node.read("/etc/playpen/uid.key").strip() == ID_KEY
    node.run("systemctl is-active ssh && getent passwd root")
    Container(node, "remove").wait_until_ready().kill()
    # dpkg still knows which version it was: that one keeps out no lower one.
    node.set_up("older").kill()
    assert node.version() == OLD
    node.set_up().kill()
    assert node.version() == version()


# --- a node without dpkg -----------------------------------------------------


class ImageNode(PodNode):
    """Its /usr is the image's, so that it has no dpkg. As on any node that was not booted
    for tests, what its systemd mounts is seen in pods."""

    def start(self):
        super().start()
        self.run("mount --make-rshared /; mv /usr/bin/dpkg /usr/bin/dpkg-query /root/")
        return self

    def version(self):
        if not self.exists("/usr/sbin/playpenctl"):
            return None
        return self.out("cat /usr/share/playpen/image-version")


@pytest.fixture
def image_node(make_node, request):
    made = ImageNode()
    request.addfinalizer(made.stop)
    make_node.made.append(made)
    return made.start()


def test_a_node_without_dpkg_gets_a_system_extension(dex, image_node, ssh):
    image_node.set_up().kill()
    assert image_node.version() == version()
    assert ssh(image_node, "alice", "id", "-un").sign_in() == ("alice", 0)
    merged = image_node.out("findmnt -no ID /usr")
    assert "is installed" not in image_node.set_up().kill()
    assert image_node.out("findmnt -no ID /usr") == merged
    Container(image_node, "remove").wait_until_ready().kill()
    assert image_node.version() is None
    assert "playpen" not in image_node.read("/etc/nsswitch.conf")
    assert image_node.run("grep -l pam_playpen /etc/pam.d/*", check=False).returncode == 1
    assert image_node.read("/etc/playpen/uid.key").strip() == ID_KEY
    assert image_node.out("ls /var/lib/extensions") == ""


def test_a_system_extension_is_upgraded_and_never_downgraded(image_node):
    image_node.set_up("older").kill()
    assert image_node.version() == OLD
    image_node.set_up().kill()
    assert image_node.version() == version()
    assert image_node.out("ls /var/lib/playpen-node") == version()
    assert "and keeps it" in image_node.set_up("older").kill()
    assert image_node.version() == version()


def test_a_system_extension_that_was_killed_is_finished_by_the_next_run(image_node):
    began = time.monotonic()
    image_node.set_up("older").kill()
    whole = time.monotonic() - began
    parts = 6
    for part in range(parts):
        image_node.run(UNMERGE)
        pod = Container(image_node, "install")
        time.sleep(whole * (part + 0.5) / parts)
        pod.kill()
        assert image_node.run("getent passwd root && getent passwd sshd").returncode == 0
        known_and_unchecked(image_node)
    image_node.set_up().kill()
    assert image_node.version() == version()


def test_an_extension_that_is_killed_before_any_step_is_finished_by_the_next_run(image_node):
    assert kill_at_each_step(image_node, f"{ALIKE} {OF_EXTENSIONS}", "install", UNMERGE) > 20
    assert image_node.version() == version()
    assert kill_at_each_step(image_node, f"{ALIKE} {OF_EXTENSIONS}", "remove") > 8
    assert image_node.version() is None
    image_node.set_up().kill()
    assert image_node.version() == version()


def test_an_extension_of_another_release_is_refused(image_node):
    release = image_node.read("/usr/lib/os-release")
    image_node.write("/usr/lib/os-release", "ID=flatcar\nVERSION_ID=4081.2.0\n")
    status, said = Container(image_node, "install").result()
    assert status == 1 and said.rstrip().endswith("this node is flatcar 4081.2.0")
    image_node.write("/usr/lib/os-release", release)
    image_node.set_up().kill()


def test_an_image_without_a_library_is_refused(image_node):
    image_node.run("mv /usr/lib/x86_64-linux-gnu/libinih.so.1 /root/")
    status, said = Container(image_node, "install").result()
    assert status == 1
    assert said.rstrip().endswith("must have these libraries: libinih.so.1")
    assert image_node.version() is None
    image_node.run("mv /root/libinih.so.1 /usr/lib/x86_64-linux-gnu/")
    image_node.set_up().kill()


def test_a_node_without_dpkg_and_without_extensions_is_refused(image_node):
    image_node.run("mv /usr/bin/systemd-sysext /root/")
    status, said = Container(image_node, "install").result()
    assert status == 1
    assert "neither dpkg nor systemd-sysext" in said.rstrip().split("\n")[-1]
