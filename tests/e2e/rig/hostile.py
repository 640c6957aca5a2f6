# SPDX-License-Identifier: MIT
"""hostile.py SERVICE USER: a setuid-like PAM application whose caller has set
up everything that a process can hand on to those it starts."""

import ctypes
import os
import resource
import signal
import sys
import time

PAM = ctypes.CDLL("libpam.so.0")
CONVERSATION = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p
)
PAM_CONV_ERR = 19
NOBODY = 65534
WAIT_SECONDS = 60


def converse(*_):
    """Keeps the question standing until the test has looked at the helpers."""
    time.sleep(WAIT_SECONDS)
    return PAM_CONV_ERR


class Conv(ctypes.Structure):
    _fields_ = [("conv", CONVERSATION), ("data", ctypes.c_void_p)]


CONV = Conv(CONVERSATION(converse), None)
handle = ctypes.c_void_p()
service, user = sys.argv[1].encode(), sys.argv[2].encode()

os.environ.update(LD_PRELOAD="/tmp/hostile.so", IFS="x", TZ="../../x")
for limit in ("FSIZE", "CPU", "NPROC", "MEMLOCK", "SIGPENDING"):
    number = getattr(resource, "RLIMIT_" + limit, None)
    if number is not None:
        resource.setrlimit(number, (4096, 4096))
# sudo leaves a hard limit of 0, and a container's root may not raise it.
CORES = resource.getrlimit(resource.RLIMIT_CORE)[1]
resource.setrlimit(resource.RLIMIT_CORE, (CORES, CORES))
os.umask(0o077)
os.chdir("/tmp")
os.nice(19)
os.dup2(0, 40, inheritable=True)
os.setgroups([4, 27])
os.setresgid(NOBODY, 0, 0)
os.setresuid(NOBODY, 0, 0)
for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD, signal.SIGPIPE):
    signal.signal(number, signal.SIG_IGN)
signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals() - {signal.SIGINT})

PAM.pam_start(service, user, ctypes.byref(CONV), ctypes.byref(handle))
sys.exit(PAM.pam_authenticate(handle, 0))
