# SPDX-License-Identifier: MIT
"""pamcall.py SERVICE USER COUNT: a PAM application of the smallest kind.

Prints, as JSON, the code and the microseconds of each pam_authenticate and
pam_acct_mgmt, each in a transaction of its own as real programs do."""

import ctypes
import json
import sys
import time

PAM = ctypes.CDLL("libpam.so.0")
CONVERSATION = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p
)


class Conv(ctypes.Structure):
    _fields_ = [("conv", CONVERSATION), ("data", ctypes.c_void_p)]


PAM_CONV_ERR = 19
CONV = Conv(CONVERSATION(lambda *_: PAM_CONV_ERR), None)


def timed(function, handle):
    began = time.perf_counter()
    code = function(handle, 0)
    return code, (time.perf_counter() - began) * 1e6


def transaction(service, user):
    handle = ctypes.c_void_p()
    PAM.pam_start(service, user, ctypes.byref(CONV), ctypes.byref(handle))
    try:
        return timed(PAM.pam_authenticate, handle), timed(PAM.pam_acct_mgmt, handle)
    finally:
        PAM.pam_end(handle, 0)


service, user, count = sys.argv[1].encode(), sys.argv[2].encode(), int(sys.argv[3])
auth, account = zip(*(transaction(service, user) for _ in range(count)))
print(json.dumps({"authenticate": auth, "account": account}))
