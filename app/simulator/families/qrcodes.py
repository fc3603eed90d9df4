"""QR codes with a scene, and short keys.

Pages: /doc/service/api/qrcode/qrcodes/api_createqrcode.html;
/doc/service/api/qrcode/shorten/api_genshortkey.html, api_fetchshorten.html.
"""

from dataclasses import dataclass, field
from typing import Any

from app.simulator.accounts.quotas import Budget
from app.simulator.accounts.rights import Right
from app.simulator.errcodes import Refused, refuse_unless
from app.simulator.gateway.routing import Answer, Call, Family, Interface

CREATE = "/cgi-bin/qrcode/create"
LONGEST_SECONDS = 2_592_000  # 30 days
SHORTEST_SECONDS = 60  # the default of a temporary code
MOST_LASTING = 100_000
MOST_SCENE = 64  # characters
MOST_LONG_DATA = 4 * 1024  # bytes
KEY_LENGTH = 15


@dataclass(kw_only=True)
class StoredScene:
    """A QR code: what it stands for, and until when (seconds since 1970; None: for good)."""

    scene: int | str
    expires_at: float | None
    url: str = ""  # what the picture stands for


@dataclass
class SceneCodes:
    """QR codes by ticket."""

    codes: dict[str, StoredScene] = field(default_factory=dict)


@dataclass(kw_only=True)
class StoredKey:
    """A short key's text; times are seconds since 1970."""

    long_data: str
    created_at: int
    expires_at: float


@dataclass
class ShortKeyStore:
    """Short keys of an account."""

    keys: dict[str, StoredKey] = field(default_factory=dict)


def create_code(call: Call) -> Answer:
    """A QR code of one of four kinds."""
    kind = call.body.get("action_name")
    lasting = kind in ("QR_LIMIT_SCENE", "QR_LIMIT_STR_SCENE")
    refuse_unless(lasting or kind in ("QR_SCENE", "QR_STR_SCENE"), 40053)
    scene = _read_scene(call.body, is_text=str(kind).endswith("STR_SCENE"), lasting=lasting)
    codes = call.account.store(SceneCodes).codes
    ticket = call.account.next_id("qrcode")
    url = f"http://weixin.qq.com/q/{call.account.next_id('scene')[:22]}"
    if lasting:
        refuse_unless(sum(code.expires_at is None for code in codes.values()) < MOST_LASTING, 45029)
        codes[ticket] = StoredScene(scene=scene, expires_at=None, url=url)
        return {"ticket": ticket, "url": url}
    seconds = min(call.number("expire_seconds", SHORTEST_SECONDS), LONGEST_SECONDS)
    codes[ticket] = StoredScene(scene=scene, expires_at=call.now + seconds, url=url)
    return {"ticket": ticket, "expire_seconds": seconds, "url": url}


def _read_scene(body: dict[str, Any], *, is_text: bool, lasting: bool) -> int | str:
    """The scene. Raises Refused with 40053 for one of another form or size."""
    match body.get("action_info"):
        case {"scene": {"scene_str": str(text)}} if is_text and 1 <= len(text) <= MOST_SCENE:
            return text
        case {"scene": {"scene_id": int(number)}} if not is_text:
            refuse_unless(1 <= number <= (MOST_LASTING if lasting else 2**32 - 1), 40053)
            return number
        case _:
            raise Refused(40053)


def make_key(call: Call) -> Answer:
    """A key for a long text."""
    long_data = call.text("long_data", 47001)
    refuse_unless(len(long_data.encode()) <= MOST_LONG_DATA, 45002)
    seconds = call.number("expire_seconds", LONGEST_SECONDS)
    refuse_unless(1 <= seconds <= LONGEST_SECONDS, 40097)
    key = call.account.next_id("short").replace("-", "a").replace("_", "b")[:KEY_LENGTH]
    call.account.store(ShortKeyStore).keys[key] = StoredKey(
        long_data=long_data, created_at=int(call.now), expires_at=call.now + seconds
    )
    return {"errcode": 0, "errmsg": "ok", "short_key": key}


def read_key(call: Call) -> Answer:
    """The text of a key. 40097 unknown or expired."""
    stored = call.account.store(ShortKeyStore).keys.get(call.text("short_key", 40097))
    if stored is None or call.now >= stored.expires_at:
        raise Refused(40097)
    return {
        "errcode": 0,
        "errmsg": "ok",
        "long_data": stored.long_data,
        "create_time": stored.created_at,
        "expire_seconds": int(stored.expires_at - call.now),
    }


FAMILY = Family(
    "qrcodes",
    (
        Interface(
            method="POST", path=CREATE, answer=create_code, right=Right.QRCODE,
            budget=Budget(CREATE, a_day=100_000),
        ),
        Interface(
            method="POST", path="/cgi-bin/shorten/gen", answer=make_key, right=Right.USER
        ),
        Interface(
            method="POST", path="/cgi-bin/shorten/fetch", answer=read_key, right=Right.USER
        ),
    ),
    stores=(SceneCodes, ShortKeyStore),
)  # fmt: skip
