# SPDX-License-Identifier: MIT
"""The recipe of docs/how-to/containers.md, line by line as it stands there."""

import pathlib
import re

import pytest

pytestmark = pytest.mark.release

RECIPE = pathlib.Path(__file__).parents[2] / "docs/how-to/containers.md"


def blocks():
    """The commands of the document, block by block."""
    text = RECIPE.read_text(encoding="utf-8")
    found = re.findall(r"(?:^    .*\n)+", text, re.M)
    return [re.sub("^    ", "", block, flags=re.M) for block in found]


def test_a_person_gets_a_range_and_maps_it(dex, node, ssh):
    give, check = map(str.strip, blocks())
    shell = ssh(node, "alice")
    shell.sign_in_to_shell()
    refused = shell.command(check)
    assert "uid=0" not in refused  # nothing is given to whom no range was given
    node.run(give)
    assert "uid=0(root)" in shell.command(check)
    mapped = shell.command("unshare --map-auto --map-root-user cat /proc/self/uid_map")
    rows = [line.split() for line in mapped.splitlines()]
    alice = node.id_of("alice")[0]
    assert ["0", str(alice), "1"] in rows
    assert ["1", str(524288 + 17 * 65536), "65535"] in [row[:3] for row in rows] or \
        [str(524288 + 17 * 65536), "65536"] in [row[1:] for row in rows], mapped


def test_the_last_number_ends_below_the_limit_of_shadow(node):
    text = RECIPE.read_text(encoding="utf-8")
    last = int(re.search(r"The last number is (\d+)", text)[1])
    limit = int(re.search(r"SUB_UID_MAX of /etc/login.defs, (\d+)", text)[1])
    assert 524288 + (last + 1) * 65536 - 1 <= limit < 524288 + (last + 2) * 65536 - 1
    said = node.out("grep -h ^SUB_UID_MAX /etc/login.defs")
    assert int(said.split()[1]) == limit
