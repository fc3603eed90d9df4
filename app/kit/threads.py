"""Threads of low priority, for work that conversation turns come before."""

import os
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

NICENESS = 10


def open_background_thread(name: str) -> ThreadPoolExecutor:
    """A pool of one thread with low priority."""
    return ThreadPoolExecutor(1, name, initializer=_lower_priority)


def _lower_priority() -> None:
    """Lower the priority of this thread; on Linux a niceness is a thread's."""
    with suppress(OSError, AttributeError):
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)
