"""Names images in a rendered article by their addresses on the platform."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.publishing.article_html.trees import parse_fragment, serialize


@dataclass(frozen=True)
class ImageTarget:
    """Where an image is, and its true width in pixels; 0 where it isn't known."""

    url: str
    width: int = 0


def rewrite_images(content: str, targets: Mapping[str, ImageTarget]) -> str:
    """The content with the targets' addresses and `data-w`; without a target it stays as it is."""
    if not targets:
        return content
    root = parse_fragment(content)
    for image in root.iter("img"):
        target = targets.get(image.get("src", ""))
        if target is None:
            continue
        image.set("src", target.url)
        if target.width:
            image.set("data-w", str(target.width))
    return "".join(serialize(child) for child in root)
