"""The events of an Official Account as frozen values.

Names follow the platform's documentation of events (事件推送). Times are seconds since 1970,
angles degrees, distances metres. Events that this program treats alike share one class; `kind` is
the platform's Event.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from app.wechat.callback.values import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscribe(Event):
    """A user follows the account. `key` may name a bar code (`scanbarcode|…`) or a payment
    (`last_trade_no_…`).
    """

    kind: str = "subscribe"
    ticket: str | None = None

    @property
    def scene(self) -> str | None:
        """The QR code's scene, when a code of ours was scanned; without the prefix `qrscene_`."""
        scene = self.key.removeprefix("qrscene_")
        return scene if scene != self.key else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsubscribe(Event):
    """The follower left; the platform demands that all data of this user be erased."""

    kind: str = "unsubscribe"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan(Event):
    """A follower scanned one of our QR codes."""

    kind: str = "scan"
    ticket: str | None = None

    @property
    def scene(self) -> str:
        return self.key


@dataclass(frozen=True, slots=True, kw_only=True)
class LocationReport(Event):
    """`precision` in metres."""

    kind: str = "location"
    latitude: float | None
    longitude: float | None
    precision: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MenuClick(Event):
    """`key` is the menu button's."""

    kind: str = "click"


@dataclass(frozen=True, slots=True, kw_only=True)
class MenuView(Event):
    """A link of the menu was opened. `menu_id` names the conditional menu, if any."""

    kind: str = "view"
    menu_id: str | None = None

    @property
    def url(self) -> str:
        return self.key


@dataclass(frozen=True, slots=True, kw_only=True)
class MenuMiniProgram(Event):
    kind: str = "view_miniprogram"
    menu_id: str | None = None

    @property
    def page_path(self) -> str:
        return self.key


@dataclass(frozen=True, slots=True, kw_only=True)
class MenuScan(Event):
    """scancode_push (WeChat shows the result itself) or scancode_waitmsg (it waits for ours)."""

    scan_type: str
    result: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MenuPhoto(Event):
    """pic_sysphoto, pic_photo_or_album, pic_weixin; the pictures follow as messages."""

    count: int | None
    md5s: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MenuLocation(Event):
    """The place follows as a message too."""

    kind: str = "location_select"
    latitude: float | None
    longitude: float | None
    scale: int | None
    label: str
    poi: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MassSendFinished(Event):
    """Counts are followers. `status` is `send success`, `send fail` or `err(num)`."""

    kind: str = "masssendjobfinish"
    job_id: str
    status: str
    total: int | None
    filtered: int | None
    sent: int | None
    failed_count: int | None
    urls: tuple[str, ...] = ()
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishFinished(Event):
    """`status`: 0 published, 2 originality, 3 failed, 4 refused, 5 deleted, 6 banned.

    `failed_articles` are the numbers, from 1, of the articles that failed the originality check.
    """

    kind: str = "publishjobfinish"
    publish_id: str
    status: int | None
    article_id: str | None
    urls: tuple[str, ...] = ()
    failed_articles: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateSent(Event):
    """`status` is `success`, `failed:user block` or `failed: system failed`."""

    kind: str = "templatesendjobfinish"
    job_id: str
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscribeChoice:
    """`status` is accept or reject; `scene` where the user was asked (popup only)."""

    template_id: str
    status: str
    scene: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscribeResult:
    """`error` 0 is success."""

    template_id: str
    job_id: str
    error: int | None
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscribeMsgPopup(Event):
    kind: str = "subscribe_msg_popup_event"
    choices: tuple[SubscribeChoice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscribeMsgChanged(Event):
    kind: str = "subscribe_msg_change_event"
    choices: tuple[SubscribeChoice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscribeMsgSent(Event):
    kind: str = "subscribe_msg_sent_event"
    results: tuple[SubscribeResult, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class KfSession(Event):
    """kf_create_session, kf_close_session, kf_switch_session.

    `account`: the agent who has the session now, or had it last; `previous`: the agent before.
    """

    account: str
    previous: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountVerification(Event):
    """qualification_verify_*, naming_verify_*, annual_renew, verify_expired: the account's badge.

    `expires` and `failed_at` in seconds since 1970.
    """

    expires: int | None = None
    failed_at: int | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentChange(Event):
    """user_info_modified, user_authorization_revoke, user_authorization_cancellation.

    `subject` is the user it is about; `openid` (FromUserName) is somebody else.
    `revoked` lists what was withdrawn, in the platform's codes.
    """

    subject: str
    appid: str | None = None
    revoked: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CardEvent(Event):
    """The life of cards and coupons (卡券), and of gift cards (`fields["OrderId"]`)."""

    card_id: str | None = None
    code: str | None = None
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class RareEvent(Event):
    """A documented event that this program does not use; `fields` has its elements as sent."""

    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceEvent(RareEvent):
    """user_authorize_invoice, update_invoice_status, submit_invoice_title, cloud invoices."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopEvent(RareEvent):
    """merchant_order, poi_check_notify and the audits of stores."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NearbyEvent(RareEvent):
    """ShakearoundUserShake, ShakearoundLotteryBind, WifiConnected."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductScan(RareEvent):
    """user_scan_product and its family: bar codes of goods."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GuideEvent(RareEvent):
    """Shopping guides (顾问): invited, scanned, assigned."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceEvent(RareEvent):
    """MsgType device_event; `kind` is device_bind, device_unbind, …"""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformNotice(RareEvent):
    """Audits and quotas of mini programs and paid services tied to the account."""
