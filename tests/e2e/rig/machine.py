# SPDX-License-Identifier: MIT
"""A node on which nothing was installed yet; what is written to it can be seen."""

from . import paths
from .conf import conf_text
from .node import Node

KEPT = paths.LAB / "machine"


class Machine(Node):
    """It keeps what it writes below KEPT / "files"."""

    def __init__(self):
        KEPT.mkdir(exist_ok=True)
        super().__init__("node-9", "127.0.1.9")
        self._layers, self._keep = (), KEPT

    def make_install(self):
        return self.out(f"make -s -C {paths.NODE_BUILD} install 2>&1")

    def install(self):
        self.make_install()
        self.run("/usr/share/playpen/setup enable")
        self.run("playpenctl uid-key new")
        self.write("/etc/playpen/playpen.conf", conf_text(), 0o644)
        self.run("playpenctl publish")

    def uninstall(self):
        self.run("/usr/share/playpen/setup purge --yes")
        self.run(["make", "-s", "-C", str(paths.NODE_BUILD), "uninstall"])
