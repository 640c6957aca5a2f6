# SPDX-License-Identifier: MIT
"""The code that the browser shows is pasted into the terminal."""

import re

import pytest

from rig.dex import Dex
from rig.person import QuickPerson
from rig.ssh import ADDRESS

PASTE = "Paste the code from the browser: "
AGAIN = "That was no valid code. Paste the code again: "
HALF_BLOCKS = re.compile("[\u2580\u2584\u2588]")


@pytest.fixture
def code_node(make_node):
    return make_node(changes={"client": {"flow": "code"}})


def wait_for_url(connection):
    """The text before the question; the address is one line of it."""
    connection.terminal.expect_exact(PASTE)
    text = connection.terminal.before
    connection.url = ADDRESS.search(text).group(1)
    return text


def paste(connection, code):
    connection.terminal.sendline(code)


def redemptions(dex):
    return dex.requests("/dex/token")


def test_a_pasted_code_lets_alice_in(dex, code_node, ssh):
    connection = ssh(code_node, "alice", "id", "-un")
    text = wait_for_url(connection)
    assert not HALF_BLOCKS.search(text), "too long for a QR code"
    assert "code_challenge_method=S256" in connection.url
    assert "nonce=" in connection.url
    assert "urn%3Aietf%3Awg%3Aoauth%3A2.0%3Aoob" in connection.url
    paste(connection, QuickPerson("alice").fetch_code(connection.url))
    text, status = connection.result()
    assert text.split()[-1] == "alice"
    assert status == 0
    assert len(redemptions(dex)) == 1


def test_the_last_release_of_dex_takes_it_too(no_dex, code_node, ssh):
    release = Dex("release").start()
    try:
        connection = ssh(code_node, "alice", "id", "-un")
        wait_for_url(connection)
        paste(connection, QuickPerson("alice").fetch_code(connection.url))
        assert connection.result()[0].split()[-1] == "alice"
    finally:
        release.stop()


def test_white_space_around_and_within_is_forgiven(dex, code_node, ssh):
    connection = ssh(code_node, "alice", "id", "-un")
    wait_for_url(connection)
    code = QuickPerson("alice").fetch_code(connection.url)
    paste(connection, f"   {code[:9]} {code[9:]}  ")
    assert connection.result()[1] == 0
    assert len(redemptions(dex)) == 1


def test_what_is_no_code_never_goes_out_and_the_third_try_counts(dex, code_node, ssh):
    connection = ssh(code_node, "alice", "id", "-un")
    wait_for_url(connection)
    code = QuickPerson("alice").fetch_code(connection.url)
    paste(connection, '"><script>')
    connection.terminal.expect_exact(AGAIN)
    paste(connection, "")
    connection.terminal.expect_exact(AGAIN)
    assert redemptions(dex) == []
    paste(connection, code)
    assert connection.result()[1] == 0


def test_after_three_wrong_codes_it_is_over(dex, code_node, ssh):
    connection = ssh(code_node, "alice")
    wait_for_url(connection)
    for _ in range(2):
        paste(connection, "mistyped")
        connection.terminal.expect_exact(AGAIN)
    paste(connection, "mistyped")
    text, status = connection.result()
    assert status == 255
    assert PASTE not in text
    assert len(redemptions(dex)) == 3
    assert "reason=grant-refused" in code_node.log()
    assert code_node.run(["id", "alice"], user="nobody", check=False).returncode == 1


def test_a_code_of_another_sign_in_is_worth_nothing(dex, code_node, ssh):
    """The verifier never left the worker that showed the other address."""
    lured, mine = ssh(code_node, "bob"), ssh(code_node, "alice", "true")
    wait_for_url(lured)
    wait_for_url(mine)
    paste(mine, QuickPerson("alice").fetch_code(lured.url))
    mine.terminal.expect_exact(AGAIN)
    paste(mine, QuickPerson("alice").fetch_code(mine.url))
    assert mine.result()[1] == 0


def test_somebody_else_s_code_is_refused(dex, code_node, ssh):
    connection = ssh(code_node, "alice")
    wait_for_url(connection)
    paste(connection, QuickPerson("bob").fetch_code(connection.url))
    text, status = connection.result()
    assert status == 255
    assert "Another person approved" in text
    assert "reason=wrong-person" in code_node.log()


def test_sudo_takes_a_pasted_code(dex, make_node, ssh):
    node = make_node(changes={"service.sudo": {"flow": "code"}})
    node.write("/etc/sudoers.d/playpen", "alice ALL=(ALL) ALL\n", 0o440)
    shell = ssh(node, "alice")
    shell.sign_in_to_shell()
    shell.terminal.sendline("sudo id -un")
    wait_for_url(shell)
    paste(shell, QuickPerson("alice").fetch_code(shell.url))
    shell.terminal.expect("\nroot\r")


def test_the_code_is_in_no_log(dex, code_node, ssh):
    connection = ssh(code_node, "alice", "true")
    wait_for_url(connection)
    code = QuickPerson("alice").fetch_code(connection.url)
    paste(connection, code)
    assert connection.result()[1] == 0
    assert code not in code_node.log()
