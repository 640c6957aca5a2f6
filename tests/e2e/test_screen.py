# SPDX-License-Identifier: MIT
"""What a person sees, and what Enter does."""

import re
import statistics
import string
import time

import pytest
from pexpect import EOF

from rig import paths
from rig.dex import Dex
from rig.person import BrowserPerson
from rig.ssh import ADDRESS, AGAIN, CODE, PROMPT, ssh_line
from rig.terminal import read_qr

HALF_BLOCKS = re.compile("[\u2580\u2584\u2588]")
ENTER_SECONDS = 0.5


def show_sign_in(terminal, node, **options):
    quiet = ["-o", "LogLevel=ERROR"]
    screen = terminal(ssh_line(node, "alice", options=quiet), **options)
    return screen, screen.wait_for(PROMPT)


def test_the_whole_way_from_the_picture_to_the_shell(dex, node, terminal, browser):
    screen, text = show_sign_in(terminal, node)
    scanned = read_qr(screen.picture(paths.PICTURES / "sign-in.png"))
    assert scanned == ADDRESS.search(text).group(1)
    assert CODE.search(text).group(1) in scanned
    BrowserPerson(browser, "alice").approve(scanned)
    browser.picture(paths.PICTURES / "browser.png")
    node.wait_for_worker()
    screen.press("Enter")
    screen.wait_for("alice@node-7:~$")
    screen.picture(paths.PICTURES / "shell.png")


def test_all_of_it_fits_80_by_24(dex, node, terminal):
    _, text = show_sign_in(terminal, node)
    rows = text.rstrip("\n").split("\n")
    assert len(rows) <= 24
    assert "Sign in to Playpen as alice on node-7 (from 127.0.0.1)" in text
    assert ADDRESS.search(rows[-3])
    assert CODE.search(rows[-2])
    assert "Approve only if you started this sign-in." in rows[-2]
    assert rows[-1].startswith(PROMPT)


LONG_ISSUER = "http://dex.playpen.example:5556/identity-of-the-whole-company/dex"
LONG = 90


@pytest.mark.release
@pytest.mark.parametrize("locale", ["C.UTF-8", "C"])
def test_what_matters_is_at_the_end_though_the_address_is_long(
    no_dex, make_node, terminal, locale
):
    node = make_node(changes={
        "issuer": {"url": LONG_ISSUER, "connect_to": "127.0.0.1:5556"},
        "node": {"display_name": "Example Ltd"},
    })
    dex = Dex("head", issuer=LONG_ISSUER).start()
    try:
        _, text = show_sign_in(terminal, node, locale=locale)
    finally:
        dex.stop()
    rows = text.rstrip("\n").split("\n")
    assert len(rows) <= 24
    assert rows[-5] == "Sign in to Example Ltd as alice on node-7 (from 127.0.0.1)"
    address = ADDRESS.search(rows[-4] + rows[-3]).group(1)
    assert len(address) >= LONG and address.endswith(CODE.search(rows[-2]).group(1))
    assert rows[-1].startswith(PROMPT)
    plain = "".join(c for c in text if c in string.printable)
    assert plain.endswith("\n".join(rows[-5:]) + text[len(text.rstrip("\n")):])


def test_the_qr_code_scans_on_a_light_terminal_too(dex, make_node, terminal):
    node = make_node(changes={"service.sshd": {"qr_invert": "yes"}})
    screen, text = show_sign_in(terminal, node)
    picture = screen.picture(paths.PICTURES / "sign-in-light.png", "light")
    assert read_qr(picture) == ADDRESS.search(text).group(1)


@pytest.mark.release
def test_a_client_without_utf_8_still_reads_url_and_code(dex, node, ssh):
    connection = ssh(node, "alice", "true", locale="C")
    text = connection.wait_for_screen()
    assert not HALF_BLOCKS.search(text)
    assert connection.code in connection.url
    connection.approve()
    connection.enter_until(EOF)
    assert connection.result() == ("", 0)


def test_url_and_code_are_the_last_lines_of_a_c_locale_s_screen(dex, node, terminal):
    _, text = show_sign_in(terminal, node, locale="C")
    assert ADDRESS.search(text).group(1).endswith(CODE.search(text).group(1))


def test_qr_off_shows_url_and_code_alone(dex, make_node, ssh):
    node = make_node(changes={"service.sshd": {"qr": "off"}})
    connection = ssh(node, "alice", "true")
    assert not HALF_BLOCKS.search(connection.wait_for_screen())
    connection.approve()
    connection.enter_until(EOF)
    assert connection.result() == ("", 0)


def test_enter_gives_the_shell_at_once_when_the_worker_holds_the_token(
    dex, node, ssh, record_property
):
    times = []
    for _ in range(10):
        dex.forget_requests()
        connection = ssh(node, "alice")
        connection.wait_for_screen()
        connection.approve()
        node.wait_for_worker()
        began = time.monotonic()
        connection.enter()
        connection.terminal.expect(r"alice@node-7:~\$ $")
        times.append(time.monotonic() - began)
        connection.close()
    record_property("seconds", times)
    assert statistics.median(times) <= ENTER_SECONDS, times


@pytest.mark.release
def test_enter_before_the_approval_puts_a_second_short_prompt(dex, node, ssh):
    connection = ssh(node, "alice", "true")
    connection.wait_for_screen()
    connection.enter()
    connection.terminal.expect_exact(AGAIN)
    assert not HALF_BLOCKS.search(connection.terminal.before)
    assert "Open " not in connection.terminal.before
    connection.approve()
    connection.enter_until(EOF)
    assert connection.result() == ("", 0)
