"""QR codes with a scene (带参数二维码): who scans one arrives with it in the event."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from app.accounts import Account
from app.wechat.client.core import PlatformAnswer, PlatformClient
from app.wechat.client.interfaces import PlatformInterface
from app.wechat.client.request_values.validation import BAD_SCENE, check_count, check_range

CREATE_QR_CODE = PlatformInterface(
    path="/cgi-bin/qrcode/create",
    title="生成带参数的二维码",
    page="/doc/service/api/qrcode/qrcodes/api_createqrcode.md",
    daily=100_000,
    accounts="verified service",
)

IMAGE = "https://mp.weixin.qq.com/cgi-bin/showqrcode?ticket="
LONGEST_SECONDS = 2_592_000  # 30 days
LARGEST_ID, LARGEST_LASTING_ID = 2**32 - 1, 100_000
SCENE_CHARACTERS = 64

Scene = int | str


class QrCode(PlatformAnswer):
    """A QR code: `url` is what it holds; a lasting one has no `expire_seconds`."""

    ticket: str
    url: str
    expire_seconds: int | None = None

    @property
    def image_address(self) -> str:
        """The address of its picture, without a token."""
        return IMAGE + quote(self.ticket, safe="")


@dataclass(frozen=True, slots=True)
class QrCodes:
    """QR codes; verified service accounts only."""

    client: PlatformClient

    async def create(
        self, account: Account, scene: Scene, seconds: int = LONGEST_SECONDS
    ) -> QrCode:
        """A QR code for up to 30 days; the scene is a number or a text of 1 to 64 characters.

        Page: /doc/service/api/qrcode/qrcodes/api_createqrcode.md; 100,000 a day. Raises
        InvalidField.
        """
        check_range("expire_seconds", seconds, 1, LONGEST_SECONDS, BAD_SCENE)
        name = "QR_STR_SCENE" if isinstance(scene, str) else "QR_SCENE"
        body = _build_body(name, scene, LARGEST_ID) | {"expire_seconds": seconds}
        return await self.client.call(account, CREATE_QR_CODE, QrCode, body=body)

    async def create_lasting(self, account: Account, scene: Scene) -> QrCode:
        """A QR code for good: an account has at most 100,000, and none is ever deleted.

        Page: /doc/service/api/qrcode/qrcodes/api_createqrcode.md. Raises InvalidField; ApiError:
        45029 when there are too many.
        """
        name = "QR_LIMIT_STR_SCENE" if isinstance(scene, str) else "QR_LIMIT_SCENE"
        body = _build_body(name, scene, LARGEST_LASTING_ID)
        return await self.client.call(account, CREATE_QR_CODE, QrCode, body=body)


def _build_body(name: str, scene: Scene, largest_id: int) -> dict[str, Any]:
    if isinstance(scene, str):
        check_count("scene_str", len(scene), SCENE_CHARACTERS, BAD_SCENE)
        return {"action_name": name, "action_info": {"scene": {"scene_str": scene}}}
    check_range("scene_id", scene, 1, largest_id, BAD_SCENE)
    return {"action_name": name, "action_info": {"scene": {"scene_id": scene}}}
