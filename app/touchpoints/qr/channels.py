"""QR channels: where followers come from, each with a QR code whose scene names it. No I/O.

The platform takes a scene_str of 1 to 64 characters, or a scene_id: up to 100,000 for a lasting
code, up to 2**32 - 1 for one of up to 30 days. Its events name both as text, so that the number 7
and the text "7" are the same scene.
"""

from dataclasses import dataclass

from app.errors import Refusal
from app.wechat.client.families.qrcodes import (
    LARGEST_ID,
    LARGEST_LASTING_ID,
    SCENE_CHARACTERS,
    QrCode,
    Scene,
)

DAY = 86_400  # seconds
MOST_DAYS = 30  # that a code of limited time is valid


class BadScene(Refusal):
    """The platform would refuse the scene."""

    status = 422
    name = "bad_scene"


class SceneTaken(Refusal):
    """Another channel of the account has the scene."""

    status = 409
    name = "scene_taken"


class UnknownChannel(Refusal):
    """The account has no channel of this id."""

    status = 404
    name = "unknown_qr_channel"


class ChannelRetired(Refusal):
    """The channel is not in use any more."""

    status = 409
    name = "qr_channel_retired"


class CodeNotRenewable(Refusal):
    """A lasting code never expires."""

    status = 409
    name = "code_not_renewable"


@dataclass(frozen=True, kw_only=True)
class NewChannel:
    """A channel as its author wants it; `days` is how long a code that isn't lasting is valid.

    Without a scene the channel's id becomes it.
    """

    name: str
    scene: Scene | None = None
    is_lasting: bool = False
    days: int = MOST_DAYS
    note: str = ""
    author: str


@dataclass(frozen=True, kw_only=True)
class QrChannel:
    """A channel with its code. Times are seconds since 1970; `expires_at` None: never."""

    id: str
    account: str
    name: str
    scene: str
    is_number: bool
    is_lasting: bool
    note: str
    author: str
    ticket: str
    url: str  # what the picture holds
    expires_at: float | None
    created: float
    retired_at: float | None = None
    retired_by: str = ""

    @property
    def image_address(self) -> str:
        """The address of the code's picture on the platform, without a token."""
        return QrCode(ticket=self.ticket, url=self.url).image_address

    @property
    def platform_scene(self) -> Scene:
        """The scene as the platform takes it."""
        return int(self.scene) if self.is_number else self.scene

    def is_expired(self, now: float) -> bool:
        """Whether phones refuse the code by now."""
        return self.expires_at is not None and self.expires_at <= now


def check_scene(scene: Scene, *, is_lasting: bool) -> None:
    """Raise BadScene, with the limit, for a scene that the platform would refuse."""
    if isinstance(scene, int):
        largest = LARGEST_LASTING_ID if is_lasting else LARGEST_ID
        if not 1 <= scene <= largest:
            kind = "永久" if is_lasting else "临时"
            raise BadScene(f"{kind}二维码的场景值要在 1 到 {largest:,} 之间，现在是 {scene}。")
        return
    if not 1 <= len(scene) <= SCENE_CHARACTERS:
        count = f"1 到 {SCENE_CHARACTERS} 个字符，现在有 {len(scene)} 个"
        raise BadScene(f"场景值要有 {count}。")
    if scene != scene.strip() or not scene.isprintable():
        raise BadScene("场景值的开头和结尾不能有空格，里面不能有换行等控制字符。")
