# SPDX-License-Identifier: MIT
"""Packages in other forms: their own tests run as a distribution runs them, the RPM
unpacked, and the system extension merged on a node that systemd has booted."""

import pathlib
import shutil
import subprocess

import pytest

from rig import booted, paths
from rig.packages import SETTLED, PackageNode, built, settle

pytestmark = [
    pytest.mark.packages,
    pytest.mark.skipif(paths.PACKAGES is None, reason="PLAYPEN_PACKAGES says of no packages"),
]


@pytest.fixture(scope="module", autouse=True)
def settled():
    settle()


def layer(name):
    files = SETTLED / name
    files.mkdir()
    return files


class LaidNode(PackageNode):
    """A bare node with more files."""

    def __init__(self, files, **options):
        super().__init__(**options)
        self._layers.append(files)


# --- autopkgtest -------------------------------------------------------------

# The tests call it as Dex's own release is called: dex serve FILE.
DEX = '#!/bin/sh\nexec /opt/dex "$@"\n'


@pytest.fixture(scope="module")
def source():
    """The source package unpacked, as autopkgtest gets it, and a Dex in PATH."""
    files = layer("source")
    (dsc,) = paths.PACKAGES.glob("playpen_*.dsc")
    subprocess.run(["dpkg-source", "--no-check", "-x", dsc, files / "srv-source"], check=True,
                   capture_output=True)
    (files / "srv").mkdir()
    tree = (files / "srv-source").rename(files / "srv" / "source")
    # As after a build: autopkgtest builds none then, and needs no dpkg-dev.
    (tree / "debian" / "files").touch()
    for path, content in (("opt/dex", pathlib.Path(paths.DEX_BINARY["release"]).read_bytes()),
                          ("usr/local/bin/dex", DEX.encode())):
        (files / path).parent.mkdir(parents=True)
        (files / path).write_bytes(content)
        (files / path).chmod(0o755)
    return files


def test_the_packages_pass_their_own_tests_by_autopkgtest(no_dex, source, request):
    node = LaidNode(source).start()
    request.addfinalizer(node.stop)
    node.apt("install --no-install-recommends autopkgtest python3-pexpect")
    debs = " ".join(f"/debs/new/{name}.deb" for name in ("playpen", "libpam-playpen", "libnss-playpen"))
    client = built("playpen-client")
    (node.files() / "debs" / "new" / client.name).write_bytes(client.read_bytes())
    done = node.run(
        "autopkgtest --ignore-restrictions=isolation-container,breaks-testbed "
        f"{debs} /debs/new/{client.name} /srv/source -- null 2>&1", check=False, timeout=400)
    said = done.stdout[-6000:]
    assert done.returncode == 0, said
    lines = [line.split() for line in done.stdout.splitlines()]
    assert ["installed", "PASS"] in lines and ["sign-in", "PASS"] in lines, said


# --- RPM ---------------------------------------------------------------------

def test_the_rpm_unpacked_on_a_node_says_its_version(request):
    """tests/debs has built it, and has looked at what it holds."""
    found = list((paths.PACKAGES / "rpm").glob("*/playpen-*.rpm"))
    if not found:
        pytest.skip("the RPM is built on the other release alone")
    (rpm,) = found
    files = layer("rpm")
    with subprocess.Popen(["rpm2cpio", rpm], stdout=subprocess.PIPE) as archive:
        subprocess.run(["cpio", "-idm", "--quiet"], cwd=files, stdin=archive.stdout, check=True)
    node = LaidNode(files).start()
    request.addfinalizer(node.stop)
    version = rpm.name.split("-")[1]
    assert node.out("playpenctl --version") == f"playpenctl {version}"
    assert (paths.PACKAGES / "rpm" / "playpen.pp").stat().st_size > 1000, "the SELinux module"


# --- the system extension ----------------------------------------------------

class ExtensionNode(booted.BootedNode):
    """A bare node that systemd has booted, with the image where systemd-sysext looks."""

    def __init__(self):
        super().__init__("node-9", "127.0.1.9")
        files = layer("sysext")
        self._mounted = files / "var" / "lib" / "extensions" / "playpen"
        self._mounted.parent.mkdir(parents=True)
        shutil.copy(paths.PACKAGES / "sysext" / "playpen.raw", self._mounted.with_suffix(".raw"))
        self._layers = [booted.units(), SETTLED / "libraries" / "files", files]

    def start(self):
        super().start()
        # On a machine systemd makes all mounts shared, not so in a container. Nodes have
        # no devices; the kernel's loop devices are for all nodes.
        self.run("mount --make-rshared /; mknod /dev/loop-control c 10 237; for n in 0 1 2 3 4 5 6 7; do "
                 "mknod -m 600 /dev/loop$n b 7 $n; done")
        return self


@pytest.fixture
def extended(request):
    if not (paths.PACKAGES / "sysext").exists():
        pytest.skip("the system extension is built on the other release alone")
    if booted.why_not():
        pytest.skip(booted.why_not())
    node = ExtensionNode()
    request.addfinalizer(node.stop)
    return node.start()


def test_a_system_extension_is_merged_and_a_person_signs_in(dex, extended, ssh):
    node = extended
    assert not node.exists("/usr/sbin/playpenctl")
    node.run("systemd-sysext merge && systemd-sysusers && systemd-tmpfiles --create; "
             "/usr/share/playpen/switch enable")
    assert "playpen" in node.out("systemd-sysext status --no-legend")
    assert node.run("touch /usr/sbin/playpenctl", check=False).returncode != 0, "an image"
    assert node.out("stat -c %U:%a /var/cache/playpen") == "playpen:700"
    node.configure()
    node.start_sshd()
    assert ssh(node, "alice", "id", "-un").sign_in() == ("alice", 0)
    node.run("/usr/share/playpen/switch remove; systemd-sysext unmerge")
    assert not node.exists("/usr/sbin/playpenctl")
    assert "playpen" not in node.out("cat /etc/pam.d/common-* /etc/nsswitch.conf")
