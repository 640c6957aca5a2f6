# SPDX-License-Identifier: MIT
"""Where things are; tests/e2e/run says it by the environment."""

import os
import pathlib

SOURCE = pathlib.Path(__file__).resolve().parents[3]
HOST = SOURCE / "tests" / "host" / "host"
DEX_CONFIG = {
    "head": SOURCE / "tests" / "dex" / "config.yaml",
    "release": SOURCE / "tests" / "dex" / "release.yaml",
}
DEX_BINARY = {
    "head": os.environ.get("PLAYPEN_DEX_HEAD", ""),
    "release": os.environ.get("PLAYPEN_DEX_RELEASE", ""),
}

# A configured and built tree, and a directory in memory for this run alone.
BUILD = pathlib.Path(os.environ.get("PLAYPEN_BUILD", SOURCE / "build"))
LAB = pathlib.Path(os.environ.get("PLAYPEN_LAB", "/nonexistent"))

# What nodes are copies of: this machine, or a root of another Debian release
# (tests/root). The second is what they install: built on that release.
ROOT = pathlib.Path(os.environ.get("PLAYPEN_ROOT", "/"))
NODE_BUILD = pathlib.Path(os.environ.get("PLAYPEN_NODE_BUILD", BUILD))

# Where the Debian packages lie that were built on the release of ROOT, if this run
# is about them.
_packages = os.environ.get("PLAYPEN_PACKAGES")
PACKAGES = pathlib.Path(_packages) if _packages else None

# Pictures and transcripts that a person may want to look at afterwards.
PICTURES = pathlib.Path(os.environ.get("PLAYPEN_PICTURES", LAB / "pictures"))

# On a node.
SWITCH = "/usr/share/playpen/switch"


def on_nodes(path):
    """Returns the path of this machine at which a node's file can be seen before
    any node runs."""
    return ROOT / path.lstrip("/")


def nodes_have(program):
    """Returns True if nodes have a program of that name."""
    places = ("/usr/sbin", "/usr/bin")
    return any(on_nodes(f"{place}/{program}").exists() for place in places)
