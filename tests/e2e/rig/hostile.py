# SPDX-License-Identifier: MIT
"""hostile.py SERVICE USER: a setuid-like PAM application whose caller has set
up everything that a process can hand on to those it starts. The text of
attributes.py stands in front of this one."""

import ctypes
import os
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

os.setgroups([4, 27])
os.setresgid(NOBODY, 0, 0)
os.setresuid(NOBODY, 0, 0)
set_all()  # noqa: F821: the text of attributes.py stands in front

PAM.pam_start(service, user, ctypes.byref(CONV), ctypes.byref(handle))
sys.exit(PAM.pam_authenticate(handle, 0))
