"""An article as WeChat shows it in dark mode, for the preview and for the contrast rule."""

from collections.abc import Iterator

from app.publishing.article_html.colors import (
    DARK_PAGE,
    DARK_TEXT,
    LIGHT_PAGE,
    LIGHT_TEXT,
    Colors,
    CssColor,
    Rgb,
    brightness,
    convert_background,
    convert_text,
    parse_color,
    to_css,
)
from app.publishing.article_html.styles import parse_style, write_style
from app.publishing.article_html.trees import Element, parse_fragment, serialize

MIN_READABLE = 1.8  # contrast; the platform's rule asks for 1.5 after the conversion
MIDDLE_BRIGHTNESS = 140  # perceived, of a background that takes black text above and white below
BLACK, WHITE = "#1a1a1a", "#ffffff"
_BORDERS = ("border", "border-top", "border-right", "border-bottom", "border-left")


def render_dark(content: str) -> str:
    """The content with every colour as dark mode shows it."""
    root = parse_fragment(content)
    for element, _, dark in list(iter_colors(root)):
        if element is root:
            continue
        properties = parse_style(element.get("style", ""))
        if "background-color" in properties:
            properties["background-color"] = to_css(dark.background)
        if "color" in properties or "background-color" in properties:
            properties["color"] = to_css(dark.text)
        for name in _BORDERS:
            if name in properties:
                properties[name] = _convert_border(properties[name], dark.background)
        if properties:
            element.set("style", write_style(properties))
    return serialize(root[0]) if len(root) == 1 else serialize(root)


def iter_colors(root: Element) -> Iterator[tuple[Element, Colors, Colors]]:
    """Each element with its colours in light and in dark mode, inherited from its ancestors."""
    yield from _iter_colors(
        root, Colors(LIGHT_TEXT, LIGHT_PAGE), Colors(DARK_TEXT, DARK_PAGE), has_own_color=False
    )


def _iter_colors(
    element: Element, light: Colors, dark: Colors, has_own_color: bool
) -> Iterator[tuple[Element, Colors, Colors]]:
    properties = parse_style(element.get("style", ""))
    own_text = parse_color(properties.get("color", ""))
    own_background = parse_color(properties.get("background-color", ""))
    has_own_color = has_own_color or own_text is not None
    if own_background:
        background = own_background.over(light.background)
        light = Colors(light.text, background)
        ground = convert_background(background)
        dark = Colors(convert_text(light.text if has_own_color else DARK_TEXT, ground), ground)
    if own_text:
        light = Colors(own_text.over(light.background), light.background)
        converted = convert_text(own_text.channels, dark.background)
        seen_text = CssColor(converted, own_text.alpha).over(dark.background)
        dark = Colors(seen_text, dark.background)
    yield element, light, dark
    for child in element:
        if isinstance(child.tag, str):
            yield from _iter_colors(child, light, dark, has_own_color)


def repair_contrast(root: Element) -> None:
    """Give text that can't be read on its background, in light or dark mode, black or white."""
    for element, light, dark in list(iter_colors(root)):
        if min(light.contrast, dark.contrast) >= MIN_READABLE or not _has_own_text(element):
            continue
        readable = BLACK if brightness(light.background) > MIDDLE_BRIGHTNESS else WHITE
        properties = parse_style(element.get("style", ""))
        element.set("style", write_style(properties | {"color": readable}))


def _has_own_text(element: Element) -> bool:
    return bool(((element.text or "") + "".join(child.tail or "" for child in element)).strip())


def _convert_border(value: str, dark_background: Rgb) -> str:
    return " ".join(
        to_css(convert_text(color.channels, dark_background))
        if (color := parse_color(part)) is not None
        else part
        for part in value.split()
    )
