"""What is said beside a hand-over, before it and after it."""

from app.kit.phrases import COMMON, Phrase

INJURED = Phrase(
    "handover.injured",
    "对方在这里受了伤：放在回答前",
    (
        "先看看伤得重不重，严重的话请尽快就医。",
        "伤要紧，请先处理伤口，严重的话尽快就医。",
    ),
)
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
