# SPDX-License-Identifier: MIT
"""Pods of packaging/kubernetes imitated on a booted node: the image that
packaging/image made, its entry point as process 1 of a process namespace, the node
below /host, and volumes as the kubelet makes and replaces them. No kubelet runs."""

import itertools
import json
import os
import pathlib
import shutil
import signal
import subprocess

from . import paths
from .wait import until

IMAGE = "/srv/pod/{}"
START = """
cd {root}
mkdir -p dev host volumes/accounts volumes/configuration volumes/uid-key
mount --bind /dev dev
mount --rbind / host
for volume in /srv/volumes/*; do mount --bind $volume volumes/${{volume##*/}}; done
exec chroot . /bin/env -i PATH=/bin /bin/playpen-node {verb}
"""


def make_image(debs, directory, name="playpen-node"):
    """Makes the image of packages; returns its digest."""
    done = subprocess.run([paths.SOURCE / "packaging" / "image", debs, directory, name],
                          capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.strip()


def unpack_image(directory, layer, name="image"):
    """Lays the image's files into a layer for nodes, without a container runtime."""
    oci = directory / "oci"
    oci.mkdir()
    subprocess.run(["tar", "-C", oci, "-xf", directory / "playpen-node.tar"], check=True)
    manifest = json.loads(_blob(oci, json.loads((oci / "index.json").read_text())
                                ["manifests"][0]["digest"]).read_text())
    root = layer / IMAGE.format(name).lstrip("/")
    root.mkdir(parents=True)
    for part in manifest["layers"]:
        subprocess.run(["tar", "-C", root, "-xzf", _blob(oci, part["digest"])], check=True,
                       capture_output=True)
    shutil.rmtree(oci)


def _blob(oci, digest):
    return oci / "blobs" / digest.replace(":", "/")


class Volume:
    """A volume of a ConfigMap or a Secret in the node: a directory that everybody may
    write, with a link ..data to a directory of this version, and links to its files."""

    _numbers = itertools.count(1)

    def __init__(self, node, name, files, mode=0o777):
        self._node = node
        self.path = f"/srv/volumes/{name}"
        node.run(f"mkdir -p {self.path}; chmod {mode:o} {self.path}")
        self._version = None
        self.update(files)

    def update(self, files):
        """As the kubelet's atomic writer does it: a new directory, a link, a rename."""
        number = next(self._numbers)
        version = f"..2026_11_29_09_38_{number:02}.{number * 7919}"
        self._node.run(f"mkdir -m 755 {self.path}/{version}")
        for name, text in files.items():
            self._node.write(f"{self.path}/{version}/{name}", text, 0o644)
            self._node.run(f"ln -sfn ..data/{name} {self.path}/{name}")
        self._node.run(f"ln -s {version} {self.path}/..data_tmp; "
                       f"mv -T {self.path}/..data_tmp {self.path}/..data; "
                       f"cd {self.path}; for name in *; do "
                       '[ -e "$name" ] || rm -f "$name"; done; '
                       f"rm -rf {self._version or '.none'}")
        self._version = version


class Container:
    """A container of the pod that runs; kill() is the kubelet's SIGKILL, which ends
    everything in it."""

    def __init__(self, node, verb, image="image"):
        self._root = IMAGE.format(image)
        self._node = node
        node.run(f"rm -f {self._root}/run/playpen-node")
        self._process = node.popen(
            ["unshare", "--mount", "--propagation", "slave", "--pid", "--fork",
             "--kill-child", "sh", "-ec",
             START.format(root=self._root, verb=verb)],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True)

    def is_ready(self):
        """As the startup probe asks: a file in the container."""
        assert self._process.poll() is None, self.result()
        return self._node.exists(f"{self._root}/run/playpen-node")

    def wait_until_ready(self, seconds=300):
        until(self.is_ready, "the container", seconds, step=0.2)
        return self

    def result(self, timeout=300):
        """Waits for its end. Returns the exit status and all that it said."""
        said = self._process.communicate(timeout=timeout)[0]
        return self._process.returncode, said

    def kill(self):
        """Returns what it said. The process that entered the node has a child there."""
        pid = self._process.pid
        for child in pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
            os.kill(int(child), signal.SIGKILL)
        return self._process.communicate(timeout=30)[0]
