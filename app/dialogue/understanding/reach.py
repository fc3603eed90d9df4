"""Adds the question whether goods can be sent to a place to messages that imply it. No I/O.

我在北京的闺蜜生日，想给她送一束玫瑰 implies 可以寄到北京吗.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from app.dialogue.understanding import places
from app.dialogue.understanding.followups import RewrittenQuestion
from app.knowledge.values import Evidence

_SENDS = re.compile(
    r"(?:[送寄发邮]|快递)(?:过去|回去|给|到|去|往|一|两|几|点|些|[束份盒箱件本]|(?=[她他它]))|[给帮往到](?:我?[\u4e00-\u9fff]{1,4})?[送寄邮]"
)
# The message asks another question about the delivery, which is answered itself.
_ASKS_ELSE = re.compile(
    "多少|几[天号点块钱]|多久|什么时候|怎么|哪|运费|邮费|到了|没到|还没|单号|退|换"
)


def with_reach(question: RewrittenQuestion, text: str) -> RewrittenQuestion:
    """The question with the alternative 可以寄到…吗 where the text wants goods sent to a place."""
    place = next(iter(places.find_places(text)), "")
    if not place or not _SENDS.search(text) or _ASKS_ELSE.search(text):
        return question
    reach_question = f"可以寄到{place}吗"
    if question.standalone_question == reach_question:
        return question
    return replace(
        question,
        alternatives=(
            *question.alternatives,
            RewrittenQuestion(standalone_question=reach_question, is_of_reach=True),
        ),
    )


def choose_answered_question(
    search_results: Sequence[tuple[RewrittenQuestion, Sequence[Evidence]]],
    sure: float,
    last: str | None = None,
) -> tuple[RewrittenQuestion, Sequence[Evidence]]:
    """Choose the reading to answer, with its evidence (likeliest first).

    Of readings with a candidate from `sure` on: the first for a follow-up, else the likeliest. A
    reading of the message alone goes before one that only finds `last` again, the entry that
    answered before. Without such a reading: the first, or a likelier one about reach.
    """

    def best(way: tuple[RewrittenQuestion, Sequence[Evidence]]) -> float:
        return max((each.probability for each in way[1]), default=0.0)

    answered = [each for each in search_results if best(each) >= sure]
    if not answered:
        return max(
            (w for w in search_results if w is search_results[0] or w[0].is_of_reach), key=best
        )
    direct = [each for each in answered if not each[0].is_of_reach] or answered
    if not search_results[0][0].is_followup:
        return max(direct, key=best)
    alone = [way for way in direct if not way[0].is_followup and way[1][0].id != last]
    return alone[0] if alone and direct[0][1][0].id == last else direct[0]
