# SPDX-License-Identifier: MIT
"""The Debian packages of $PLAYPEN_PACKAGES, and older ones made of them."""

import re
import shutil
import subprocess

from . import paths

NAMES = ("playpen", "libpam-playpen", "libnss-playpen")
OLD = "0.0.9-1"


def _run(*words):
    subprocess.run(list(map(str, words)), check=True, stdout=subprocess.DEVNULL)


def make_older(to):
    """Writes the packages once more, as those of the version OLD."""
    to.mkdir(parents=True)
    for name in NAMES:
        (package,) = paths.PACKAGES.glob(f"{name}_*.deb")
        tree = to / name
        _run("dpkg-deb", "-R", package, tree)
        control = tree / "DEBIAN" / "control"
        text = control.read_text()
        version = re.search("^Version: (.*)$", text, re.MULTILINE).group(1)
        # The versions that libnss-playpen breaks did not break themselves.
        text = re.sub("^Breaks: playpen .*\n", "", text, flags=re.MULTILINE)
        control.write_text(text.replace(version, OLD))
        arch = package.stem.rsplit("_", 1)[1]
        _run("dpkg-deb", "-b", "-Znone", "--root-owner-group", tree,
             to / f"{name}_{OLD}_{arch}.deb")
        shutil.rmtree(tree)
    return to


def version():
    (package,) = paths.PACKAGES.glob("playpen_*.deb")
    return package.name.split("_")[1]


def installed_on(node):
    """Returns the one version of the packages that are on a node; None if there are
    none; otherwise fails."""
    found = node.run("dpkg-query -W -f '${db:Status-Status} ${Version}\\n' " + " ".join(NAMES),
                     check=False).stdout.split("\n")
    states = {line for line in found if line and not re.match("not-inst|config-files", line)}
    if not states:
        return None
    (state,) = states
    assert state.startswith("installed "), found
    return state.split()[1]
