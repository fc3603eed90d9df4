"""The refusals of the registry. The message of each is one sentence, and nothing has changed."""

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path

from models.encoder.adapter import IncompatibleAdapter
from models.encoder.heads import IncompatibleHead
from models.errors import ExpectedFault
from models.intent.taxonomy import BadTaxonomy


class RegistryFault(ExpectedFault):
    """The request can't be done; the message is one sentence. The registry is unchanged."""


class UnknownModel(RegistryFault):
    """No model, or more than one, fits the name."""


class UnfitBundle(RegistryFault):
    """The bundle is incomplete, broken, fails on a text, or is for another task or base."""


class LostManners(RegistryFault):
    """The intents misread greetings and thanks; see `greetings.find_lost_greetings`."""


class NothingBefore(RegistryFault):
    """There is no promotion to undo."""


@contextlib.contextmanager
def raise_unfit(folder: Path) -> Iterator[None]:
    """Turn faults of the parts of the bundle in `folder` into UnfitBundle."""
    try:
        yield
    except (IncompatibleHead, IncompatibleAdapter, BadTaxonomy) as error:
        raise UnfitBundle(f"{folder.name} can't be used: {error}") from error


@contextlib.contextmanager
def raise_registry_fault(what: str) -> Iterator[None]:
    """Turn errors of the disk into RegistryFault; `what` says what can't be done."""
    try:
        yield
    except (OSError, shutil.Error) as error:
        raise RegistryFault(f"{what}: {_first_reason(error)}") from error


def _first_reason(error: OSError) -> str:
    """The reason as text; for a folder that can't be copied, that of its first file."""
    if isinstance(error, shutil.Error):
        _, _, reason = error.args[0][0]
        return str(reason)
    return error.strerror or str(error)
