"""Time, handed in so that tests need not sleep."""

import time
from collections.abc import Callable

Clock = Callable[[], float]  # seconds since 1970

system: Clock = time.time
