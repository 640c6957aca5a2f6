# SPDX-License-Identifier: MIT
"""sshd_meter.py ADDRESS PORT CONFIG LOG [CPU]: starts `sshd -i` for one connection after
the other and adds a line for each: the milliseconds of CPU that it and all that it waited
for have used. With CPU, that processor has these processes alone, before all others."""

import os
import socket
import sys

address, port, config, log = sys.argv[1:5]
if len(sys.argv) > 5:
    os.sched_setaffinity(0, {int(sys.argv[5])})
    os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(50))
listener = socket.create_server((address, int(port)))
while True:
    connection, _ = listener.accept()
    null = os.open("/dev/null", os.O_WRONLY)
    # A name with a path: sshd starts itself again by it.
    child = os.posix_spawn(
        "/usr/sbin/sshd", ["/usr/sbin/sshd", "-i", "-f", config], os.environ, file_actions=[
            (os.POSIX_SPAWN_DUP2, connection.fileno(), 0),
            (os.POSIX_SPAWN_DUP2, connection.fileno(), 1), (os.POSIX_SPAWN_DUP2, null, 2)])
    connection.close()
    os.close(null)
    _, _, used = os.wait4(child, 0)
    with open(log, "a", encoding="ascii") as lines:
        lines.write(f"{(used.ru_utime + used.ru_stime) * 1000:.3f}\n")
