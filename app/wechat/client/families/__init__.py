"""The platform's interfaces, one file a family. Each is called through a typed method.

Families of one subject share a package: `desk`, `recognition`, `statistics`.

To add a family `x`:

1. `families/x.py` declares each interface as a constant, `PlatformInterface(path=..., title=...,
   page=...)`, with the platform's Chinese name, the path of its page (`/doc/service/api/....md`),
   its daily limit and who may call it. `repeatable=True` for what changes nothing (reads): such a
   call is tried again when no answer came.
2. Requests with more than a few values are frozen dataclasses (keyword-only beyond five fields);
   answers derive from `PlatformAnswer` and have only the fields that somebody reads. An answer
   without content is `Done`.
3. A frozen dataclass with the one field `client: PlatformClient` has a method for each interface:
   verb and object, `account` first. It checks the values with
   `app.wechat.client.request_values.validation` (or raises InvalidField), then returns
   `self.client.call(account, INTERFACE, Answer, body=...)`. Its docstring names the page, the
   limits and the errors that a caller reacts to. A method calls one interface, and names its
   constant.
4. `test_x.py`, in the same place below `tests/wechat/client/families`, calls each method against
   the simulator over a socket: the whole answer is compared, and each limit has a case.
5. The simulator answers the path: `app/simulator` has a file a family too.
6. New error codes go to `error_codes.py`. `docs/platform.md` is written anew by
   `python -m tests.wechat.client.table`; a test fails while it is old or has a gap.

No list of families is kept: `list_families` reads the modules of this package.
"""

import importlib
import pkgutil
from types import ModuleType

from app.wechat.client.interfaces import PlatformInterface


def list_families() -> list[ModuleType]:
    """The modules of this package and of those below, sorted by their own name."""
    modules = pkgutil.walk_packages(__path__, f"{__name__}.")
    names = [module.name for module in modules if not module.ispkg]
    return [importlib.import_module(name) for name in sorted(names, key=_get_last_name)]


def _get_last_name(module: str) -> str:
    return module.rpartition(".")[2]


def list_interfaces(family: ModuleType) -> list[PlatformInterface]:
    """The interfaces that a family declares, in the order of the file."""
    return [value for value in vars(family).values() if isinstance(value, PlatformInterface)]
