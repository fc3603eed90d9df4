"""Pictures that the platform draws itself: portraits, and stand-ins for QR codes."""

import io

from PIL import Image, ImageDraw

from app.simulator.families.qrcodes import StoredScene

GREEN, WHITE, BLACK = (7, 193, 96), (255, 255, 255), (0, 0, 0)
PORTRAIT_SIZE, CODE_SIZE = (132, 132), (430, 430)  # pixels


def draw_portrait() -> bytes:
    """A portrait as PNG."""
    return _encode(Image.new("RGB", PORTRAIT_SIZE, GREEN), "PNG")


def draw_code(code: StoredScene) -> bytes:
    """A JPEG that tells the scene and can't be scanned: there is nothing to open with a phone."""
    image = Image.new("RGB", CODE_SIZE, WHITE)
    pen = ImageDraw.Draw(image)
    pen.rectangle((20, 20, 409, 409), outline=BLACK, width=8)
    scene = str(code.scene).encode("ascii", "backslashreplace").decode()
    pen.multiline_text((40, 190), f"simulated QR code\n{scene}", fill=BLACK, font_size=20)
    return _encode(image, "JPEG")


def _encode(image: Image.Image, file_format: str) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, file_format)
    return buffer.getvalue()
