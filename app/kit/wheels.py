"""Finds the servers that come as packages of Python, the extra `embedded`."""

import importlib.util
from pathlib import Path

from app.errors import BadSettings


def locate_server(package: str, server: str, variable: str) -> Path:
    """The folder of a package that carries a server; the package isn't imported.

    Raises BadSettings if it isn't installed: `variable` is the setting that names another server.
    """
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        name = package.replace("_", "-")
        raise BadSettings(
            [
                f"{variable} is not set, and {name}, which carries a private {server}, isn't "
                f"installed: set {variable}, or install {name}, as `make run` does."
            ]
        )
    return Path(spec.origin).parent
