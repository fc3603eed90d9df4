"""Which values of facts need no name before them: they say what they are. No I/O."""

import re
from collections.abc import Mapping

from app.marketing.content.brief import BriefFact, Language
from app.marketing.content.wording.fact_words import list_words, load_fact_words
from app.marketing.content.wording.grammar import fill_clause

LEAST_CLAUSE = 4  # characters of a value that is a clause: 当天发 is none
PHRASE = 40  # characters of a value that a sentence holds; a longer one stands after its name

_CLAUSE_END = re.compile(r"[，,、；;。]")
_SENTENCE_END = re.compile(r"[。．！？!?；;]|\.(?:\s|$)")
_ENDS = "。.；;"
_ABBREVIATION = re.compile(r"\b(?:[A-Za-z]\.){2,}$|\b(?:etc|Co|Ltd|Inc|St|Ave|Rd|approx)\.$")
_NEGATED = re.compile("[不无没]|暂无")
# What makes a Chinese value a clause of its own: something is done, given or needed.
_CLAUSE = re.compile(
    "[取换寄送减抵退修享折付弯洗需要煮免配调补返领]|到店|发出|复查|保存|可以|包邮|[日时]达"
)
# A Chinese value that begins with what is done, and is no noun: 由周师傅带课, 全部用头层牛皮.
_PREDICATE = re.compile(
    "由(?!来)|(?:收到|下单|付款|签收|拍下)[^，。]{0,6}后|配(?![方料件置色])|附(?!近|件)|采用|选用|使用(?![于者])|用(?![于途户量法具料时])|全部|均(?!价)|整[只个张件条]"
)
# A clause that says what is left out or needed, and takes no 除外 after it: 旧机须能通电; 无糖款 is
# no clause.
_LIMITS = re.compile(
    "不(?:参[加与]|可|能|享|支持|适用|含|包|与|和|同|叠|退|换|发|送|计|予|接受|得|要)|除外|以外|之外|须|需|必"
    "|仅限|只限|限(?:[本每一]|购)|另[计算付收购]|自理|无法|无效|概不|谢绝"
)
_NOUN_END = re.compile("的[\u4e00-\u9fff]{1,4}$")  # 不能通电的旧机
_AMOUNT = re.compile(
    r"(?:[¥￥$€]\s?)?\d[\d,.]*\s?(?:万?元|块)?(?:起|[/／]\s?[\u4e00-\u9fff]{1,2})?"
)


def read_value(fact: BriefFact) -> str:
    """The value without what ends it, but with the stop of p.m. and the like."""
    value = fact.value.strip()
    return value if _ABBREVIATION.search(value) else value.rstrip(_ENDS)


def is_phrase(value: str) -> bool:
    """Whether a value is short enough for a sentence, and holds none."""
    return len(value) <= PHRASE and not _SENTENCE_END.search(value)


def says_itself(fact: BriefFact, language: Language) -> bool:
    """Whether the value begins with a clause that has its name (采摘, 清明前手工采摘, but not
    运费, 10 元，满 199 元免运费) or that needs none (取货, 七天到店取; 例外, 特价款不参加).
    """
    if _is_clause(fact, language) or _excludes_itself(fact, language):
        return True
    first_clause = _CLAUSE_END.split(fact.value, maxsplit=1)[0]
    if language in {"zh", "ja"}:
        return fact.name in first_clause
    return bool(re.search(rf"\b{re.escape(fact.name.lower())}\b", first_clause.lower()))


def stands_without_name(fact: BriefFact, language: Language) -> bool:
    """Whether a fact's name only sorts it, and no line shows it: 优惠, 卖点."""
    is_sorted = fact.name in list_words("unnamed", language)
    return is_sorted and not _NEGATED.match(fact.value)


def tells_its_kind(fact: BriefFact, language: Language) -> bool:
    """Whether a value beside the product tells what it is: 8 人小班, 168 元."""
    patterns: Mapping[str, str] = load_fact_words()[language].get("telling", {})
    pattern = next((patterns[names] for names in patterns if fact.name in names.split()), None)
    value = read_value(fact)
    if pattern is None or not is_phrase(value) or _NEGATED.match(value):
        return False
    return re.search(pattern, value) is not None


def word_bare(fact: BriefFact, language: Language) -> str:
    """The clause of a value that needs no name: 8 人小班, 平日 488 元，周末 588 元; of a price with
    one amount 售价 168 元. "" for any other fact.
    """
    value = read_value(fact)
    is_price = fact.name in list_words("prices", language)
    is_bare = is_price or fact.name in list_words("bare", language)
    if not is_bare or not tells_its_kind(fact, language):
        return ""
    if not is_price or not _AMOUNT.fullmatch(value):
        return value
    words = load_fact_words()[language]
    name = str(words["price"]) if fact.name in list_words("bare_prices", language) else fact.name
    return fill_clause(str(words["figure"]), name, value, language)


def _excludes_itself(fact: BriefFact, language: Language) -> bool:
    """Whether a value says what is left out or needed, under a name that says it, too."""
    value = read_value(fact)
    says_limit = _LIMITS.search(value) and not _NOUN_END.search(value)
    return fact.name in list_words("suffixes", language) and bool(says_limit)


def _is_clause(fact: BriefFact, language: Language) -> bool:
    """Whether a value says what happens: 老师, 由周师傅带课; 前提, 需先验光."""
    does_something = language == "zh" and _PREDICATE.match(fact.value) is not None
    is_sorted = fact.name in list_words("sorting", language)
    return stands_without_name(fact, language) or (
        (does_something or (is_sorted and _CLAUSE.search(fact.value) is not None))
        and len(fact.value) >= LEAST_CLAUSE
        and is_phrase(read_value(fact))
    )
