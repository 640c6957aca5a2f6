# SPDX-License-Identifier: MIT
"""Sets everything that a process hands on to those it starts: the attributes
that survive fork and execve (common/ipc/inherited.c has the list). What the
kernel or a container does not allow is left out."""

import ctypes
import os
import resource
import signal

LIBC = ctypes.CDLL(None, use_errno=True)
SET_TIMERSLACK, SET_SUBREAPER, SET_THP_DISABLE = 29, 36, 41
MCE_KILL, SET_MEMORY_MERGE, SET_IO_FLUSHER = 33, 67, 57
SYS_ADD_KEY, SYS_KEYCTL = 248, 250  # x86-64
SYS_SET_MEMPOLICY, SYS_IOPRIO_SET = 238, 251
UNAME26, STICKY_TIMEOUTS, WHOLE_SECONDS = 0x0020000, 0x4000000, 0x2000000
MPOL_BIND, FIRST_NODE = 2, ctypes.c_ulong(1)
IDLE_CLASS = 3 << 13
SLACK_NS = 2**62
TINY = 4096


def prctl(number, *values):
    LIBC.prctl(number, *map(ctypes.c_ulong, [*values, 0, 0, 0, 0][:4]))


def write(path, text):
    try:
        with open(path, "w", encoding="ascii") as file:
            file.write(text)
    except OSError:
        pass


def lower_limits():
    """Soft limits alone: a container's root may not raise hard ones again."""
    for name in ("FSIZE", "CPU", "NPROC", "MEMLOCK", "SIGPENDING", "MSGQUEUE"):
        number = getattr(resource, "RLIMIT_" + name, None)
        if number is not None:
            hard = resource.getrlimit(number)[1]
            resource.setrlimit(number, (TINY if hard < 0 else min(hard, TINY), hard))
    # sudo leaves a hard limit of 0, and a container's root may not raise it.
    cores = resource.getrlimit(resource.RLIMIT_CORE)[1]
    resource.setrlimit(resource.RLIMIT_CORE, (cores, cores))


def set_all():
    os.environ.update(LD_PRELOAD="/tmp/hostile.so", IFS="x", TZ="../../x")
    lower_limits()
    os.umask(0o077)
    os.chdir("/tmp")
    os.nice(19)
    # Not SCHED_IDLE: beside other tests this process would hardly ever run.
    os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    LIBC.personality(UNAME26 | STICKY_TIMEOUTS | WHOLE_SECONDS)
    LIBC.syscall(SYS_SET_MEMPOLICY, MPOL_BIND, ctypes.byref(FIRST_NODE), 64)
    LIBC.syscall(SYS_IOPRIO_SET, 1, 0, IDLE_CLASS)
    LIBC.syscall(SYS_KEYCTL, 1, 0)
    LIBC.syscall(SYS_ADD_KEY, b"user", b"hostile", b"x", ctypes.c_size_t(1), -3)
    prctl(SET_THP_DISABLE, 1)
    prctl(SET_MEMORY_MERGE, 1)
    prctl(SET_IO_FLUSHER, 1)
    prctl(MCE_KILL, 1, 1)
    prctl(SET_SUBREAPER, 1)
    write("/proc/self/oom_score_adj", "1000")
    write("/proc/self/coredump_filter", "0x7f")
    os.dup2(0, 40, inheritable=True)
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD, signal.SIGPIPE):
        signal.signal(number, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals() - {signal.SIGINT})
    # The last: every later sleep of this process would be as long.
    prctl(SET_TIMERSLACK, SLACK_NS)


# prctl(2)'s clock switch would end su itself, before it starts a helper:
# tests/policy/test_inherited.c has it.
