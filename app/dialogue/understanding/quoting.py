"""Names the subject of a question in the follower's own words, where they can be quoted. No I/O.

Fragments, slips, sounds of speech and follow-ups (七公里的话, 那周末呢) read worse than 您问的这个,
as does a name alone: 「秦望路」我还不清楚 says that the shop doesn't know its own branch.
"""

import re
from collections.abc import Sequence

from app.dialogue.language import in_script
from app.dialogue.understanding.query_rewriting.subjects import MOMENT, PERSON
from app.dialogue.understanding.sentences import sentence_kinds, speech

SHORTEST = 3  # characters of a question
LONGEST = 10  # characters of a quoted question
NAMELESS = "您问的这个"
NAMELESS_OTHER = "您问的另外一点"  # beside an answer to the first
NAMELESS_OTHERS = "您问的另外几个问题"

_CLAUSE_END = re.compile(r"[，,。；;!！?？~～…\n]+|(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])")
_OPENING = re.compile(
    r"^\W*(?:那个?(?![边里种款家些])|[请請][问問]|[你您][们們]?家?(?=\w{3})|我?想?[问問](?:一下|下|[问問])|对了"
    r"|快点?说|还有|另外|顺便)*的?"
)
# Particles at the end: 停车费呢 asks about 停车费.
_CLOSING = re.compile(r"(?:[呢呀啊哦嘛吧了哈\W]|(?<![什怎这那多])么)+$")
_PERSON = "[我你您他她它咱俺]|人家|自己"
_SOUNDS = "[呃嗯哎唉欸啊呀呢吧嘛哦噢喔哈咧嘞呗啦哟哩捏滴咯]"
_TALK = "啥|咋|仨|忒|贼|一哈|整(?!理|套|体)|这|那|另|别的|其他|其它|一下|就是|然后"
_UNSAFE = (
    r"[0-9]{5,}|https?|www\.|[@<>{}「」『』\"“”]|傻|操|逼|妈的|垃圾|骗|狗屁|滚|死|贱|有病|破|烂|坑"
)
_UNSPEAKABLE = re.compile(f"{_PERSON}|{_SOUNDS}|{_TALK}|{_UNSAFE}")
_HAS = re.compile(
    "(?:(?:有没有|有)卖?|卖不卖|卖)(?!什么|多少|几|哪)([\\w]{2,8}?)(?:卖|没有|没|不)?"
)
# 能洗澡吗, 团课包含不, 茶歇你们提供不, 教辅收不收
_WHETHER = re.compile(
    r"(?:(?:能不能|可不可以|能|可以)(?P<done>\w{2})"
    r"|(?![管包能会要有可])(?P<thing>\w{2,6}?)(?:[你您]们)?"
    r"(?P<verb>包含|包括|提供|含|收|送|卖|免费|收费)(?:[不没](?P=verb))?)(?:吗|么|嘛|不|没)?"
)
_NO_MATTER = re.compile(f"[去来]$|{PERSON.pattern}|儿童|会员|新生儿|这里|那里")
_COUNTS = {2: "两", 3: "三"}
_MATTER_END = re.compile("(?:时间|规则|流程|费用?|价格?|密码|电话|地址|方式|条件|要求|名额|电话)$")
# Fragments that continue an earlier text or break off: 的话能退吗, 也可以吗, 比较贵的.
_CUT_START = re.compile("^(?:[的地得了过着也都就还再又才和跟与或但不没]|的话|如果|要是|因为|所以)")
_CUT_END = re.compile("(?:[的得地和跟与或在到从给把被对就也还又再是要想能会]|可以|或者|还是|因为)$")
_OPEN = re.compile(
    "[多几怎哪何什如]|时候|有效?$|(.)[不没]\\1"
)  # question words, which name nothing
_ASKS_WHAT = re.compile(
    "怎么|怎样|如何|多|几|什么|哪|谁|吗|([\u4e00-\u9fff])[不没]\\1|能否|是否|可否"
)
# Follow-ups of an earlier question.
_LEANS = re.compile(r"的话|^\w{1,3}的(?![士确])(?=多|几|怎|有|能|可|要|贵|好|行)")
_GOES_ON = re.compile(r"^\W*(?:那|如果|要是|换成)|[呢嘞]\W*$")


def find_thing(question: str) -> str:
    """The thing that a question asks for by name: WiFi of 有WiFi吗; "" for none."""
    own = only_clause(question).removesuffix("吗").removesuffix("嗎")
    has = _HAS.fullmatch(own)
    if not has or _UNSPEAKABLE.search(_simplify(has[1])):
        return ""
    plain = _simplify(has[1])
    is_named = all(part not in {"glue", "aspect"} for _, part in speech.segment(plain).parts)
    cut = plain.startswith("人") or _CUT_END.search(plain)
    return has[1] if (is_named or _is_noun(plain)) and not cut else ""


def question_or_noun(question: str) -> str:
    """The question as written, where it is a noun phrase or a short whole question; else ""."""
    own = only_clause(question)
    plain = _simplify(own)
    if not 1 < len(own) <= LONGEST or _UNSPEAKABLE.search(plain) or not _says_what(plain):
        return ""
    if _CUT_START.search(plain) or _CUT_END.search(plain) or _LEANS.search(plain):
        return ""
    if _ASKS_WHAT.search(plain):
        return own
    return own if _is_noun(plain) and not _GOES_ON.search(_simplify(question)) else ""


def quote_question(question: str) -> str:
    """A noun phrase or a whole question in quotation marks; "" where it can't be quoted."""
    own = question_or_noun(question)
    return f"「{own}」" if own else ""


def name_question(question: str) -> str:
    """The name of a question's subject: WiFi of 有WiFi吗, 停车费, or the whole question in
    quotation marks; "" where it is only a name, or can't be quoted.
    """
    return find_thing(question) or _whole_question(question) or _noun_of_matter(question)


def _whole_question(question: str) -> str:
    own = question_or_noun(question)
    return f"「{own}」" if _ASKS_WHAT.search(_simplify(own)) else ""


def _noun_of_matter(question: str) -> str:
    """The question where it is a noun for an aspect, as 停车费; "" for a name, as 三体."""
    own = question_or_noun(question)
    parts = speech.segment(_simplify(own)).parts
    if not parts:
        return ""
    word, part = parts[-1]
    is_matter = bool(_MATTER_END.search(_simplify(own))) or (part == "aspect" and len(word) > 1)
    return own if is_matter else ""


def name_all(questions: Sequence[str]) -> str:
    """The names of two or three questions: 团课、洗澡这两点; "" where one can't be named."""
    for naming, closing in ((find_matter, "点"), (_whole_question, "个问题")):
        names = list(dict.fromkeys(map(naming, questions)))
        if "" not in names and len(names) in _COUNTS:
            return f"{'、'.join(names)}这{_COUNTS[len(names)]}{closing}"
    return ""


def find_matter(question: str) -> str:
    """The subject of a yes-or-no question: 团课 of 团课包含不, 洗澡 of 能洗澡吗; "" for none."""
    thing_name = find_thing(question)
    whether_match = None if thing_name else _WHETHER.fullmatch(_simplify(only_clause(question)))
    if whether_match is None:
        return thing_name
    word = whether_match["thing"] or whether_match["done"]
    parts = speech.segment(word).parts
    fit = {"topic", "doing"} if whether_match["done"] else {"topic"}
    whole = len(parts) == 1 and parts[0][1] in fit
    unfit = any(each.search(word) for each in (_UNSPEAKABLE, _NO_MATTER))
    return word if whole and not unfit and not MOMENT.fullmatch(word) else ""


def only_clause(question: str) -> str:
    """The only clause beside greetings and thanks, without opening words and final particles; ""
    where there are several.
    """
    printable_text = "".join(c for c in question if c.isprintable() or c == "\n")
    clauses = [each.strip() for each in _CLAUSE_END.split(printable_text)]
    content_clauses = [each for each in clauses if re.search(r"\w", each) and not _is_manners(each)]
    if len(content_clauses) != 1:
        return ""
    return _CLOSING.sub("", _OPENING.sub("", content_clauses[0])).strip()


def _is_manners(clause: str) -> bool:
    return sentence_kinds.is_greeting(clause) or sentence_kinds.is_closing(clause)


def _simplify(text: str) -> str:
    return in_script(text, "simplified")


def _says_what(plain: str) -> bool:
    """Whether the text names a subject: 停车多少钱, not 多少钱 or 做得."""
    if plain.isascii():
        return False
    words = speech.segment(plain)
    content_words = [*words.of("topic"), *words.of("doing")]
    aspect_words = [word for word in words.of("aspect") if len(word) > 1 and not _OPEN.search(word)]
    if len(plain.removesuffix("吗")) < SHORTEST:  # 好用吗 may be asked of anything
        return _is_noun(plain) and bool(content_words or aspect_words)
    return len("".join(word for word in content_words if not word.endswith("得"))) > 1 or bool(
        aspect_words
    )


def _is_noun(plain: str) -> bool:
    """Whether the text is a noun phrase: 停车费, 营业时间."""
    parts = [part for word, part in speech.segment(plain).parts if word != "的"]
    if _MATTER_END.search(plain) and "glue" not in parts:
        return True
    return bool(parts) and all(part in {"topic", "aspect", "amount"} for part in parts)
