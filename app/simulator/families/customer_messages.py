"""Customer-service messages and 对方正在输入.

Pages: /doc/service/api/customer/message/api_sendcustommessage.html, api_typing.html.
"""

from app.simulator.accounts.followers import Follower
from app.simulator.accounts.quotas import Budget
from app.simulator.accounts.rights import Right
from app.simulator.accounts.state import Body
from app.simulator.callback.wire import TEXT_BYTES
from app.simulator.errcodes import Refused, refuse_unless
from app.simulator.gateway.routing import OK, Answer, Call, Family, Interface

SEND = "/cgi-bin/message/custom/send"
TYPING = "/cgi-bin/message/custom/typing"
WITH_MEDIA = ("image", "voice", "video", "mpnews")  # kinds that name a media_id
OTHER_KINDS = ("music", "mpnewsarticle", "wxcard", "miniprogrampage")


def send_message(call: Call) -> Answer:
    """One message to a follower: 5 in 48 hours of theirs, 3 in a minute of a click."""
    follower = _find_follower(call)
    check_message(call.body)
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
        case {"msgtype": str(kind)} if kind in WITH_MEDIA:
            _check_media(message.get(kind))
        case {"msgtype": str(kind)} if kind in OTHER_KINDS:
            refuse_unless(isinstance(message.get(kind), dict), 47001)
        case _:
            raise Refused(40008)


def _check_media(part: object) -> None:
    match part:
        case {"media_id": str(media_id)}:
            refuse_unless(media_id, 40007)
        case _:
            raise Refused(47001)


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
