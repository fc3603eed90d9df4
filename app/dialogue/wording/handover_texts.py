"""Phrases that accompany a handoff."""

from app.messages.phrases import COMMON, Phrase

INJURY_PASSED_ON = Phrase(
    "handover.injury",
    "转人工：对方在这里受了伤",
    ("这件事我转给同事来跟进，经过和票据请您先留好。",),
)
FOR_REFERENCE = Phrase(
    "handover.for_reference",
    "转人工时附上可能有用的资料",
    ("先供您参考：{answer}",),
    (*COMMON, "answer"),
    ("answer",),
)
