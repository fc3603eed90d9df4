"""The ad platforms of platforms.toml: limits of titles and descriptions, and columns of a sheet."""

import functools
import tomllib
from collections.abc import Mapping
from datetime import date
from importlib.resources import files
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, TypeAdapter, model_validator

from app.errors import Refusal

CellValue = Literal["campaign", "group", "name", "title", "description", "url", ""]


class UnknownPlatform(Refusal):
    """No ad platform has this name."""

    status = 404
    name = "unknown_platform"


class _Frozen(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class TextLimit(_Frozen):
    """How long a text may be, in the platform's unit; `visible` is what readers see uncut."""

    label: str
    least: int
    most: int | None = None
    visible: int | None = None
    forbidden: str = ""  # characters that the platform refuses


class PartsLimit(_Frozen):
    """How many titles or descriptions make one ad, which is one row of the sheet."""

    least: int = 1
    most: int = 1


class SheetColumn(_Frozen):
    """A column: its header, and the value or the constant text of its cells.

    With {n} in the header it stands for as many columns as an ad has such parts at most.
    """

    header: str
    value: CellValue = ""
    text: str = ""


class AdPlatform(_Frozen):
    """One platform and kind of ad."""

    name: str
    unit: str
    unit_width: int  # half-width letters in a unit; 0: each character is one unit
    source: str
    checked: date
    confidence: Literal["official", "secondary"]
    columns_note: str
    columns_source: str
    columns_confidence: Literal["official", "secondary", "none"]
    title: TextLimit
    description: TextLimit
    url_most: int = 2_000  # characters
    titles: PartsLimit = PartsLimit()
    descriptions: PartsLimit = PartsLimit()
    columns: tuple[SheetColumn, ...]

    @model_validator(mode="after")
    def _check_columns(self) -> Self:
        values = {column.value for column in self.columns}
        if missing := {"title", "description", "url"} - values:
            raise ValueError(f"the sheet of {self.name} has no column for {missing}")
        return self


@functools.cache
def load_platforms() -> Mapping[str, AdPlatform]:
    """All platforms by id, in the file's order."""
    text = files("app.marketing.ads").joinpath("platforms.toml").read_text("utf-8")
    return TypeAdapter(dict[str, AdPlatform]).validate_python(tomllib.loads(text))


def get_platform(platform: str) -> AdPlatform:
    """The platform of this id. Raises UnknownPlatform."""
    platforms = load_platforms()
    if platform not in platforms:
        raise UnknownPlatform(
            f"no ad platform is named {platform!r}: use {', '.join(platforms)}",
            chinese=f"没有广告平台 {platform!r}，可用：{'、'.join(platforms)}",
        )
    return platforms[platform]
