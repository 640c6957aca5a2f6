# SPDX-License-Identifier: MIT
"""Waiting for something to become true, never for a time to pass."""

import time


class Timeout(AssertionError):
    pass


def until(condition, what, seconds=20.0, step=0.02):
    """The first true answer of condition(); Timeout after so many seconds."""
    end = time.monotonic() + seconds
    while True:
        answer = condition()
        if answer:
            return answer
        if time.monotonic() > end:
            raise Timeout(f"{what}: not within {seconds} s")
        time.sleep(step)
