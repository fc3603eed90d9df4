"""Turns expected errors into one sentence on stderr and exit code 2."""

import contextlib
from collections.abc import Iterator

import typer
from safetensors import SafetensorError

from models.cli.output import print_note
from models.errors import ExpectedFault
from models.hub.errors import is_disk_full

INTERRUPTED = 130  # exit code, as shells have it for Ctrl-C


@contextlib.contextmanager
def report_faults(verb: str, after_interruption: str = "nothing has changed") -> Iterator[None]:
    """Print errors of data, models and disk, and exit with 2; other errors keep their traceback.

    `after_interruption`: what Ctrl-C leaves, as the end of a sentence; it exits with 130.
    """
    try:
        yield
    except KeyboardInterrupt as error:
        print_note(f"{verb}: interrupted; {after_interruption}")
        raise typer.Exit(INTERRUPTED) from error
    except (ExpectedFault, OSError, RuntimeError, SafetensorError) as error:
        if is_disk_full(error):
            print_note(f"{verb}: the disk is full ({error}); make room and call again, it goes on")
        elif isinstance(error, ExpectedFault):
            print_note(f"{verb}: {error}")
        elif isinstance(error, OSError):
            print_note(f"{verb}: {_describe_os_error(error)}")
        else:
            raise
        raise typer.Exit(2) from error


def _describe_os_error(error: OSError) -> str:
    """The file and the system's reason, without the number of the error."""
    if error.filename is None or error.strerror is None:
        return str(error)
    return f"{error.filename}: {error.strerror}"
