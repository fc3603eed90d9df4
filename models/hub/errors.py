"""Errors of fetching and loading base weights. Each message is a sentence that says what to do."""

import errno

from safetensors import SafetensorError

from models.errors import ExpectedFault


class BaseModelError(ExpectedFault):
    """Base class of the errors that the command line prints before it ends."""


class WeightsUnavailable(BaseModelError):
    """The weights can't be fetched, or don't match their hash."""


class UnknownBaseModel(BaseModelError):
    """The name is neither a declared model, nor a repository, nor a GGUF file."""


class IncompatibleArchitecture(BaseModelError):
    """The weights belong to a kind of model that this code can't load."""


class DiskFull(BaseModelError):
    """There is no room for the download or for what it is converted to."""


class Undescribed(BaseModelError):
    """The folder has no readable base.json."""


class SourceFailed(Exception):
    """One source failed; the next is asked. The message completes a sentence about the source."""


def is_disk_full(error: Exception) -> bool:
    """Whether the disk was full. safetensors and torch don't set errno, their messages say it."""
    if isinstance(error, OSError):
        return error.errno in {errno.ENOSPC, errno.EDQUOT}
    signs = ("No space left", "PytorchStreamWriter failed writing")
    unnumbered = isinstance(error, SafetensorError | RuntimeError)
    return unnumbered and any(sign in str(error) for sign in signs)
