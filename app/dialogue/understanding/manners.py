"""Recognises greetings, thanks and goodbyes that are a whole message, by their words. No I/O."""

import re
from collections.abc import Mapping

from app.dialogue.language import in_script
from app.dialogue.understanding.complaints import grievance
from app.dialogue.understanding.sentences import sentence_kinds, speech

LONGEST_WAIT = 24  # characters
_END = (
    r"(?:你们?|您们?|啦|了|哈|哦|噢|呀|啊|亲|老板娘?|医生|老师|客服|小姐姐|小哥哥?|师傅|大家|各位"
    r"|的|呢|吧|么么哒|\W|_)*"
)
_OK = r"(?:好+的?|好[哒滴嘞呀吧]|嗯+|哦+|行|可以|收到|知道了?|明白了?|了解了?|懂了|ok(?:ay)?|k)"
_THANKS = (
    r"(?:非常|太|十分|真的?|万分|先|那就?|那我)*(?:谢+谢*|多谢|感谢|感恩|蟹蟹|谢啦|3q+|3ks|thx|ty|thanks?(?:\s?you)?(?:\s(?:a\slot|so\smuch|very\smuch))?"
    r"|(?:辛苦|麻烦)(?:你们?|您们?)?了?|有劳)"
)
_WAYS: Mapping[str, re.Pattern[str]] = {
    "express_thanks": re.compile(
        rf"\W*(?:{_OK}{_END})*{_THANKS}{_END}(?:{_THANKS}{_END}|{_OK}{_END})*", re.IGNORECASE
    ),
    "say_wait": re.compile(
        rf"\W*(?:{_OK}\W*)?(?:(?:你|您|先)?(?:等(?:[一]?下|等|会儿?|我)|稍等|等一等)|wait|hold\son).*",
        re.IGNORECASE | re.DOTALL,
    ),
}
_CALL = (
    r"(?:在(?:不在|吗|嘛|么|不)|有(?:没有)?人(?:在)?(?:吗|嘛|么|没|不)?|人呢|人(?:去|跑)?哪(?:儿|里|去)?了?|喂+"
    r"|(?:我)?(?:都|已经)?(?:发|问)了(?:好几|好多|几|[两三四五六七八九十0-9]+)[条遍次]了?"
    r"|(?:怎么|咋)?(?:没|不)(?:人)?(?:回|理|回复|回话|搭理)(?:我|我啊|消息|话)?|回(?:个话|一下|我)|快回|[说吱]句话|吱一?声)"
)
_CALLS_OUT = re.compile(rf"\W*(?:{_CALL}{_END})+", re.IGNORECASE)
_WAITED = re.compile("[条遍次]|人呢|有(?:没有)?人|[没不](?:人)?[回理]|哪|回|吱|说")
# The model's guesses that a call such as 有人吗 overrides: it is a greeting, no complaint.
_CALLS = frozenset({"urge_reply", "chitchat", "out_of_scope"})
_AFFECTION = re.compile("等了|等很?[久半]|等到|等不")
# 周六见, 回头见; not 明天见客户.
_DAY = (
    "(?:[下这本]个?)?(?:周|星期|礼拜)[一二三四五六日天末]|大?后天|明[天早晚儿]|今[天晚]|早上|上午|中午|下午|晚上|晚点儿?"
    "|下[周次]|下个?月|节后|年后|改[天日]|到时候?|待会儿?|一会儿?|回头|店里"
)
_MEETING = re.compile(rf"((?:{_DAY})+)(?:再|咱们?|我们)?见(?=$|\W|[啦了吧哦喽呀哈呢])")


def recognise_intent(text: str, guess: str) -> str:
    """The id of the intent that the words show; "" for none. guess: the model's intent."""
    if _WAYS["express_thanks"].fullmatch(text):
        return "express_thanks"
    if guess in _CALLS and sentence_kinds.is_greeting(text):
        return "greet"
    is_wait = guess == "say_wait" and len(text) <= LONGEST_WAIT and not _AFFECTION.search(text)
    return "say_wait" if is_wait and _WAYS["say_wait"].fullmatch(text) else ""


def calls_out(text: str) -> bool:
    """Whether the message only asks after a wait if anybody is there: 发了好几条了, 人呢."""
    return bool(_CALLS_OUT.fullmatch(text)) and bool(_WAITED.search(text))


def find_meeting(text: str) -> str:
    """The day of meeting again that a goodbye names: 周末 of 那周末见; "" for none."""
    match = _MEETING.search(in_script(text, "simplified"))
    return match[1] if match else ""


def says_more(text: str) -> bool:
    """Whether the message asks for something or reports a fault, beside a greeting."""
    if grievance.reports_fault(text):
        return True
    if sentence_kinds.is_greeting(text) or not sentence_kinds.is_question(text):
        return False
    words = speech.segment(text)
    return any(len(word) > 1 for word in (*words.of("topic"), *words.of("doing")))
