"""Phrases used outside a turn: when an answer fails, is not ready or comes too late."""

import re

from app.messages.phrases import Phrase, TextOf
from app.messages.values import Message, Text, TransferToAgent

# Slots available outside a turn, where only the account is known.
OF_ACCOUNT = ("brand", "hours")
FAILED = Phrase(
    "system.failed",
    "处理消息时出错",
    ("抱歉，这条消息我没能处理好。请您再发一次，或回复「人工」联系同事。",),
    OF_ACCOUNT,
)
BUSY = Phrase(
    "system.busy",
    "消息太多，暂时处理不过来",
    ("现在咨询的朋友比较多，我一时没忙过来，请您稍后再发一次。",),
    OF_ACCOUNT,
)
MEDIA_GONE = Phrase(
    "system.media_gone",
    "图片素材已失效",
    ("这张图片暂时打不开了，麻烦您回复「人工」，由同事发给您。",),
    OF_ACCOUNT,
)
# Only a passive reply can transfer: a later message must ask the follower to write again.
TOO_LATE_TO_TRANSFER = Phrase(
    "system.too_late_to_transfer",
    "没能及时转到微信客服",
    ("刚才没能为您接通人工。请再发一条消息说说您的问题，我马上为您转接。",),
    OF_ACCOUNT,
)
STILL_WRITING_MENU = "answer"  # sent back by a tap on the link, as bizmsgmenuid
STILL_WRITING_LINK = (
    '<a href="weixin://bizmsgmenu?msgmenucontent=看回答'
    f'&msgmenuid={STILL_WRITING_MENU}">点这里看回答</a>'
)
STILL_WRITING = Phrase(
    "system.still_writing",
    "回答还没写好（未认证的账号），{link} 是看回答的链接",
    ("这个问题我还在认真整理，稍等一下就好。{link}，或者直接发下一条消息，我会把回答一起带给您。",),
    (*OF_ACCOUNT, "link"),
    ("link",),
)
_TAPPED = frozenset({"看回答", "点这里看回答", "查看回答", "看答案"})


def is_still_writing_tap(text: str) -> bool:
    """Whether a message is the words of STILL_WRITING's link, typed instead of tapped."""
    return "".join(re.findall(r"\w+", text)) in _TAPPED


def replace_late_transfer(reply: Message, account: str, text: TextOf) -> Message:
    """The message to send for a reply that no copy returned: the reply itself, or
    TOO_LATE_TO_TRANSFER in place of a transfer.
    """
    if isinstance(reply, TransferToAgent):
        return Text(content=text(account, TOO_LATE_TO_TRANSFER))
    return reply
