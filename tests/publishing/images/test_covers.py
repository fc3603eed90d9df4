"""Covers and their crops."""

from collections.abc import Sequence
from pathlib import Path

import matplotlib
import pytest
from fontTools.ttLib import TTCollection, TTFont

from app.publishing.images.conversion import open_image
from app.publishing.images.covers import Cover, make_cover, prepare_cover
from app.publishing.images.errors import BadImage
from app.publishing.images.fonts import find_font, load_font
from app.wechat.client.request_values.articles import CoverCrop
from tests.publishing.images.pictures import draw

FAMILY_NAMES = (1, 16)  # of the records of a font's name table
FONT = Path(matplotlib.get_data_path()) / "fonts/ttf/DejaVuSans.ttf"


def test_a_cover_is_made_of_the_title() -> None:
    cover = make_cover("Spring tea " * 8, FONT)

    assert (cover.image.content_type, cover.image.width, cover.image.height) == (
        "image/jpeg", 900, 383
    )  # fmt: skip
    assert len(open_image(cover.image.content).convert("L").getcolors() or []) > 50
    assert cover.crop_235_1 == CoverCrop(0, 0, 1, 1)
    assert cover.crop_1_1 == CoverCrop(0.287222, 0, 0.712778, 1)


def test_an_image_is_cropped_in_its_middle() -> None:
    cover = prepare_cover(draw("PNG", (400, 400)))

    assert cover == Cover(
        cover.image, CoverCrop(0, 0.287222, 1, 0.712778), CoverCrop(0, 0, 1, 1)
    )  # fmt: skip


def write_collection(path: Path, families: Sequence[str]) -> None:
    """A font collection with a face for each family."""
    collection = TTCollection()
    for family in families:
        face = TTFont(FONT)
        for record in face["name"].names:
            if record.nameID in FAMILY_NAMES:
                record.string = family
        collection.fonts.append(face)
    collection.save(str(path))


def test_of_a_collection_the_face_of_simplified_chinese_is_taken(tmp_path: Path) -> None:
    write_collection(tmp_path / "cjk.ttc", ["Tea JP", "Tea SC", "Tea TC"])
    write_collection(tmp_path / "other.ttc", ["Tea", "Tea Mono"])

    families = [load_font(tmp_path / name, 20).getname()[0] for name in ("cjk.ttc", "other.ttc")]

    assert families == ["Tea SC", "Tea"]


def test_without_a_font_it_is_said_what_to_do(tmp_path: Path) -> None:
    broken_font = tmp_path / "font.ttf"
    broken_font.write_text("no font")

    with pytest.raises(BadImage, match="请上传封面，或者把设置 COVER_FONT"):
        make_cover("春茶", find_font(tmp_path / "none.ttf"))
    with pytest.raises(BadImage, match=r"COVER_FONT 指向的 font\.ttf 不是字体文件"):
        make_cover("春茶", find_font(broken_font))
