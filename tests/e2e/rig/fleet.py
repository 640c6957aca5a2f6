# SPDX-License-Identifier: MIT
"""Nodes that a fleet begins with."""

from .node import Node
from .paths import SWITCH
from .ssh import authorize_key


class BareNodes:
    """Nodes with the packages alone, to which root has a key: ssh's options for it are
    in self.options."""

    def __init__(self, names, first):
        """The address of the first one ends with that number."""
        self.nodes = [Node(name, f"127.0.1.{number}").start()
                      for number, name in enumerate(names, first)]
        for node in self.nodes:
            node.run(f"{SWITCH} disable; {SWITCH} enable; rm -rf /etc/playpen /var/lib/playpen/*")
            self.options = authorize_key(node, "root", "/root")
            node.start_sshd()

    def stop(self):
        for node in self.nodes:
            node.stop()
