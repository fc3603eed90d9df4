"""A recognised value, its recogniser, and what recognisers share. No I/O.

A recogniser takes the text and whether its slot was asked for, since only then a bare number is a
value; it returns the value in plain words and the rest of the text, or None.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from app.dialogue.understanding.entities import numerals

NUMBER = r"\d+(?:\.\d+)?|[零一二两俩三仨四五六七八九十百半]+"


@dataclass(frozen=True, slots=True)
class RecognisedValue:
    """A value, and the rest of the text."""

    value: str
    rest: str


Recognise = Callable[[str, bool], RecognisedValue | None]


def write_figures(words: str) -> str:
    """A number in figures: 5 for 五, 105 for 一百零五; the words where they are no number."""
    value = numerals.parse_number(words)
    return words if value is None else f"{value:f}"


LONGEST_LEFT = 12  # characters


def find_remark(rest: str) -> str:
    """The rest as a remark for the agent who arranges the visit: 一只柯基; "" for none."""
    words = re.sub(r"^(?:那?天|那?[节场次堂]|[那就去来\W])+|[吧呢啊呀了的左右\W]+$", "", rest)
    return words if len(words) <= LONGEST_LEFT and not is_bare(words) else ""


# Words around a value that ask nothing.
_AROUND = re.compile(
    r"那|我们?家?|孩子|宝宝|娃儿?|小孩|小朋友|儿子|女儿|闺女|老公|老婆|闺蜜|朋友|同学|妈妈?|爸爸?|老人|人|她|他|它|这边|那边|这里|那里|这个|那个"
    r"|收货|地址|寄到|发到|送到|快递|寄往|寄|发|送|到|往|在|住|是|有|就是|就|的话?|吧|呢|啊|呀|哦|嗯|了|哈|亲|你好|您好|谢谢|麻烦|左右|大概|大约|差不多"
    r"|身高|体重|平时|一般|穿|拿|要|想|订|定|预约|约|预定|预订|来|去|过来|刚|满|今年|快|上|读|念|岁|和|跟|带|一共|总共|共|号|码|省|市|，|、|\W"
)


def is_bare(rest: str) -> bool:
    """Whether the rest of a text beside its value says nothing."""
    return not _AROUND.sub("", rest)
