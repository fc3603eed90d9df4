"""Finds an installed font that has all characters of a text, for plots."""

from collections.abc import Set

from matplotlib.font_manager import FontProperties, fontManager
from matplotlib.ft2font import FT2Font

# The first comes with matplotlib; the others are the Chinese fonts of Linux, macOS and Windows.
FAMILIES = (
    "DejaVu Sans",
    "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Source Han Sans CN",
    "Noto Sans CJK JP",  # name of the collection of all Noto Sans CJK
    "WenQuanYi Micro Hei", "WenQuanYi Zen Hei", "Droid Sans Fallback", "AR PL UMing CN",
    "PingFang SC", "Hiragino Sans GB", "Heiti SC", "STHeiti", "Songti SC", "Arial Unicode MS",
    "Microsoft YaHei", "SimHei", "SimSun",
)  # fmt: skip


def find_family(text: str) -> str | None:
    """The first of FAMILIES that is installed and has a glyph for every character, or None."""
    needed_glyphs = {ord(character) for character in text}
    installed = [family for family in FAMILIES if family in fontManager.get_font_names()]
    return next((family for family in installed if needed_glyphs <= _glyphs_of(family)), None)


def _glyphs_of(family: str) -> Set[int]:
    file = fontManager.findfont(FontProperties(family=family), fallback_to_default=False)
    return FT2Font(file).get_charmap().keys()
