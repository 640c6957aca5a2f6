# SPDX-License-Identifier: MIT
"""syslog.py SOCKET FILE: appends each message of a host's /dev/log."""

import os
import socket
import sys

listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
listener.bind(sys.argv[1])
os.chmod(sys.argv[1], 0o666)
with open(sys.argv[2], "ab", buffering=0) as log:
    while True:
        log.write(listener.recv(65536).rstrip(b"\0\n") + b"\n")
