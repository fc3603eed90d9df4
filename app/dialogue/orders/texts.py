"""Phrases on orders that only agents can look up or change."""

from collections.abc import Mapping
from typing import Literal

from app.messages.phrases import COMMON, Phrase

# What a follower wants done. today: the order is wanted within hours.
Action = Literal["refund", "exchange", "cancel", "change", "today"]

ASK_FOR_PERSON = Phrase(
    "asks.order_for_person",
    "请对方发订单号，由同事查到哪了",
    (
        "到哪了要按订单号查。您发一下订单号，或者下单时留的手机号，我转给同事帮您看。",
        "我这边看不到实时的进度，发一下订单号或下单的手机号，我请同事查给您。",
    ),
)
PASSED_ON = Phrase(
    "asks.order_passed_on",
    "订单号已有，转给同事查到哪了",
    ("我把它转给同事，请同事查查到哪了。",),
    COMMON,
)
ACTION_PASSED_ON: Mapping[Action, Phrase] = {
    "refund": Phrase(
        "handover.refund",
        "转人工：对方要退款、退货、退卡",
        (
            "您要退，我转给同事来办。能退多少要同事核对，方便的话补充订单号或预留的手机号。",
            "退的事要同事核对后才能办，我这就转过去。有订单号或预留的手机号，可以一起发来。",
        ),
    ),
    "exchange": Phrase(
        "handover.exchange",
        "转人工：对方要换货",
        (
            "您要换，我转给同事来看怎么换。方便的话拍张照，订单号也一起发来。",
            "换货要同事核对后安排，我这就转过去。有照片和订单号的话，可以接着发。",
        ),
    ),
    "cancel": Phrase(
        "handover.cancel",
        "转人工：对方要取消订单或预约",
        (
            "取消要同事核对后才算数，我这就转过去。订单号，或者预留的姓名、手机号，可以接着发来。",
            "您要取消，我转给同事来办；同事答复之前，先按原来的安排。请补充订单号或预留的姓名。",
        ),
    ),
    "change": Phrase(
        "handover.change",
        "转人工：对方要改地址、时间等",
        (
            "您要改，我转给同事看来不来得及。请写清改成什么，再发一下订单号或预留的手机号。",
            "改动要同事核对后才算数，我这就转过去。请把要改成的内容和订单号一起发来。",
        ),
    ),
    "today": Phrase(
        "handover.today",
        "转人工：对方很快就要",
        (
            "您要得急，我请同事看看来不来得及。要什么、几点要，可以接着发来。",
            "时间有点紧，我转给同事看能不能赶上。请补充要什么、什么时候要。",
        ),
    ),
}
