"""Colours: reading CSS values, contrast, and what WeChat's dark mode makes of them.

The conversion follows the principle that WeChat publishes with its library mp-darkmode: a
background's perceived brightness is lowered, then text is moved away from its background. The
thresholds are that library's; rounding may differ by a shade.
"""

import colorsys
import re
from dataclasses import dataclass

from PIL import ImageColor

LIGHT_PAGE, DARK_PAGE = (255, 255, 255), (25, 25, 25)
LIGHT_TEXT, DARK_TEXT = (25, 25, 25), (163, 163, 163)  # the latter is white of 60 % on DARK_PAGE
_WHITE_LIKE = 250
_MAX_BACKGROUND = 190  # perceived brightness of a converted background
_MIN_LIGHTNESS = 0.22  # HSL, of a converted background that is no grey
_DARK_TEXT_LIGHTNESS, _MIRRORED_LIGHTNESS = 0.40, 0.90  # HSL: darker text becomes 0.90 less its own
_BRIGHT_BACKGROUND = 100  # perceived; above, text becomes darker than its background
_MIN_DISTANCE = 65  # of perceived brightness between text and background
_GREY_LIGHTNESS = 0.40  # above, a grey or white background becomes dark
_NUMBER = r"(\d{1,3}(?:\.\d{1,6})?)"
_RGB = re.compile(
    rf"rgba?\({_NUMBER}[,\s]+{_NUMBER}[,\s]+{_NUMBER}(?:\s*[,/]\s*((?:\d{{1,3}})?\.?\d{{1,6}}%?))?\)"
)

Rgb = tuple[int, int, int]


@dataclass(frozen=True)
class Colors:
    """Text colour and background of a place."""

    text: Rgb
    background: Rgb

    @property
    def contrast(self) -> float:
        """Contrast ratio by WCAG 2, 1 to 21."""
        lighter, darker = sorted((_luminance(self.text), _luminance(self.background)), reverse=True)
        return (lighter + 0.05) / (darker + 0.05)


@dataclass(frozen=True)
class CssColor:
    """A colour as written: opaque channels, and alpha from 0 (invisible) to 1."""

    channels: Rgb
    alpha: float = 1.0

    def over(self, under: Rgb) -> Rgb:
        """What is seen on an opaque colour."""
        mixed = [
            top * self.alpha + below * (1 - self.alpha)
            for top, below in zip(self.channels, under, strict=True)
        ]
        return _bounded(*mixed)


def parse_color(value: str) -> CssColor | None:
    """The colour of a CSS value; None for what is no colour that an article's styles may name."""
    value = value.strip().lower()
    if match := _RGB.fullmatch(value):
        channels = _bounded(float(match[1]), float(match[2]), float(match[3]))
        return CssColor(channels, _read_alpha(match[4]))
    try:  # names, #rgb, #rrggbb, #rrggbbaa, hsl()
        red, green, blue, *alpha = ImageColor.getrgb(value)
    except ValueError:
        return None
    return CssColor((red, green, blue), alpha[0] / 255 if alpha else 1.0)


def convert_background(color: Rgb) -> Rgb:
    """A background in dark mode."""
    hue, lightness, saturation = colorsys.rgb_to_hls(*(part / 255 for part in color))
    is_grey = saturation == 0 or brightness(color) > _WHITE_LIKE
    if is_grey and lightness > _GREY_LIGHTNESS:
        dark = min(max(1 - lightness, DARK_PAGE[0] / 255), 0.22)
        red, green, blue = colorsys.hls_to_rgb(hue, dark, saturation)
        return _bounded(red * 255, green * 255, blue * 255)
    if brightness(color) > _MAX_BACKGROUND:
        return _with_brightness(color, _MAX_BACKGROUND)
    return _with_lightness(color, max(lightness, _MIN_LIGHTNESS))


def convert_text(color: Rgb, dark_background: Rgb) -> Rgb:
    """A text colour in dark mode, on a background that is converted already."""
    if brightness(color) > _WHITE_LIKE:
        return color
    ground = brightness(dark_background)
    if ground > _BRIGHT_BACKGROUND:
        return _with_brightness(color, min(brightness(color), ground - _MIN_DISTANCE))
    lightness = colorsys.rgb_to_hls(*(part / 255 for part in color))[1]
    if lightness <= _DARK_TEXT_LIGHTNESS:
        color = _with_lightness(color, _MIRRORED_LIGHTNESS - lightness)
    return _with_brightness(color, max(brightness(color), ground + _MIN_DISTANCE))


def brightness(color: Rgb) -> float:
    """Perceived brightness, 0 to 255."""
    red, green, blue = color
    return (red * 299 + green * 587 + blue * 114) / 1000


def to_css(color: Rgb) -> str:
    """The colour as #rrggbb."""
    return "#{:02x}{:02x}{:02x}".format(*color)


def _with_brightness(color: Rgb, target: float) -> Rgb:
    """The colour scaled to a perceived brightness; what exceeds a channel is spread as grey."""
    now = brightness(color)
    if now == 0:
        return _bounded(target, target, target)
    red, green, blue = (part * target / now for part in color)
    scaled = _bounded(red, green, blue)
    missing = target - brightness(scaled)
    return _bounded(*(part + missing for part in scaled)) if missing > 1 else scaled


def _with_lightness(color: Rgb, lightness: float) -> Rgb:
    """The colour with another HSL lightness, 0 to 1."""
    hue, _, saturation = colorsys.rgb_to_hls(*(part / 255 for part in color))
    red, green, blue = colorsys.hls_to_rgb(hue, lightness, saturation)
    return _bounded(red * 255, green * 255, blue * 255)


def _bounded(red: float, green: float, blue: float) -> Rgb:
    low, high = 0, 255
    return (
        round(min(max(red, low), high)),
        round(min(max(green, low), high)),
        round(min(max(blue, low), high)),
    )


def _read_alpha(value: str | None) -> float:
    if value is None:
        return 1.0
    number = float(value.rstrip("%")) / (100 if value.endswith("%") else 1)
    return min(max(number, 0.0), 1.0)


def _luminance(color: Rgb) -> float:
    channels = [
        part / 12.92 if (part := value / 255) <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4
        for value in color
    ]
    return 0.2126 * channels[0] + 0.7152 * channels[1] + 0.0722 * channels[2]
