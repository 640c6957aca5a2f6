# SPDX-License-Identifier: MIT
"""Other programs than ssh: what docs/reference/clients.md says of them."""

import re
import shutil
import subprocess

import pexpect
import pytest

from rig import paths
from rig.ssh import ADDRESS, CODE
from rig.person import QuickPerson

pytestmark = pytest.mark.release

PROMPT = r"Press Enter when done: ?"

# The handler of keyboard-interactive prints what it is asked, and answers when
# a line comes.
PARAMIKO = """
import sys, paramiko
def answer(title, instructions, prompts):
    replies = []
    for text, _ in prompts:
        print(text, flush=True)
        replies.append(sys.stdin.readline().rstrip("\\n"))
    return replies
transport = paramiko.Transport((sys.argv[1], 22))
transport.start_client(timeout=20)
transport.auth_interactive("alice", answer)
channel = transport.open_session()
channel.exec_command("id -un")
print(channel.makefile().read().decode(), end="")
transport.close()
"""


def needs(program):
    return pytest.mark.skipif(shutil.which(program) is None, reason=f"there is no {program}")


def spawn(command, **environment):
    return pexpect.spawn(command[0], command[1:], encoding="utf-8", codec_errors="replace",
                         timeout=30, dimensions=(24, 80), cwd=str(paths.LAB),
                         env={"HOME": str(paths.LAB), "TERM": "dumb", "LC_ALL": "C.UTF-8",
                              "PATH": "/usr/bin:/bin", **environment})


def sign_in(terminal):
    """Approves what stands there, and presses Enter; what came before and after."""
    terminal.expect(PROMPT)
    before = terminal.before
    address = ADDRESS.search(before).group(1)
    assert CODE.search(before).group(1) in address
    QuickPerson("alice").approve(address)
    terminal.sendline("")
    terminal.expect(pexpect.EOF)
    terminal.close()
    return before, terminal.before.replace("\r\n", "\n"), terminal.exitstatus


@needs("plink")
def test_plink(dex, node):
    terminal = spawn(["plink", "-ssh", "-no-antispoof", f"alice@{node.address}", "id", "-un"])
    terminal.expect("Store key in cache")
    terminal.sendline("n")
    _, text, status = sign_in(terminal)
    assert text.strip().split("\n")[-1] == "alice" and status == 0


@needs("dbclient")
def test_dbclient_shows_no_qr_code_and_all_else(dex, node):
    terminal = spawn(["dbclient", "-y", "-y", f"alice@{node.address}", "id", "-un"])
    before, text, status = sign_in(terminal)
    assert not re.search("[\u2580\u2584\u2588]", before)
    assert text.strip().split("\n")[-1] == "alice" and status == 0


def test_paramiko(dex, node):
    found = subprocess.run(["/usr/bin/python3", "-c", "import paramiko"], check=False,
                           capture_output=True)
    if found.returncode:
        pytest.skip("there is no paramiko")
    terminal = spawn(["/usr/bin/python3", "-c", PARAMIKO, node.address])
    _, text, status = sign_in(terminal)
    assert text.strip().split("\n")[-1] == "alice" and status == 0
