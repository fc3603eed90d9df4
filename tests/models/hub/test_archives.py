"""A zipped repository is unpacked to what a base needs."""

import zipfile
from pathlib import Path

import pytest

from models.hub import archives
from models.hub.errors import SourceFailed


def zip_files(folder: Path, **contents: str) -> Path:
    source = folder / "base.zip"
    with zipfile.ZipFile(source, "w") as archive:
        for name, content in contents.items():
            archive.writestr(name, content)
    return source


def unpack(source: Path) -> dict[str, str]:
    target = source.parent / "unpacked"
    archives.convert(source, target)
    files = [file for file in target.rglob("*") if file.is_file()]
    return {str(file.relative_to(target)): file.read_text() for file in files}


@pytest.mark.parametrize("folder", ["", "all-mpnet-base-v2/"])
def test_config_pooling_tokenizer_and_weights_are_unpacked(tmp_path: Path, folder: str) -> None:
    needed = {"config.json": "1", "1_Pooling/config.json": "2", "model.safetensors": "3"}
    others = {"desktop.ini": "4", "run.py": "5"}
    source = zip_files(
        tmp_path, **{folder + name: text for name, text in (others | needed).items()}
    )

    unpacked = unpack(source)

    assert unpacked == needed


def test_nothing_is_written_outside_the_folder(tmp_path: Path) -> None:
    source = zip_files(
        tmp_path, **{"config.json": "1", "model.safetensors": "3", "../tokenizer.json": "6"}
    )

    unpacked = unpack(source)

    assert unpacked == {"config.json": "1", "model.safetensors": "3"}
    assert not (tmp_path / "tokenizer.json").exists()


def test_an_archive_without_weights_is_named(tmp_path: Path) -> None:
    source = zip_files(tmp_path, **{"base/config.json": "1"})

    with pytest.raises(SourceFailed, match=r"has no config\.json with model\.safetensors"):
        unpack(source)


def test_a_damaged_archive_is_named(tmp_path: Path) -> None:
    source = tmp_path / "base.zip"
    source.write_bytes(b"PK no archive")

    with pytest.raises(SourceFailed, match=r"has a damaged base\.zip"):
        unpack(source)
