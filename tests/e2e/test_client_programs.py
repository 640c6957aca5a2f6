# SPDX-License-Identifier: MIT
"""Programs and libraries beside ssh itself, each as docs/reference/clients.md says:
those that show a prompt, those that start ssh, and those that cannot."""

import shlex
import subprocess

import pexpect
import pytest

from rig import paths
from rig.person import QuickPerson
from rig.service import answer
from rig.ssh import ADDRESS, OPTIONS, authorize_key
from rig.wait import until
from test_clients import needs, sign_in, spawn

pytestmark = pytest.mark.release

PYTHON = "/usr/bin/python3"
SSH = shlex.join(["ssh", *OPTIONS])

ASYNCSSH = """
import asyncio, sys, asyncssh
class Client(asyncssh.SSHClient):
    def kbdint_auth_requested(self):
        return ""
    def kbdint_challenge_received(self, name, instructions, lang, prompts):
        replies = []
        for text, _ in prompts:
            print(text, flush=True)
            replies.append(sys.stdin.readline().rstrip("\\n"))
        return replies
async def main():
    connection, _ = await asyncssh.create_connection(
        Client, sys.argv[1], username="alice", known_hosts=None, client_keys=None,
        agent_path=None, login_timeout=90)
    done = await connection.run("id -un")
    print(done.stdout, end="")
asyncio.run(main())
"""

# libssh has no command of its own in Debian.
LIBSSH = """
import ctypes, sys
lib = ctypes.CDLL("libssh.so.4")
P = ctypes.c_void_p
for name in ("ssh_new", "ssh_channel_new"):
    getattr(lib, name).restype = P
lib.ssh_userauth_kbdint_getprompt.restype = ctypes.c_char_p
HOST, USER, INFO, FAR = 0, 4, 3, 90
session = P(lib.ssh_new())
lib.ssh_options_set(session, HOST, sys.argv[1].encode())
lib.ssh_options_set(session, USER, b"alice")
lib.ssh_options_set(session, 9, ctypes.byref(ctypes.c_long(FAR)))
assert lib.ssh_connect(session) == 0
status = lib.ssh_userauth_kbdint(session, None, None)
while status == INFO:
    for i in range(lib.ssh_userauth_kbdint_getnprompts(session)):
        print(lib.ssh_userauth_kbdint_getprompt(session, i, None).decode(), flush=True)
        text = sys.stdin.readline().rstrip("\\n").encode()
        lib.ssh_userauth_kbdint_setanswer(session, i, text)
    status = lib.ssh_userauth_kbdint(session, None, None)
assert status == 0, status
channel = P(lib.ssh_channel_new(session))
assert lib.ssh_channel_open_session(channel) == 0
assert lib.ssh_channel_request_exec(channel, b"id -un") == 0
room = ctypes.create_string_buffer(100)
count = lib.ssh_channel_read(channel, room, 100, 0)
print(room.raw[:count].decode(), end="")
"""


def has_module(name):
    return subprocess.run([PYTHON, "-c", f"import {name}"], check=False,
                          capture_output=True).returncode == 0


def has_library(name):
    return subprocess.run([PYTHON, "-c", f"import ctypes; ctypes.CDLL('{name}')"],
                          check=False, capture_output=True).returncode == 0


@pytest.mark.skipif(not has_module("asyncssh"), reason="there is no asyncssh")
def test_asyncssh(dex, node):
    _, text, status = sign_in(spawn([PYTHON, "-c", ASYNCSSH, node.address]))
    assert text.strip().split("\n")[-1] == "alice" and status == 0


@pytest.mark.skipif(not has_library("libssh.so.4"), reason="there is no libssh")
def test_libssh(dex, node):
    _, text, status = sign_in(spawn([PYTHON, "-c", LIBSSH, node.address]))
    assert text.strip().split("\n")[-1] == "alice" and status == 0


@needs("mosh")
@pytest.mark.skipif(not paths.on_nodes("/usr/bin/mosh-server").exists(),
                    reason="there is no mosh-server on the node")
def test_mosh(dex, node):
    """It starts ssh on the terminal, which then shows the sign-in."""
    terminal = spawn(["mosh", f"--ssh={SSH}", "--family=inet", "-p", "60001",
                      f"alice@{node.address}"], TERM="xterm")
    terminal.expect("Press Enter when done: ?")
    QuickPerson("alice").approve(ADDRESS.search(terminal.before).group(1))
    terminal.sendline("")
    terminal.expect(r"\$")
    terminal.sendline("echo $((40 + 2))-$(id -un)")
    terminal.expect("42-alice")
    terminal.sendline("exit")
    terminal.expect(pexpect.EOF)


@needs("sshfs")
def test_sshfs(dex, node):
    place = paths.LAB / "mounted"
    place.mkdir(exist_ok=True)
    terminal = spawn(["sshfs", "-o", f"ssh_command={SSH}", "-f",
                      f"alice@{node.address}:/home/alice", str(place)])
    terminal.expect("Press Enter when done: ?")
    QuickPerson("alice").approve(ADDRESS.search(terminal.before).group(1))
    terminal.sendline("")
    try:
        until(place.is_mount, "the file system")
        (place / "written").write_text("here\n", encoding="utf-8")
        assert node.read("/home/alice/written") == "here\n"
        assert node.out("stat -c %U /home/alice/written") == "alice"
    finally:
        subprocess.run(["umount", "-l", place], check=False)
    terminal.expect(pexpect.EOF)


def lftp(node, options, name):
    command = f"{SSH} {shlex.join(options)} -a -x"
    script = (f'set sftp:connect-program "{command}"; set net:timeout 8; set net:max-retries 1; '
              f"open -u alice,x sftp://{node.address}; put {name} -o lftp.txt; exit")
    return spawn(["lftp", "-c", script])


@needs("lftp")
def test_lftp_gets_in_with_a_key_and_never_with_a_browser(dex, node, ssh):
    """It has a terminal of its own for ssh, and answers only what asks for a password:
    no person sees the code."""
    sent = paths.LAB / "sent.txt"
    sent.write_text("by lftp\n", encoding="utf-8")
    terminal = lftp(node, ["-o", "PubkeyAuthentication=no"], sent)
    terminal.expect(pexpect.EOF, timeout=60)
    terminal.close()
    assert terminal.exitstatus != 0 and "Code " not in terminal.before
    assert ssh(node, "alice", "true").sign_in() == ("", 0)
    key = authorize_key(node, "alice", "/home/alice")
    terminal = lftp(node, key, sent)
    terminal.expect(pexpect.EOF)
    terminal.close()
    assert terminal.exitstatus == 0, terminal.before
    assert node.read("/home/alice/lftp.txt") == "by lftp\n"


@pytest.mark.parametrize("program", ["scp", "rsync", "git"])
def test_what_starts_ssh_shows_the_sign_in_on_its_terminal(dex, node, program):
    paths.LAB.joinpath("one.txt").write_text("one\n", encoding="utf-8")
    at = f"alice@{node.address}"
    command = {
        "scp": ["scp", *OPTIONS, "one.txt", f"{at}:"],
        "rsync": ["rsync", "-e", SSH, "one.txt", f"{at}:"],
        "git": ["git", "ls-remote", f"{at}:nothing.git"],
    }[program]
    _, text, status = sign_in(spawn(command, GIT_SSH_COMMAND=SSH))
    if program == "git":
        assert status == 128 and "nothing.git" in text  # git of the node answered
    else:
        assert status == 0
        assert node.read("/home/alice/one.txt") == "one\n"


def test_an_editor_that_starts_ssh_without_a_terminal_asks_by_its_askpass(dex, node):
    """As VS Code does: `ssh -T HOST bash -s`, and SSH_ASKPASS is a window."""
    shown, go = paths.LAB / "window", paths.LAB / "pressed"
    for file in (shown, go):
        file.unlink(missing_ok=True)
    window = answer(f'printf "%s" "$1" >{shown}.new; mv {shown}.new {shown}',
                    f"while [ ! -e {go} ]; do sleep 0.1; done; echo")
    process = subprocess.Popen(
        ["setsid", "ssh", *OPTIONS, "-T", "-D", "18080", f"alice@{node.address}", "bash", "-s"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        env={"HOME": str(paths.LAB), "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8",
             "DISPLAY": "none", "SSH_ASKPASS": str(window), "SSH_ASKPASS_REQUIRE": "force"})
    process.stdin.write("echo ready; id -un\n")
    process.stdin.flush()
    until(shown.exists, "the window")
    text = shown.read_text(encoding="utf-8")
    assert "Press Enter when done:" in text
    QuickPerson("alice").approve(ADDRESS.search(text).group(1))
    go.write_text("", encoding="utf-8")
    out, _ = process.communicate(timeout=30)
    assert (out, process.returncode) == ("ready\nalice\n", 0)


@needs("sshpass")
def test_sshpass_and_so_ansible_k_cost_one_code_and_do_not_get_in(dex, node):
    """It answers the prompt at once, and ends when the prompt comes again: no person
    can approve in between."""
    dex.forget_requests()
    done = subprocess.run(
        ["sshpass", "-p", "company", "-P", "Press Enter", "ssh", *OPTIONS,
         f"alice@{node.address}", "true"], check=False, capture_output=True, text=True,
        timeout=110, env={"HOME": str(paths.LAB), "PATH": "/usr/bin:/bin"})
    assert done.returncode != 0
    assert len(dex.requests("/dex/device/code")) == 1
    node.wait_for_worker()
    assert "result=accept" not in node.log()


def test_ansible_goes_through_a_connection_that_a_person_opened(dex, node):
    """Without a key: one ssh on a terminal, whose connection Ansible then shares."""
    master = paths.LAB / "shared-connection"
    shared = ["-o", f"ControlPath={master}"]
    _, _, status = sign_in(spawn(["ssh", *OPTIONS, *shared, "-o", "ControlMaster=yes",
                                  "-o", "ControlPersist=60s", f"alice@{node.address}", "true"]))
    assert status == 0
    try:
        inventory = paths.LAB / "shared-inventory"
        inventory.write_text(
            f"{node.address} ansible_user=alice ansible_python_interpreter={PYTHON} "
            f"ansible_ssh_args='{shlex.join([*OPTIONS, *shared])}'\n", encoding="utf-8")
        done = subprocess.run(
            ["ansible", "all", "-i", str(inventory), "-m", "command", "-a", "id -un"],
            check=False, capture_output=True, text=True, timeout=100,
            env={"HOME": str(paths.LAB), "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"})
        assert done.returncode == 0 and "\nalice\n" in done.stdout, done.stdout + done.stderr
    finally:
        subprocess.run(["ssh", *shared, "-O", "exit", f"alice@{node.address}"], check=False,
                       capture_output=True)
