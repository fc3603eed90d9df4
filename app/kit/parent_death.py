"""Ends a child process when the process that started it dies, however it dies."""

import functools
import shutil
import signal
import subprocess
import sys


def end_with_parent(command: list[str], how: signal.Signals) -> list[str]:
    """The command line with which Linux sends `how` to the program once the thread that starts it
    ends, also by SIGKILL. Elsewhere the command as it is: its program outlives a killed process.
    """
    setpriv = _find_setpriv()
    if setpriv is None:
        return command
    return [setpriv, "--pdeathsig", how.name.removeprefix("SIG"), *command]


@functools.cache
def _find_setpriv() -> str | None:
    """The program that sets a parent death signal; None where it is missing or too old."""
    program = shutil.which("setpriv") if sys.platform == "linux" else None
    if program is None:
        return None
    trial = subprocess.run([program, "--pdeathsig", "TERM", "true"], capture_output=True)  # noqa: S603 - fixed command
    return program if trial.returncode == 0 else None
