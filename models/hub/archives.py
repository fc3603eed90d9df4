"""Unpacks a zipped repository: config, tokenizer and weights, as a hub has them."""

import shutil
import zipfile
from pathlib import Path, PurePosixPath

from models.hub import files
from models.hub.errors import SourceFailed


def convert(source: Path, target: Path) -> None:
    """Write the files that a base needs from the archive `source` into the folder `target`.

    In the archive they lie beside its uppermost config.json; others aren't unpacked. Raises
    SourceFailed for an archive without config or weights, or a damaged one.
    """
    try:
        with zipfile.ZipFile(source) as archive:
            members = _list_members(archive)
            for path in files.choose_files(members):
                _unpack_member(archive, members[path], target / path)
    except zipfile.BadZipFile as error:
        raise SourceFailed(f"has a damaged {source.name}: {error}") from error


def _list_members(archive: zipfile.ZipFile) -> dict[str, str]:
    """Path beside the uppermost config.json -> name in the archive."""
    configs = [name for name in archive.namelist() if PurePosixPath(name).name == files.CONFIG]
    root = min(configs, key=len, default="").removesuffix(files.CONFIG)
    return {name.removeprefix(root): name for name in archive.namelist() if name.startswith(root)}


def _unpack_member(archive: zipfile.ZipFile, name: str, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with archive.open(name) as packed, target.open("wb") as unpacked:
        shutil.copyfileobj(packed, unpacked)
