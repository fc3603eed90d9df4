"""Style attributes: read, written, and held to what WeChat's editor keeps unchanged.

Source of the rules: WeChat's article structure rules, version 1.0.0 of 2026-06.
"""

import re

from app.publishing.article_html.colors import parse_color
from app.publishing.article_html.trees import Element, iter_elements

_IMPORTANT = re.compile(r"\s*!\s*important\s*$", re.IGNORECASE)
_ALIGNMENTS = {"start": "left", "end": "right"}
_PIXELS = re.compile(r"(-?\d+(?:\.\d+)?)px")
_SAFE_VALUE = re.compile(r"[#%(),.\w\s/-]+")
_COLOR = re.compile(r"(?:rgb|rgba|hsl|hsla)\([^()]{1,60}\)|#[0-9a-fA-F]{3,8}|[a-zA-Z]{3,24}")
MIN_ALPHA = 0.3  # fainter text can't be read in dark mode
MAX_SPACE = 48.0  # px of one margin or padding; more pushes the text off a phone


def parse_style(style: str) -> dict[str, str]:
    """Values by property in lower case; of a repeated property the last."""
    declarations = (part.partition(":") for part in style.split(";"))
    return {
        name.strip().lower(): value.strip()
        for name, _, value in declarations
        if name.strip() and value.strip()
    }


def write_style(properties: dict[str, str]) -> str:
    """The style attribute of the properties."""
    return "".join(f"{name}: {value};" for name, value in properties.items())


def normalize_styles(root: Element) -> None:
    """Rewrite every style attribute so that the structure rules hold."""
    for element in iter_elements(root):
        style = element.get("style")
        if style is None:
            continue
        properties = {
            name: kept_value
            for name, value in _name_background(parse_style(style)).items()
            if (kept_value := _normalize(name, value)) is not None
        }
        if properties:
            element.set("style", write_style(properties))
        else:
            del element.attrib["style"]


def _name_background(properties: dict[str, str]) -> dict[str, str]:
    """The background as one colour: of a gradient the first, as dark mode would show it."""
    shorthand = [properties.pop(name, "") for name in ("background-image", "background")]
    colors = [match[0] for value in shorthand for match in _COLOR.finditer(value)]
    named = [color for color in colors if parse_color(color) is not None]
    return {"background-color": named[0]} | properties if named else properties


def _normalize(name: str, value: str) -> str | None:
    """The value as the rules allow it, or None where the property must go."""
    value = _IMPORTANT.sub("", value).strip()
    if name == "text-align":
        value = _ALIGNMENTS.get(value.lower(), value)
    return value if _SAFE_VALUE.fullmatch(value) and _is_allowed(name, value) else None


def _is_allowed(name: str, value: str) -> bool:
    if name in {"color", "background-color"}:
        color = parse_color(value)
        return color is not None and color.alpha >= MIN_ALPHA
    if name == "line-height":
        return _is_loose(value)
    if name == "font-size":
        return _is_readable_size(value)
    if name.startswith(("margin", "padding", "text-indent", "letter-spacing")):
        return _is_small(value)
    return "(" not in value


def _is_loose(value: str) -> bool:
    """A line height without unit of 1.2 or more, or in per cent or em of the same measure."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?)(%|em)?", value)
    if match is None:
        return False
    factor = float(match[1]) / (100 if match[2] == "%" else 1)
    return 1.2 <= factor <= 4


def _is_readable_size(value: str) -> bool:
    """A size in px within 10 and 40; other units depend on the reader's settings."""
    match = _PIXELS.fullmatch(value)
    return match is not None and 10 <= float(match[1]) <= 40


def _is_small(value: str) -> bool:
    numbers = [float(number) for number in _PIXELS.findall(value)]
    without_pixels = _PIXELS.sub("", value).split()
    return all(0 <= number <= MAX_SPACE for number in numbers) and all(
        part in {"0", "auto"} or re.fullmatch(r"[0-3](?:\.\d+)?em", part) for part in without_pixels
    )
