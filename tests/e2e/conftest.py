# SPDX-License-Identifier: MIT
"""The things that tests ask for by name."""

import pytest

from rig import paths
from rig.browser import Browser
from rig.dex import Dex
from rig.host import Host


@pytest.fixture(scope="session")
def running_dex():
    dex = Dex("head").start()
    yield dex
    dex.stop()


@pytest.fixture
def dex(running_dex):
    """The newest Dex, as the configuration says: changes are undone."""
    yield running_dex


@pytest.fixture(scope="session")
def browser():
    chromium = Browser(paths.LAB / "chromium")
    yield chromium
    chromium.close()


@pytest.fixture
def bare_host():
    """A copy of this machine, nothing of ours installed."""
    host = Host("bare", "127.0.1.99").start()
    yield host
    host.stop()
