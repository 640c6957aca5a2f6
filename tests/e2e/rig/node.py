# SPDX-License-Identifier: MIT
"""A host with playpen installed, as `make install` and packaging/setup do it."""

import subprocess

from . import paths
from .conf import conf_text
from .host import Host, host_command

ID_KEY = "000102030405060708090a0b0c0d0e0f"
INSTALL = """
make -s -C /mnt/build install
/usr/share/playpen/setup enable
"""
LAYER = paths.LAB / "installed"


def install_layer():
    """Installs once; every node of the run shares what that wrote."""
    LAYER.mkdir()
    done = subprocess.run(
        [*host_command("-b", f"{paths.NODE_BUILD}:{paths.NODE_BUILD}", keep=LAYER),
         "sh", "-ec", INSTALL.replace("/mnt/build", str(paths.NODE_BUILD))],
        capture_output=True, text=True, check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


class Node(Host):
    def __init__(self, name="node-7", address="127.0.1.7"):
        super().__init__(name, address, [LAYER / "files"])

    def configure(self, changes=None, key=ID_KEY):
        """Writes the configuration and the uid key, and publishes."""
        self.write("/etc/playpen/playpen.conf", conf_text(changes), 0o644)
        self.write("/etc/playpen/uid.key", key + "\n", 0o600)
        self.run("playpenctl publish")
        return self

    def id_of(self, name):
        """uid, gid and groups by name, as `id` of an ordinary user shows."""
        text = self.out(["id", name], user="nobody")
        fields = dict(f.split("=") for f in text.split(" "))
        number = {k: int(v.split("(")[0]) for k, v in fields.items() if k != "groups"}
        groups = {g.split("(")[1].rstrip(")") for g in fields["groups"].split(",")}
        return number["uid"], number["gid"], groups
