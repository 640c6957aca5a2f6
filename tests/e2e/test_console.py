# SPDX-License-Identifier: MIT
"""Signing in where there is no network client: login, su and the like."""

import json
import pathlib
import re
import time

import pytest
from pexpect import EOF

from rig.console import hang_up, wait_for_url
from rig.person import QuickPerson
from rig.ssh import ADDRESS, PROMPT, enter_until
from rig.wait import until

pytestmark = pytest.mark.release

HALF_BLOCKS = re.compile("[\u2580\u2584\u2588]")
SHELL = r"[$#] $"
ENDS_SECONDS = 1
HELPERS = ("playpen-policy", "playpen-oidc")


def helpers(node):
    return [pid for name in HELPERS for pid in node.processes(name)]


def test_login_shows_it_at_once_and_goes_on_by_itself(dex, node, spawn):
    console = spawn(["login", "alice"])
    text, url = wait_for_url(console)
    assert "Code " in text
    QuickPerson("alice").approve(url)
    console.expect(SHELL)
    console.sendline("id -un; tty")
    console.expect("alice\r\n")


def on_screen(setting, command):
    """The command on a terminal that stty has set up so."""
    return ["sh", "-c", f"stty {setting}; exec {command}"]


def test_a_terminal_set_to_utf_8_shows_a_qr_code_too(dex, node, spawn):
    console = spawn(on_screen("iutf8 rows 40 cols 100", "login alice"))
    text, url = wait_for_url(console)
    assert HALF_BLOCKS.search(text)
    assert url in text and "Code " in text


@pytest.mark.parametrize(
    "setting", ["-iutf8 rows 40 cols 100", "iutf8 rows 10 cols 100", "iutf8 rows 40 cols 20"]
)
def test_another_shows_url_and_code_alone(dex, node, spawn, setting):
    console = spawn(on_screen(setting, "login alice"))
    text, _ = wait_for_url(console)
    assert not HALF_BLOCKS.search(text)
    assert "Code " in text


def test_agetty_on_a_line_leads_to_the_same(dex, node, spawn):
    console = spawn(["setsid", "-wc", "agetty", "--noclear", "-", "linux"])
    console.expect("login: ")
    console.sendline("alice")
    _, url = wait_for_url(console)
    QuickPerson("alice").approve(url)
    console.expect(SHELL)


@pytest.mark.parametrize("command", [["su", "alice"], ["su", "-", "alice"]])
def test_su_asks_and_goes_on_by_itself(dex, node, ssh, spawn, command):
    assert ssh(node, "alice", "true").sign_in() == ("", 0)
    node.run("useradd -m -s /bin/bash local")
    uid = node.out("id -u local")
    become = ["setpriv", f"--reuid={uid}", f"--regid={uid}", "--init-groups"]
    terminal = spawn([*become, *command])
    _, url = wait_for_url(terminal)
    QuickPerson("alice").approve(url)
    terminal.expect(SHELL)
    terminal.sendline("id -un")
    terminal.expect("alice\r\n")


def test_somebody_else_s_approval_opens_no_console(dex, node, spawn):
    console = spawn(["login", "alice"])
    _, url = wait_for_url(console)
    QuickPerson("bob").approve(url)
    console.expect("Another person approved")
    until(lambda: "reason=wrong-person" in node.log(), "the log line")


def test_the_deadline_is_below_login_s_own(dex, node, spawn):
    node.run("sed -i 's/^LOGIN_TIMEOUT.*/LOGIN_TIMEOUT 8/' /etc/login.defs")
    began = time.monotonic()
    console = spawn(["login", "alice"])
    wait_for_url(console)
    console.expect("The sign-in was not approved in time")
    assert time.monotonic() - began < 8
    assert "reason=deadline" in node.log()


@pytest.mark.parametrize("how", ["control-c", "control-backslash", "hang-up"])
def test_a_person_who_gives_up_ends_it(dex, node, spawn, how):
    """With the login(1) that this machine has: shadow's dies of Ctrl-C, that of
    util-linux ignores it."""
    console = spawn(["login", "alice"])
    wait_for_url(console)
    assert len(helpers(node)) == 2
    if how == "control-c":
        console.sendintr()
    elif how == "control-backslash":
        console.sendcontrol("\\")
    else:
        hang_up(console)
    until(lambda: not helpers(node), "the end of both helpers", ENDS_SECONDS)
    if how != "hang-up":
        until(lambda: not node.processes("login"), "the end of login", 20)
        assert "result=accept" not in node.log()


def test_dex_down_is_said_at_once_and_the_rescue_account_works(no_dex, node, spawn):
    node.run("useradd -m -s /bin/bash rescue; echo rescue:secret-of-rescue | chpasswd")
    began = time.monotonic()
    console = spawn(["login", "alice"])
    console.expect("cannot be reached")
    assert time.monotonic() - began < 2
    rescue = spawn(["login", "rescue"])
    rescue.expect("assword: ")
    rescue.sendline("secret-of-rescue")
    rescue.expect(SHELL)


@pytest.mark.parametrize("service", ["su", "sudo"])
def test_dex_down_is_said_at_once_by_others_too(dex, node, ssh, spawn, service):
    assert ssh(node, "alice", "true").sign_in() == ("", 0)
    node.write("/etc/sudoers.d/playpen", "alice ALL=(ALL) ALL\n", 0o440)
    uid = node.out("id -u alice")
    command = {"su": "su alice", "sudo": "sudo id -un"}[service]
    who = {"su": "nobody", "sudo": "alice"}[service]
    dex.stop()
    try:
        began = time.monotonic()
        line = ["setpriv", f"--reuid={who if who == 'nobody' else uid}", "--clear-groups"]
        console = spawn([*line, *command.split()])
        console.expect("cannot be reached")
        assert time.monotonic() - began < 2
    finally:
        dex.start()


def test_status_shows_who_waits_and_who_has_signed_in(dex, node, spawn):
    console = spawn(["login", "alice"])
    _, url = wait_for_url(console)
    assert re.search(
        r"^pending +alice from terminal /dev/pts/\d+ \(system, never signed in\)$",
        node.out("playpenctl status"), re.MULTILINE,
    )
    QuickPerson("alice").approve(url)
    console.expect(SHELL)
    text = node.out("playpenctl status")
    uid = node.id_of("alice")[0]
    assert re.search(rf"^sign-ins +alice \({uid}\) in \S+, \d+ s ago$", text, re.MULTILINE)
    assert re.search(r"^pending +none$", text, re.MULTILINE)
    shown = json.loads(node.out("playpenctl status --json"))
    (sign_in,) = shown["sign_ins"]
    assert (sign_in["name"], sign_in["uid"]) == ("alice", uid)
    assert 0 <= sign_in["age"] < 60
    assert shown["pending_logins"] == []


PAM = (pathlib.Path(__file__).parent / "rig" / "pamcall.py").read_text()
STACK = """\
auth [success=done ignore=ignore default=die] pam_playpen.so
auth required pam_deny.so
account required pam_playpen.so
"""
UNAVAILABLE = 9


def test_a_program_that_is_not_root_is_told_so_at_once(dex, node, ssh):
    assert ssh(node, "alice", "true").sign_in() == ("", 0)
    dex.forget_requests()
    node.write("/etc/pam.d/locker", STACK)
    node.write("/usr/local/lib/pamcall.py", PAM)
    command = ["/usr/bin/python3", "/usr/local/lib/pamcall.py", "locker", "alice", "1"]
    trace = ["strace", "-f", "-e", "trace=execve", "-o", "/tmp/trace"]
    answer = node.out([*trace, *command], user="alice")
    ((code, microseconds),) = json.loads(answer)["authenticate"]
    assert code == UNAVAILABLE
    assert microseconds < 100_000
    assert "playpen-policy" not in node.read("/tmp/trace")
    assert dex.requests() == []


def test_a_conversation_without_a_terminal_gets_one_question(dex, node, ssh):
    """As a display manager: a display in PAM_TTY, prompts in a window."""
    assert ssh(node, "alice", "true").sign_in() == ("", 0)
    node.write("/etc/pam.d/window", STACK)
    node.write("/usr/local/lib/window.py", WINDOW)
    window = node.spawn(["/usr/bin/python3", "/usr/local/lib/window.py"])
    window.expect("style 2: (.*)Press Enter when done: ", timeout=10)
    text = window.match.group(1)
    assert "Code " in text
    assert not HALF_BLOCKS.search(text)
    QuickPerson("alice").approve(ADDRESS.search(text).group(1))
    enter_until(window, "code 0", asked=PROMPT)
    window.expect(EOF)


WINDOW = """
import ctypes, ctypes.util
PAM = ctypes.CDLL("libpam.so.0")
LIBC = ctypes.CDLL("libc.so.6")
LIBC.calloc.restype = LIBC.strdup.restype = ctypes.c_void_p
class Message(ctypes.Structure):
    _fields_ = [("style", ctypes.c_int), ("text", ctypes.c_char_p)]
class Response(ctypes.Structure):
    _fields_ = [("text", ctypes.c_void_p), ("code", ctypes.c_int)]
CONVERSATION = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int,
    ctypes.POINTER(ctypes.POINTER(Message)),
    ctypes.POINTER(ctypes.POINTER(Response)), ctypes.c_void_p)
def talk(count, messages, responses, data):
    message = messages[0].contents
    print(f"style {message.style}: {message.text.decode()}", flush=True)
    responses[0] = ctypes.cast(LIBC.calloc(1, ctypes.sizeof(Response)),
                               ctypes.POINTER(Response))
    if message.style in (1, 2):
        responses[0].contents.text = LIBC.strdup(input().encode())
    return 0
class Conv(ctypes.Structure):
    _fields_ = [("conv", CONVERSATION), ("data", ctypes.c_void_p)]
conv = Conv(CONVERSATION(talk), None)
handle = ctypes.c_void_p()
PAM.pam_start(b"window", b"alice", ctypes.byref(conv), ctypes.byref(handle))
PAM.pam_set_item(handle, 3, b":0")
print("code", PAM.pam_authenticate(handle, 0), flush=True)
"""
