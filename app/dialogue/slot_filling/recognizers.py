"""Recognises slot values in a text: region, size, visit (day and persons), age. No I/O.

Each recogniser takes the text and whether its slot was asked for, since only then a bare number
is a value; it returns the value in plain words and the rest of the text, or None.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from app.dialogue.understanding import numerals, places

_NUMBER = r"\d+(?:\.\d+)?|[零一二两俩三仨四五六七八九十百半]+"


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


def fold_width(text: str) -> str:
    """The text in half-width characters (NFKC), as the patterns expect it, stripped."""
    return unicodedata.normalize("NFKC", text).strip()


# --- Regions ------------------------------------------------------------------------------------

_LIVES = re.compile(
    r"我们?家?(?:是)?(?:在|住)([\u4e00-\u9fff]{2,10}?)(?:这边|那边|这里|附近|这儿)?[的呢啊]?"
)
# 官渡 of 昆明官渡这边; not 买的 of 在杭州买的.
_DISTRICT = re.compile(
    r"((?:(?![买寄发送到能可这那附的了吗呢市省有没])[\u4e00-\u9fff]){2,3}(?:区|县|镇)?)"
    r"(?:这边|那边|这块|这里|这儿|附近|这)?[的呢啊]?[。.!！~ ]*$"
)


def recognise_region(text: str, is_asked: bool) -> RecognisedValue | None:
    """Recognise a region: 江苏苏州, 呼和浩特; where asked for also a county or a district."""
    place_names = places.find_places(text)
    if place_names:
        rest = text
        for name in place_names:
            rest = rest.replace(name, " ", 1)
        lives = is_asked and re.search("在|住|这边|那边|这块|这里|附近", text)  # not 成都火锅
        district = (
            _DISTRICT.search(text, text.find(place_names[-1]) + len(place_names[-1]))
            if lives
            else None
        )
        if district and text.endswith(place_names[-1] + district[0]):
            return RecognisedValue(
                "".join(place_names) + district[1], rest.replace(district[1], " ", 1)
            )
        return RecognisedValue("".join(place_names), rest)
    if not is_asked:
        return None
    small = places.find_small(text)
    if small:
        return RecognisedValue(small, text.replace(small, " ", 1))
    stands = _LIVES.fullmatch(text.strip("。.!！~ "))
    return RecognisedValue(stands[1], "") if stands else None


LONGEST_LEFT = 12  # characters
LIGHTEST = 75  # a body weight without unit from here on is in 斤, below in kilograms

# --- Sizes --------------------------------------------------------------------------------------

_HEIGHT = re.compile(
    r"(?:身高|个子|高)?[是有:约大概差不多]*(?:"
    r"(?P<cm>(?:1[0-9]{2}|20[0-9])(?=(?:\.\d)?\s*(?:cm|CM|厘米|公分|高))|(?:1[4-9][0-9]|20[0-9])(?=(?:\.\d)?(?:[,，、/\s]|体重|$)))(?:\.\d)?\s*(?:cm|CM|厘米|公分|高)?"
    r"|(?P<m>[12一][\.米mM点](?:\d{1,2}|[一二三四五六七八九]{1,2}))(?:米|m)?"
    r"|(?P<words>一(?:米)?[零一二三四五六七八九][零一二三四五六七八九](?=$|\D)|一米[五六七八九])"
    r")(?!\d|斤|公斤|kg)"
)
_WEIGHT = re.compile(
    rf"(?:体重|重)?[是有:约大概差不多]*(?P<n>{_NUMBER})\s*(?P<unit>公斤|千克|kg|KG|Kg|斤)(?:多|左右)?"
)
_OF_A_BODY = re.compile(  # 我120斤, 宝宝8斤; not 我要一斤, 给我妈两斤
    r"体重|(?<![给送寄帮替])(?<![给送寄帮替]我)"
    r"(?:[我他她]|孩子|儿子|女儿|闺女|老公|老婆|朋友|[爸妈]|(?P<small>宝宝|宝贝|娃|狗狗?|猫咪?))"
    r"(?:今年|现在|大概|差不多|大约|体|就|才|只|也|都|是|重|约)*"
    rf"(?(small)(?:{_NUMBER})|(?:\d{{2,3}}(?:\.\d)?|[一二三四五六七八九十百零]{{2,}}))"
    r"\s*(?:公斤|千克|kg|KG|Kg|斤)"
)
_BARE_WEIGHT = re.compile(r"(?:体重|(?<=[\s,，、/]))[是有:]*(?P<n>\d{2,3}(?:\.\d)?)(?!\d|[cC厘公])")
_LETTERS = re.compile(
    r"(?<![A-Za-z])(?:平时|一般|穿|拿|要|习惯)*[是穿]?(?P<code>[2-6]?[xX]{1,4}[sSlL]|[xX][sS]|[sSmMlL]|均码|[2-6][0-9]码|1[0-9]{2}/\d{2}[A-Ca-c])(?:码|号)?(?![A-Za-z\d])"
)
_GIRTH = re.compile(
    r"(?P<what>身高|胸围|腰|胸|臀|腰围|臀围|肩宽|脚长|脚宽|袖长|裤长|衣长|头围|颈围|背长|手围|指围|圈口|尺寸|长|宽|高)[是有:约大概]*(?P<n>\d+(?:\.\d+)?)\s*(?P<unit>cm|厘米|公分|米|mm|毫米|尺|寸)?"
)
_MEASURE = re.compile(
    r"(?P<n>\d+(?:\.\d+)?)\s*(?P<unit>cm|厘米|公分|米|m|mm|毫米|尺|寸|英寸|码|号|平米?|平方米?|升|L|l|ml|毫升|克|g|匹|人份)(?![a-z])"
)


def recognise_size(
    text: str, is_asked: bool, *, weight_asked: bool = True
) -> RecognisedValue | None:
    """Recognise a size: 身高165厘米、体重52公斤, L码, 腰围74厘米; 2斤 where it is no body weight.

    weight_asked: whether a body weight was asked for.
    """
    measures: list[str] = []
    rest = text
    for pattern, say, once in _SIZES:
        while match := pattern.search(rest):
            measures.append(say(match))
            rest = rest.replace(match[0], " ", 1)
            if once:
                break
    body = any(each.startswith("身高") for each in measures)
    weighed = any(each.startswith("体重") for each in measures)
    if body and not weighed and (bare := _BARE_WEIGHT.search(rest)):
        measures.append(_bare_weight(bare))
        rest = rest.replace(bare[0], " ", 1)
    if not (body or (is_asked and weight_asked) or _OF_A_BODY.search(text)):
        measures = [each.removeprefix("体重") for each in measures]
    if measures:
        if is_asked and (remark := _find_remark(rest)):
            measures.append(remark)
        sure = is_asked or len(measures) > 1 or not measures[0].endswith("码")
        return RecognisedValue("、".join(measures), rest) if sure else None
    return _recognise_measure(text) if is_asked else None


def _word_girth(match: re.Match[str]) -> str:
    what = "身高" if match["what"] == "高" else match["what"]
    return f"{what}{match['n']}{match['unit'] or '厘米'}"


def _word_weight(match: re.Match[str]) -> str:
    return f"体重{write_figures(match['n'])}{'斤' if match['unit'] == '斤' else '公斤'}"


def _bare_weight(match: re.Match[str]) -> str:
    """A weight without unit in words: in kilograms below LIGHTEST, else in 斤."""
    return f"体重{match['n']}{'公斤' if float(match['n']) < LIGHTEST else '斤'}"


def _word_size_code(match: re.Match[str]) -> str:
    letters = match["code"].upper()
    return letters if letters.endswith("码") else f"{letters}码"


def _recognise_measure(text: str) -> RecognisedValue | None:
    """Recognise one measure, or a bare number as a size code."""
    if measure := _MEASURE.search(text):
        return RecognisedValue(f"{measure['n']}{measure['unit']}", text.replace(measure[0], " ", 1))
    number = re.fullmatch(r"\D{0,6}(\d{2,3}(?:\.5)?)\D{0,4}", text)
    return RecognisedValue(f"{number[1]}码", "") if number else None


def _count_centimetres(height: re.Match[str]) -> str:
    if height["cm"]:
        return height["cm"]
    words = height["m"] or height["words"]
    digits = "".join(
        str(numerals.DIGITS.get(c, c)) for c in words if c.isdigit() or c in numerals.DIGITS
    )
    return digits.ljust(3, "0")[:3]


# The pattern of a measure, its wording, and whether it occurs only once.
_SIZES: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str], bool], ...] = (
    (_GIRTH, _word_girth, False),
    (_LETTERS, _word_size_code, False),
    (_HEIGHT, lambda match: f"身高{_count_centimetres(match)}厘米", True),
    (_WEIGHT, _word_weight, True),
)


# --- A day, an hour, persons --------------------------------------------------------------------

_CLOCK = (
    rf"(?:{_NUMBER})点(?:钟|半|一刻|三刻|(?:{_NUMBER})(?![\d一二三四五六七八九十个位名口人大])分?)?"
    r"|\d{1,2}[:：]\d{2}"
)
_WHEN = re.compile(
    r"(?:大后天|后天|明天|今儿|明儿|后儿|今天|今日|明日|明早|今晚|明晚|后晚|当天)"
    r"|(?:这个?|本|下下?个?|上个?)?(?:周|星期|礼拜)[一二三四五六日天末](?:[到至、和或]?(?:周|星期|礼拜)?[一二三四五六日天])?(?:晚(?!上))?"
    rf"|(?:下个?月|这个?月|本月)?(?:\d{{1,2}}|[一二三四五六七八九十]+)(?:月|[./](?=\d))(?:{_NUMBER})[号日]?"
    rf"|(?:下个?月|这个?月)?(?:\d{{1,2}}|[一二三四五六七八九十]{{1,3}})[号日](?!店|楼|线|馆|院|门)"
    r"|元旦|除夕|春节|大年初[一二三四五六七]|初[一二三四五六七](?=晚|中午|$)|元宵|清明|五一|端午|七夕|中秋|国庆|圣诞|平安夜|情人节|母亲节|父亲节|周年"
    r"|早上|上午|中午|下午|傍晚|晚上|凌晨|夜里|全天"
    rf"|{_CLOCK}"
    r"|\d+(?:晚|天)|[一二两三四五六七八九十]+晚"
)
_PERSONS = re.compile(
    rf"(?P<both>(?:(?:{_NUMBER})(?:个)?(?:大人|成人|大|小孩|孩子|娃|小朋友|小|老人|老|儿童|宝宝)[,，、和加带]?)+)(?![\w号码])"
    rf"|(?P<n>(?:\d{{1,2}}\s?[~\-—到至]\s?)?\d{{1,3}}|[一二两俩三仨四五六七八九十]+)\s?(?:个|来个|多个)?(?P<unit>人(?![份民均带和])|位(?!数)(?:大人|成人)?|口人?|个大人|名(?![额单字次]))"
    r"|(?P<some>(?<!\d)(?:就|[一总]?共)?(?P<heads>\d{1,3}|[一二两俩三四五六七八九十]+)个(?![小月星礼\w]))"
    r"|(?P<both_of_us>(?:我|我们)?[和跟与](?:我)?(?:男朋友|女朋友|老公|老婆|闺蜜|朋友|同学|同事|妈妈?|爸爸?|对象|爱人))(?!\w?[两俩三仨四五]|还有|[和跟带加])"
    r"|(?P<alone>就我(?=\W|$)|(?:就|只有)?(?:我自己|我一个人?|我一个|自己一个人?))"
    r"|(?P<pair>(?:我|我们)?[和跟与带](?:我)?[\u4e00-\u9fff]{1,4}?(?P<two>[两俩二三仨四五])(?:个人?)?)"
    r"|(?P<home>一家(?P<family>[两三四五六七八])口)|(?P<us>(?:我们|咱们?)(?P<few>\d{1,2}|[两俩三仨四五六])个?(?![\w.]))"
)
_BARE_COUNT = re.compile(  # 4, 就4个吧: persons only where they were asked for
    r"\W*(?:我们?|就|只|一共|总共|大概|大约|共|有)*(?P<n>\d{1,2}|[一二两俩三四五六七八九十]{1,3})个?(?:左右|吧|啊|呀|哦|的?样子)*\W*"
)
_ROUGHLY = re.compile(r"[一二三四五六七八九]{2}|\d+\D+\d+")  # 三四, 6~8: not converted
# Numbers of persons in any words: 12 位, 一男两女, 单人; 两个女生 where they were asked for.
_SAYS_HOW_MANY = re.compile(
    rf"[俩仨男女]|[大小](?!时)|我[和跟带]|[单双]人|(?:{_NUMBER})\s?[多来]?个?[位名口人]"
)
_COUNTS = re.compile(rf"(?:{_NUMBER})\s?[多来]?个(?!半?小时|钟|月|星期|礼拜)")
_LARGE_OR_SMALL = re.compile(rf"(?:{_NUMBER})个?[大小老][,，、和加带]?")  # portions as well


def recognise_visit(
    text: str, is_asked: bool, *, persons_asked: bool = True
) -> RecognisedValue | None:
    """Recognise day and persons: 周六晚上、6人; either of them where a visit was asked for.

    persons_asked: whether a number without 人, 位 or the like counts persons.
    """
    asks_persons = is_asked and persons_asked
    days = [m[0] for m in _WHEN.finditer(text)]
    rest = _WHEN.sub(" ", text)
    count_words = _BARE_COUNT.fullmatch(rest)
    if asks_persons and count_words:
        persons, rest = f"{write_figures(count_words['n'])}人", ""
    else:
        persons, rest = _find_persons(rest, asks_persons=asks_persons)
    if not (days or persons) or not (is_asked or (days and persons)):
        return None
    remark = _find_remark(rest) if is_asked else ""
    return RecognisedValue("、".join(filter(None, (_word_days(text), persons, remark))), rest)


def says_how_many(text: str, *, is_asked: bool) -> bool:
    """Whether the text has a number of persons; with `is_asked` also as a bare number: 两个, 3."""
    rest = _WHEN.sub(" ", text)
    bare = is_asked and (_BARE_COUNT.fullmatch(rest) or _COUNTS.search(rest))
    return bool(
        bare or _find_persons(rest, asks_persons=is_asked)[0] or _SAYS_HOW_MANY.search(rest)
    )


def _find_remark(rest: str) -> str:
    """The rest as a remark for the agent who arranges the visit: 一只柯基; "" for none."""
    words = re.sub(r"^(?:那?天|那?[节场次堂]|[那就去来\W])+|[吧呢啊呀了的左右\W]+$", "", rest)
    return words if len(words) <= LONGEST_LEFT and not is_bare(words) else ""


def _word_days(text: str) -> str:
    """The days and hours of a text as written: 26号到28号, 周六晚上."""
    days_text, end = "", 0
    for match in _WHEN.finditer(text):
        between = text[end : match.start()].strip() if days_text else ""
        days_text += (between if between in {"到", "至", "-", "~"} else "") + _expand_date(match[0])
        end = match.end()
    return days_text


def _expand_date(words: str) -> str:
    """A date in words: 12月6日 for 12.6号."""
    date = re.fullmatch(rf"(.*?)(\d{{1,2}})[./]({_NUMBER})[号日]?", words)
    return f"{date[1]}{date[2]}月{date[3]}日" if date else words


def count_persons(text: str) -> int | None:
    """The number of persons in a text: 2 of 我和老公, 6 of 6位; None for none."""
    match = re.match(r"(\d+)人$", _find_persons(text, asks_persons=False)[0])
    return int(match[1]) if match else None


def _find_persons(text: str, *, asks_persons: bool) -> tuple[str, str]:
    """The persons in words (6人, 四大一小; "" for none), and the text without them."""
    match = _PERSONS.search(text)
    if match is None or (match["some"] and not asks_persons):
        return "", text
    if match["both"] and _LARGE_OR_SMALL.fullmatch(match["both"]):
        return "", text
    rest = _PERSONS.sub(" ", text)
    if match["both"]:
        return match["both"].strip(",，、和加带"), rest
    if match["alone"] or match["both_of_us"]:
        return "1人" if match["alone"] else "2人", rest
    number = match["n"] or match["two"] or match["family"] or match["few"] or match["heads"]
    return f"{number if _ROUGHLY.fullmatch(number) else write_figures(number)}人", rest


# --- Ages ---------------------------------------------------------------------------------------

_AGE = re.compile(
    rf"(?:刚|快|马上|今年|虚岁|实岁|满|整)*(?P<n>{_NUMBER})(?:周)?岁(?P<half>半|多|零?(?:{_NUMBER})个?月)?(?:了|大)?"
    rf"|(?P<months>(?:{_NUMBER})个(?:多|半)?月)(?:大|了)?"
    r"|(?P<class>托班|小小?班|中班|大班|幼儿园(?:小班|中班|大班)?|学前班?|幼小衔接|幼升小|小升初|[小初高大][一二三四五六](?![个件点些])"
    r"|(?:小学)?[一二三四五六七八九1-9]年级|初中|高中|大学生|成人|成年人|大人)(?:了|的)?"
)
_BARE_AGE = re.compile(
    r"(?<![\d.])(?P<n>\d{1,3}|[一二三四五六七八九十]{1,3})(?![\d.号点月码斤公厘米克元块个次件只条双人位节张%％a-z])"
)
# 今年六十二了, 她十五了: an age without a question for it.
_TOLD_AGE = re.compile(
    r"(?:[我她他它]|[我你她他]?[爸妈爷奶姥]+|孩子|娃|宝宝|今年|虚岁|已经|都|快|刚|才|就|有)+"
    r"(?P<n>[1-9]\d?|[一二三四五六七八九十]{2,3}|[三四五六七八九])了"
)


def recognise_age(text: str, is_asked: bool) -> RecognisedValue | None:
    """Recognise an age: 5岁半, 大班, 二年级; a bare number where an age was asked for."""
    ages = [m[0] for m in _AGE.finditer(text)]
    rest = _AGE.sub(" ", text)
    if ages and (is_asked or re.search(r"岁|月|年级|班", "".join(ages))):
        bare = _BARE_AGE.search(rest) if is_asked else None
        if bare:  # 初二 14
            ages.append(f"{write_figures(bare['n'])}岁")
            rest = rest.replace(bare[0], " ", 1)
        return RecognisedValue("、".join(map(_word_years, ages)), rest)
    bare = _BARE_AGE.search(text) if is_asked else _TOLD_AGE.fullmatch(text.strip("。.!！~ "))
    if bare is None:
        return None
    return RecognisedValue(f"{write_figures(bare['n'])}岁", text.replace(bare[0], " ", 1))


def _word_years(words: str) -> str:
    """An age in figures: 5岁 for 刚满五岁了."""
    own = re.sub(r"^(?:刚|快|马上|今年|虚岁|实岁|满|整)+|[了的]$", "", words)
    number = re.match(rf"({_NUMBER})(?=周?岁|个)", own)
    return write_figures(number[1]) + own[number.end() :] if number else own


BY_SLOT: Mapping[str, Recognise] = {
    "region": recognise_region,
    "size": recognise_size,
    "visit": recognise_visit,
    "age": recognise_age,
}

# Words around a value that ask nothing.
_AROUND = re.compile(
    r"那|我们?家?|孩子|宝宝|娃儿?|小孩|小朋友|儿子|女儿|闺女|老公|老婆|闺蜜|朋友|同学|妈妈?|爸爸?|老人|人|她|他|它|这边|那边|这里|那里|这个|那个"
    r"|收货|地址|寄到|发到|送到|快递|寄往|寄|发|送|到|往|在|住|是|有|就是|就|的话?|吧|呢|啊|呀|哦|嗯|了|哈|亲|你好|您好|谢谢|麻烦|左右|大概|大约|差不多"
    r"|身高|体重|平时|一般|穿|拿|要|想|订|定|预约|约|预定|预订|来|去|过来|刚|满|今年|快|上|读|念|岁|和|跟|带|一共|总共|共|号|码|省|市|，|、|\W"
)


def is_bare(rest: str) -> bool:
    """Whether the rest of a text beside its value says nothing."""
    return not _AROUND.sub("", rest)
