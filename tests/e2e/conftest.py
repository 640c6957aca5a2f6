# SPDX-License-Identifier: MIT
"""The things that tests ask for by name."""

import pathlib

import pytest

from rig import paths
from rig.browser import Browser
from rig.console import on_terminal
from rig.dex import Dex
from rig.fake_provider import FakeProvider
from rig.host import Host
from rig.node import Node, install_layer
from rig.ssh import Ssh
from rig.terminal import Terminal


HERE = pathlib.Path(__file__).parent


def pytest_addoption(parser):
    parser.addoption("--rig", action="store_true", help="the tests of the rig itself")
    parser.addoption("--part", metavar="I/N", help="the Ith (from 0) of N parts")
    parser.addoption("--alone", action="store_true", help="what measures time")
    parser.addoption("--again", metavar="FILE", help="the tests that it lists")
    parser.addoption("--packages", action="store_true", help="the tests of the packages")
    parser.addoption("--release", action="store_true",
                     help="of these only what depends on the release of Debian")


def pytest_configure(config):
    config.addinivalue_line("markers", "rig: of the rig itself, not of the product")
    config.addinivalue_line("markers", "packages: of the Debian packages, in bare nodes")
    config.addinivalue_line("markers", "release: depends on the release of Debian")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config, items):
    """Chooses one of: the rig's own tests, those of the packages, a part of those that
    share the machine with other parts (most of a sign-in is waiting), those that
    measure time, or those that a file lists. Without an option all are chosen."""
    timed = _measuring_time(items)
    part, again = config.getoption("part"), config.getoption("again")
    if again:
        listed = pathlib.Path(again).read_text(encoding="utf-8").splitlines()
        chosen = [item for item in items if _name(item) in listed]
    elif config.getoption("rig"):
        chosen = [item for item in items if item.get_closest_marker("rig")]
    elif config.getoption("packages"):
        chosen = [item for item in items if item.get_closest_marker("packages")]
    elif part or config.getoption("alone"):
        chosen = [item for item in items if (item in timed) != bool(part)
                  and not item.get_closest_marker("rig")
                  and not item.get_closest_marker("packages")]
    else:
        return
    if config.getoption("release"):
        chosen = [item for item in chosen if item.get_closest_marker("release")]
    if part:
        index, count = map(int, part.split("/"))
        chosen = chosen[index::count]
    config.hook.pytest_deselected(items=[item for item in items if item not in chosen])
    items[:] = chosen


def _name(item):
    return f"{item.path.name}::{item.name}"


def _measuring_time(items):
    """Returns the tests that the file measures-time lists. A line that names no
    test is an error."""
    found = set()
    for line in (HERE / "measures-time").read_text(encoding="utf-8").splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        name = line.split()[0]
        named = [item for item in items
                 if name in (_name(item), _name(item).split("[")[0], item.path.name)]
        if not named:
            raise pytest.UsageError(f"measures-time: no test is called {name}")
        found.update(named)
    return found


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """A test that failed shows what its nodes wrote to syslog."""
    report = (yield).get_result()
    if report.when != "call" or not report.failed:
        return
    for node in item.funcargs.get("make_node", lambda: None).__dict__.get("made", []):
        report.sections.append((f"syslog of {node.name}", node.log()))


@pytest.fixture(scope="session")
def running_dex():
    dex = Dex("head").start()
    yield dex
    dex.stop()


@pytest.fixture
def dex(running_dex):
    """The newest Dex; people are as the configuration has them."""
    running_dex.forget_requests()
    yield running_dex
    running_dex.undo_changes()


@pytest.fixture
def no_dex(running_dex):
    """Nothing listens where Dex was; the test may start another there."""
    running_dex.stop()
    yield
    running_dex.start()


@pytest.fixture
def start_dex(no_dex):
    """start_dex(client, ...): a Dex that has these clients too, or in place of
    those of the same id; the first client, people's, trusts all of them."""
    made = []

    def start(*clients, **options):
        dex = Dex(**options)
        every = dex.config["staticClients"]
        every[:] = [c for c in every if c["id"] not in {new["id"] for new in clients}]
        every += clients
        every[0]["trustedPeers"] = [c["id"] for c in every[1:]]
        made.append(dex)
        return dex.start()

    yield start
    for dex in made:
        dex.stop()


@pytest.fixture
def fake(no_dex):
    """A provider that misbehaves on command, in Dex's place."""
    provider = FakeProvider().start()
    yield provider
    provider.stop()


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


@pytest.fixture(scope="session")
def installed():
    install_layer()


@pytest.fixture
def make_node(installed):
    """Nodes with playpen installed and configured, sshd running."""
    made = []

    def make(name="node-7", number=7, changes=None, **options):
        node = Node(name, f"127.0.1.{number}")
        made.append(node)
        node.start().configure(changes, **options)
        return node.start_sshd()

    make.made = made
    yield make
    for node in made:
        node.stop()


@pytest.fixture
def node(make_node):
    return make_node()


@pytest.fixture
def ssh():
    """ssh(node, name, command...): a connection that ends with the test."""
    made = []

    def connect(*arguments, **options):
        made.append(Ssh(*arguments, **options))
        return made[-1]

    yield connect
    for connection in made:
        connection.close()


@pytest.fixture
def spawn(node):
    """spawn(command): it runs on a terminal of the node."""
    made = []

    def start(command):
        made.append(on_terminal(node, command))
        return made[-1]

    yield start
    for console in made:
        console.close(force=True)


@pytest.fixture
def terminal():
    """terminal(command line): a screen of 80 by 24."""
    made = []

    def show(*arguments, **options):
        made.append(Terminal(*arguments, **options))
        return made[-1]

    yield show
    for screen in made:
        screen.close()
