# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""Waiting for a condition, always with a deadline."""

import time


class DeadlineExceeded(AssertionError):
    """A condition did not come true in time."""


def wait_until(condition, seconds=30.0, what="the condition", every=0.02, describe=None):
    """Return the first true value of `condition()`; fail with `what` (and `describe()`) after `seconds`."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() >= end:
            details = f": {describe()}" if describe else ""
            raise DeadlineExceeded(f"after {seconds:g} s still waiting for {what}{details}")
        time.sleep(every)


def holds_for(condition, seconds, every=0.05):
    """Say whether `condition()` stays true for `seconds`. For what must not happen, where no event can be waited for."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if not condition():
            return False
        time.sleep(every)
    return True
