# SPDX-License-Identifier: MIT
"""syslog.py SOCKET FILE: appends each message of a host's /dev/log. An empty one
is answered: by then all that was sent before it is in the file."""

import os
import socket
import sys

listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
listener.bind(sys.argv[1])
os.chmod(sys.argv[1], 0o666)
with open(sys.argv[2], "ab", buffering=0) as log:
    while True:
        message, sender = listener.recvfrom(65536)
        if message:
            log.write(message.rstrip(b"\0\n") + b"\n")
        else:
            listener.sendto(b"", sender)
