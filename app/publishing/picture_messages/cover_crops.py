"""The parts of a picture message's cover that lists show, one for each ratio."""

from app.publishing.images.covers import crop_middle
from app.publishing.values import PictureMessage
from app.wechat.client.request_values.articles import CoverCrop, CoverRatio

_RATIOS: dict[CoverRatio, float] = {"1_1": 1.0, "16_9": 16 / 9, "2.35_1": 2.35}  # width to height


def choose_crops(
    message: PictureMessage, width: int, height: int
) -> tuple[tuple[CoverRatio, CoverCrop], ...]:
    """The author's crop of each ratio, else the middle of the cover; its size is in pixels."""
    chosen = dict(message.cover_crops)
    return tuple(
        (ratio, chosen.get(ratio) or crop_middle(width, height, number))
        for ratio, number in _RATIOS.items()
    )
