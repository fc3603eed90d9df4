"""Pictures that tests draw."""

import io
from typing import Any

from PIL import Image


def draw(
    kind: str = "PNG", size: tuple[int, int] = (40, 30), frames: int = 1, **options: Any
) -> bytes:
    """A picture in two colours."""
    pictures = [Image.new("RGB", size, (200, 20 + 10 * number, 40)) for number in range(frames)]
    buffer = io.BytesIO()
    if frames > 1:
        options |= {"save_all": True, "append_images": pictures[1:]}
    pictures[0].save(buffer, kind, **options)
    return buffer.getvalue()


def draw_noise(kind: str, size: tuple[int, int]) -> bytes:
    """A picture that can't be compressed well."""
    buffer = io.BytesIO()
    Image.effect_noise(size, 90).convert("RGB").save(buffer, kind)
    return buffer.getvalue()
