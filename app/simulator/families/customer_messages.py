"""Customer-service messages and 对方正在输入.

Pages: /doc/service/api/customer/message/api_sendcustommessage.html, api_typing.html.
"""

from collections.abc import Mapping

from app.simulator.accounts.followers import Follower
from app.simulator.accounts.quotas import Budget
from app.simulator.accounts.rights import Right
from app.simulator.accounts.state import Body
from app.simulator.callback.wire import TEXT_BYTES
from app.simulator.errcodes import Refused, refuse_unless
from app.simulator.families.desk import DeskStore
from app.simulator.gateway.routing import OK, Answer, Call, Family, Interface

SEND = "/cgi-bin/message/custom/send"
TYPING = "/cgi-bin/message/custom/typing"
# The fields of each kind that must be filled, and the errcode where one is not.
FIELDS: Mapping[str, Mapping[str, int]] = {
    "image": {"media_id": 40007},
    "voice": {"media_id": 40007},
    "video": {"media_id": 40007, "thumb_media_id": 40007},
    "music": {"musicurl": 47003, "hqmusicurl": 47003, "thumb_media_id": 40007},
    "mpnews": {"media_id": 40007},
    "mpnewsarticle": {"article_id": 53600},
    "wxcard": {"card_id": 47003},
    "miniprogrampage": {"title": 47003, "appid": 47003, "pagepath": 47003, "thumb_media_id": 40007},
}
TITLE_CHARACTERS, DESCRIPTION_CHARACTERS = 64, 120


def send_message(call: Call) -> Answer:
    """One message to a follower: 5 in 48 hours of theirs, 3 in a minute of a click."""
    follower = _find_follower(call)
    check_message(call.body)
    _check_agent(call)
    _raise_code(follower.spend(call.now))
    call.platform.deliver(call.body["touser"], call.body)
    return OK


def show_typing(call: Call) -> Answer:
    """Show or hide 对方正在输入."""
    follower = _find_follower(call)
    _raise_code(follower.type(str(call.body.get("command")), call.now))
    if call.body["command"] == "Typing":
        call.platform.typed.append((call.now, call.body["touser"]))
    return OK


def _find_follower(call: Call) -> Follower:
    follower = call.account.followers.followers.get(str(call.body.get("touser")))
    if follower is None:
        raise Refused(40003)
    return follower


def _raise_code(errcode: int) -> None:
    refuse_unless(errcode == 0, errcode)


def _check_agent(call: Call) -> None:
    """Raise Refused where the message names an agent whom the account does not have."""
    match call.body.get("customservice"):
        case None:
            return
        case {"kf_account": str(name)}:
            call.account.store(DeskStore).find(name)
        case _:
            raise Refused(47001)


def check_message(message: Body) -> None:
    """Raise Refused for a message that the platform doesn't take: 40008, 44004, 45002 ..."""
    match message:
        case {"msgtype": "text", "text": {"content": str(content)}}:
            refuse_unless(content, 44004)
            refuse_unless(len(content.encode()) <= TEXT_BYTES, 45002)
        case {"msgtype": "news", "news": {"articles": [*articles]}}:
            refuse_unless(len(articles) == 1, 45008)  # one article since 2018
        case {"msgtype": "msgmenu", "msgmenu": {"list": [{"id": str(), "content": str()}, *_]}}:
            pass
        case {"msgtype": "text" | "news" | "msgmenu"}:
            raise Refused(47001)
        case {"msgtype": str(kind)} if kind in FIELDS:
            _check_fields(message.get(kind), FIELDS[kind])
        case _:
            raise Refused(40008)


def _check_fields(part: object, errcodes: Mapping[str, int]) -> None:
    if not isinstance(part, dict):
        raise Refused(47001)
    for name, errcode in errcodes.items():
        value = part.get(name)
        refuse_unless(isinstance(value, str), 47001)
        refuse_unless(value, errcode)
    refuse_unless(len(str(part.get("title", ""))) <= TITLE_CHARACTERS, 45003)
    refuse_unless(len(str(part.get("description", ""))) <= DESCRIPTION_CHARACTERS, 45004)


FAMILY = Family(
    "customer_messages",
    (
        Interface(
            method="POST", path=SEND, answer=send_message, right=Right.CUSTOMER_MESSAGE,
            budget=Budget(SEND, a_day=500_000),
        ),
        Interface(method="POST", path=TYPING, answer=show_typing, right=Right.CUSTOMER_MESSAGE),
    ),
)  # fmt: skip
