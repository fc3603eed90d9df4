"""Adds the question whether goods can be sent to a place to messages that imply it. No I/O.

我在北京的闺蜜生日，想给她送一束玫瑰 implies 可以寄到北京吗.
"""

import re
from dataclasses import replace

from app.dialogue.understanding.entities import places
from app.dialogue.understanding.query_rewriting.followups import RewrittenQuestion

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
