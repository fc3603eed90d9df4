"""What the platform reads in an image: text, QR and bar codes, and where to crop it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.accounts import Account
from app.wechat.client.core import PlatformAnswer, PlatformClient
from app.wechat.client.http import FileUpload
from app.wechat.client.interfaces import PlatformInterface
from app.wechat.client.request_values.uploads import JPEG, MB, PNG, FileLimit, check_upload
from app.wechat.client.request_values.validation import BAD_PARAMETER, check_count

READ_TEXT = PlatformInterface(
    path="/cv/ocr/comm",
    title="通用印刷体识别",
    page="/doc/service/api/openpoc/ocr/api_commocr.md",
    accounts="verified",
    repeatable=True,
)
READ_CODES = PlatformInterface(
    path="/cv/img/qrcode",
    title="二维码/条码识别",
    page="/doc/service/api/openpoc/image/api_imgqrcode.md",
    accounts="verified",
    repeatable=True,
)
FIND_CROPS = PlatformInterface(
    path="/cv/img/aicrop",
    title="图片智能裁剪",
    page="/doc/service/api/openpoc/image/api_imgaicrop.md",
    accounts="verified",
    repeatable=True,
)

IMAGE = FileLimit(2 * MB - 1, frozenset({JPEG, PNG}))
MOST_RATIOS = 5


class ImageSize(PlatformAnswer):
    """Width and height in pixels."""

    w: int
    h: int


class TextLine(PlatformAnswer):
    """A line of text in an image."""

    text: str


class ImageText(PlatformAnswer):
    """The lines, from top to bottom."""

    items: tuple[TextLine, ...] = ()
    img_size: ImageSize


class ImageCode(PlatformAnswer):
    """A code: `type_name` such as QR_CODE or EAN_13."""

    type_name: str
    data: str


class ImageCodes(PlatformAnswer):
    """The codes of an image."""

    code_results: tuple[ImageCode, ...] = ()
    img_size: ImageSize


class CropArea(PlatformAnswer):
    """An area in pixels."""

    crop_left: int
    crop_top: int
    crop_right: int
    crop_bottom: int


class CropAreas(PlatformAnswer):
    """An area for each ratio that was asked for."""

    results: tuple[CropArea, ...] = ()
    img_size: ImageSize


@dataclass(frozen=True, slots=True)
class ImageTools:
    """Recognition in images of less than 2 MB (jpg, png); verified accounts only.

    All raise InvalidField: 41005, 45001, 40005; ApiError: 101002 for what is no image.
    """

    client: PlatformClient

    async def read_text(self, account: Account, file: FileUpload) -> ImageText:
        """The printed text.

        Page: /doc/service/api/openpoc/ocr/api_commocr.md.
        """
        return await self.client.call(account, READ_TEXT, ImageText, upload=_as_image(file))

    async def read_codes(self, account: Account, file: FileUpload) -> ImageCodes:
        """QR and bar codes.

        Page: /doc/service/api/openpoc/image/api_imgqrcode.md.
        """
        return await self.client.call(account, READ_CODES, ImageCodes, upload=_as_image(file))

    async def find_crops(
        self, account: Account, file: FileUpload, ratios: Sequence[float] = ()
    ) -> CropAreas:
        """Where to crop the image, for up to five ratios of width to height.

        Page: /doc/service/api/openpoc/image/api_imgaicrop.md.
        """
        check_count("ratios", len(ratios), MOST_RATIOS, BAD_PARAMETER, least=0)
        upload = _as_image(file)
        if ratios:
            upload = replace(upload, form={"ratios": ",".join(f"{ratio:g}" for ratio in ratios)})
        return await self.client.call(account, FIND_CROPS, CropAreas, upload=upload)


def _as_image(file: FileUpload) -> FileUpload:
    """The file under the name that these interfaces have for it."""
    check_upload("img", file, IMAGE)
    return replace(file, part="img")
