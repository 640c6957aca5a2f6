# SPDX-License-Identifier: MIT
"""Nodes on which Debian packages of playpen are installed, and the packages: those
that ./check built, and older ones."""

import os
import pathlib
import re
import shutil
import subprocess

from . import paths
from .conf import conf_text
from .node import ID_KEY, Node

NAMES = ("playpen", "libpam-playpen", "libnss-playpen")
# Versions of older packages: one that writes the same index, and one that does not.
OLD = {"old": "0.1.0~0-1", "other": "0.0.9-1"}
DEBS = "/debs"
REPOSITORY = "/srv/playpen"
SIGNER = "packages@playpen.invalid"
DPKG = "DEBIAN_FRONTEND=noninteractive dpkg --force-unsafe-io"
TIMEOUT = 300
SETTLED = paths.LAB / "packages"


def built(name):
    """Returns the path of the package of that name which ./check built."""
    (path,) = paths.PACKAGES.glob(f"{name}_*.deb")
    return path


def _run(*words, **options):
    subprocess.run(list(map(str, words)), check=True, capture_output=True, **options)


def _make_older(name, to, kind, edit):
    """Writes the package as one of the version OLD[kind], after edit(bytes) of its
    programs and modules."""
    tree = to / name
    _run("dpkg-deb", "-R", built(name), tree)
    control = tree / "DEBIAN" / "control"
    text = control.read_text()
    version = re.search("^Version: (.*)$", text, re.MULTILINE).group(1)
    text = re.sub("^Breaks: playpen .*\n", "", text, flags=re.MULTILINE)
    control.write_text(text.replace(version, OLD[kind]))
    for path in tree.rglob("*"):
        if path.is_file() and not path.is_symlink():
            content = path.read_bytes()
            if content.startswith(b"\x7fELF") and edit(content) != content:
                path.write_bytes(edit(content))
    _run("dpkg-deb", "-b", "-Znone", "--root-owner-group", tree, to / f"{name}.deb")
    shutil.rmtree(tree)


def _another_format(content):
    """The name of the index carries its format, so this is a node's of another
    format: neither version reads what the other one writes."""
    return content.replace(b"/var/lib/playpen/index.v1", b"/var/lib/playpen/index.v0")


def with_key(*words):
    """Runs a command of a release where gpg has the key of this run."""
    home = SETTLED / "gnupg"
    environment = {**os.environ, "GNUPGHOME": str(home)}
    if not home.exists():
        home.mkdir(mode=0o700)
        _run("gpg", "--batch", "--quiet", "--passphrase", "", "--quick-gen-key", SIGNER,
             env=environment)
    done = subprocess.run(list(map(str, words)), env=environment, capture_output=True,
                          text=True, check=False)
    _run("gpgconf", "--kill", "all", env=environment)
    return done


def _make_repository(directory):
    """Makes a signed apt repository of the packages."""
    directory.mkdir(parents=True)
    for name in NAMES:
        shutil.copy(built(name), directory)
    done = with_key(paths.SOURCE / "packaging" / "repository", directory, SIGNER)
    assert done.returncode == 0, done.stderr


def files(kind):
    """Returns the packages of a kind, each behind those that it depends on."""
    return " ".join(f"{DEBS}/{kind}/{name}.deb" for name in NAMES)


def settle():
    """Makes two layers, once in a run: the packages as files in /debs (new, old, other) and as a
    repository; and what they depend on, installed."""
    files = SETTLED / "debs" / "files"
    if files.exists():
        return
    debs = files / DEBS.lstrip("/")
    for kind, edit in (("old", lambda content: content), ("other", _another_format)):
        (debs / kind).mkdir(parents=True)
        for name in NAMES:
            _make_older(name, debs / kind, kind, edit)
    (debs / "new").mkdir()
    for name in NAMES:
        shutil.copy(built(name), debs / "new" / f"{name}.deb")
    _make_repository(files / REPOSITORY.lstrip("/"))
    (SETTLED / "libraries").mkdir()
    node = PackageNode(keep=SETTLED / "libraries", libraries=False).start()
    node.apt("install --no-install-recommends libcurl4 libinih1 libjson-c5 libqrencode4 "
             "libseccomp2 libsqlite3-0")
    node.stop()


class PackageNode(Node):
    """A bare node: sshd, sudo and systemd are there, nothing of playpen."""

    def __init__(self, keep=None, libraries=True):
        super().__init__("node-8", "127.0.1.8")
        self._layers = [SETTLED / "debs" / "files"]
        if libraries:
            self._layers.append(SETTLED / "libraries" / "files")
        self._keep = keep

    def files(self):
        """Returns where this machine sees the node's files."""
        return pathlib.Path(f"/proc/{self._init}/root")

    def dpkg(self, words, check=True):
        return self.run(f"{DPKG} {words} 2>&1", check=check, timeout=TIMEOUT)

    def apt(self, words, check=True):
        return self.run("DEBIAN_FRONTEND=noninteractive apt-get -q -y "
                        f"-o Dpkg::Options::=--force-unsafe-io {words} 2>&1 </dev/null",
                        check=check, timeout=TIMEOUT)

    def install(self, kind="new"):
        """kind is new, old or other. Gives what the commands printed."""
        return self.dpkg(f"-i {files(kind)}").stdout

    def settle(self):
        """What README's third step writes, and a known user: alice, whose key gets
        in as long as PAM lets it."""
        self.write("/etc/playpen/playpen.conf", conf_text(), 0o644)
        self.write("/etc/playpen/uid.key", ID_KEY + "\n", 0o600)
        self.write("/tmp/roster", '{"name":"alice"}\n')
        self.run("playpenctl publish; playpenctl user import /tmp/roster; rm /tmp/roster; "
                 "mkdir -p /home/alice/.ssh; chown -R alice: /home/alice")
        return self

    def nss_is_on(self):
        return "playpen" in self.read("/etc/nsswitch.conf")

    def pam_is_on(self):
        return all("pam_playpen" in self.read(f"/etc/pam.d/common-{kind}")
                   for kind in ("auth", "account", "session"))


class Watch:
    """Asks for something again and again while something else happens: in the
    node, a line of shell that fails if it does not hold."""

    def __init__(self, node, line):
        self._node, self._line = node, line
        self._flag = f"/run/watch-{id(self)}"

    def __enter__(self):
        self._node.run(f"touch {self._flag}")
        self._process = self._node.popen(
            ["sh", "-c", f"while [ -e {self._flag} ]; do if {self._line}; then echo yes; "
             "else echo no; fi; done"],
            stdout=subprocess.PIPE, text=True)
        assert self._process.stdout.readline() == "yes\n"
        return self

    def __exit__(self, *_):
        self._node.run(f"rm {self._flag}")
        self.answers = self._process.communicate(timeout=30)[0].split()
