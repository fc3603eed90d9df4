"""Apologies before an answer, by the kind of harm; none for harm that the brand didn't cause."""

from collections.abc import Mapping
from typing import Literal

from app.messages.phrases import Phrase

# other: the brand's mistake, such as the wrong item. trouble: a page or payment that fails.
Harm = Literal["injury", "injury_of_other", "goods", "anger", "other", "trouble", "waiting"]

APOLOGIES: Mapping[Harm, Phrase] = {
    "injury": Phrase(
        "dialogue.soothe_injury",
        "回答前：对方受了伤",
        ("您还好吗？先别活动，需要的话尽快就医。",),
    ),
    "injury_of_other": Phrase(
        "dialogue.soothe_injury_of_other",
        "回答前：对方身边的人受了伤",
        ("人还好吗？先别活动，需要的话尽快就医。",),
    ),
    "goods": Phrase(
        "dialogue.soothe_goods",
        "回答前：收到的东西坏了",
        ("真抱歉，东西成这样。", "真抱歉，您收到的是这样的。"),
    ),
    "anger": Phrase(
        "dialogue.soothe_anger",
        "回答前：对方在生气",
        ("真抱歉，让您不愉快了。", "让您生气了，真抱歉。"),
    ),
    "other": Phrase(
        "dialogue.soothe",
        "回答前：发错、少发、多收等",
        ("真抱歉，出了这样的事。", "真抱歉，让您遇到这样的事。"),
    ),
    "trouble": Phrase(
        "dialogue.soothe_trouble",
        "回答前：页面打不开、付不了款",
        ("给您添麻烦了。",),
    ),
    "waiting": Phrase("dialogue.soothe_waiting", "回答前：对方在等", ("让您久等了。",)),
}
