"""Finds a Chinese font, and the face for simplified Chinese in it."""

from collections.abc import Iterator
from pathlib import Path

from PIL import ImageFont

_FOLDERS = (
    "/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts",
    "/System/Library/Fonts", "/Library/Fonts", "C:/Windows/Fonts",
)  # fmt: skip
# Files of the Chinese fonts of Linux, macOS and Windows; the first one that is there is used.
_FILES = (
    "NotoSansCJK-Regular.ttc", "NotoSansCJKsc-Regular.otf", "NotoSansSC-Regular.otf",
    "NotoSansSC*.ttf", "SourceHanSansSC-Regular.otf", "SourceHanSansCN-Regular.otf",
    "wqy-microhei.ttc", "wqy-zenhei.ttc", "DroidSansFallback*.ttf", "uming.ttc", "PingFang.ttc",
    "Hiragino Sans GB.ttc", "STHeiti Medium.ttc", "Arial Unicode.ttf", "msyh.ttc", "simhei.ttf",
)  # fmt: skip
_MOST_FACES = 16  # of a collection
_SIMPLIFIED = "SC"  # in the family's name: Noto Sans CJK SC, PingFang SC, Heiti SC


def find_font(configured: Path | None) -> Path | None:
    """COVER_FONT, else an installed Chinese font; None where there is none."""
    if configured is not None:
        return configured if configured.is_file() else None
    return next(_iter_fonts(), None)


def _iter_fonts() -> Iterator[Path]:
    folders = [Path(folder).expanduser() for folder in _FOLDERS]
    for name in _FILES:
        for folder in folders:
            if folder.is_dir():
                yield from sorted(folder.rglob(name))


def load_font(file: Path, size: int) -> ImageFont.FreeTypeFont:
    """The font; of a collection the face for simplified Chinese, else the first.

    The first face of Noto Sans CJK draws characters as Japanese writes them. Raises OSError.
    """
    first = ImageFont.truetype(str(file), size)
    faces = _iter_faces(file, size) if file.suffix.lower() == ".ttc" else ()
    return next((face for face in faces if _SIMPLIFIED in _name_family(face).split()), first)


def _iter_faces(file: Path, size: int) -> Iterator[ImageFont.FreeTypeFont]:
    for index in range(_MOST_FACES):
        try:
            yield ImageFont.truetype(str(file), size, index=index)
        except OSError:  # there is no such face
            return


def _name_family(face: ImageFont.FreeTypeFont) -> str:
    return face.getname()[0] or ""
