"""Run one command: `python -m app api | worker | both`, or one of those beside the service.

A command is imported only when it is run: the doctor needs no server's libraries, and a server none
of a command's.
"""

import argparse
import sys
from collections.abc import Callable, Sequence

COMMANDS = ("api", "worker", "both", "migrate", "import", "sample", "simulator", "doctor")
HELP = """\
both        api and worker in one process, with private servers (the default)
api         take WeChat's messages, serve REST and pages
worker      run the models, answer, send, publish
migrate     bring the database to this version
import      send files to a running api
sample      empty the sample shop, or fill it in again
simulator   simulate WeChat on this machine
doctor      find out why it does not work

`python -m app COMMAND --help` explains the options of the last five.
"""


def main() -> None:
    """Run the command and exit with its code."""
    parser = argparse.ArgumentParser(
        "python -m app",
        usage="%(prog)s [COMMAND] [OPTIONS]",
        description="Run the service, or a command beside it.",
        epilog=HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("command", choices=COMMANDS, default="both", nargs="?", metavar="COMMAND")
    command: str = parser.parse_args(sys.argv[1:2]).command
    sys.exit(_import_command(command)(sys.argv[2:]))


def _import_command(command: str) -> Callable[[Sequence[str]], int]:
    """The function that runs a command; it takes the arguments and returns the exit code."""
    match command:
        case "api":
            from app.cli.api import main as run_command
        case "worker":
            from app.cli.worker import main as run_command
        case "migrate":
            from app.cli.migrate import main as run_command
        case "import":
            from app.cli.import_files import main as run_command
        case "sample":
            from app.sample.command import main as run_command
        case "simulator":
            from app.cli.simulator import main as run_command
        case "doctor":
            from app.cli.doctor import run as run_command
        case _:
            from app.cli.both import main as run_command
    return run_command


if __name__ == "__main__":
    main()
