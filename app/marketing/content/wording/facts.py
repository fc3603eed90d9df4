"""How a fact of a brief is worded: in a sentence, in a title, as a line, and by its name. No I/O.

A name that is no noun, such as 适合, never stands for one: 适合新手 is said, and 适合什么 asked.
"""

import re
from collections.abc import Mapping, Sequence

from app.marketing.content.brief import BriefFact, Language
from app.marketing.content.wording.fact_values import (
    is_phrase,
    read_value,
    says_itself,
    stands_without_name,
    tells_its_kind,
    word_bare,
)
from app.marketing.content.wording.fact_words import (
    is_activity,
    is_caution,
    is_offer,
    list_words,
    load_fact_words,
    split_names,
)
from app.marketing.content.wording.grammar import (
    CHINESE_FIGURE,
    capitalise,
    fill_clause,
    lower_first,
)

MOST_NAMES = 3  # of facts that one line names

# 价格 168 元, 时长约一个半小时: without a colon
_FIGURE = re.compile(rf"[约近¥￥$€£]?\s?[A-Za-z0-9]|{CHINESE_FIGURE}")
_COMMA = re.compile(r"[，,、：:；;]|\.\s|\sand\s")
_NEGATED = re.compile("[不无没]")
_NEGATED_VERB = re.compile("不(?!良|.*(?:人群|事项|症|时间|范围|原因)$)")
_BRACKETS = re.compile(r"（[^（）]*）|\([^()]*\)")
# Japanese and Korean values that are no nouns: です and 입니다 don't follow them.
_NO_NOUN = re.compile(r"[ぁ-ん](?<!まで)(?<!から)(?<!ごと)(?<!ほど)(?<!など)$|[다요함음됨임]$")
_TIME = re.compile(r"[约近]?\d.*[前后起]")


def makes_title(fact: BriefFact, language: Language) -> bool:
    """Whether a title may be made of a fact's name: 价格 may, 适合 and 入住 may not."""
    has_name = not says_itself(fact, language) and not is_offer(fact, language)
    return is_noun(fact, language) and not is_activity(fact, language) and has_name


def is_noun(fact: BriefFact, language: Language) -> bool:
    """Whether a fact's name may stand for it: 价格 may, 适合 may not."""
    return not _find_verb_form(fact.name, language)


def choose_lookup(facts: Sequence[BriefFact], language: Language) -> str:
    """The name of the fact that readers look up first, such as 价格; "" for none."""
    names = [fact.name for fact in facts if is_noun(fact, language)]
    words = str(load_fact_words()[language]["lookups"]).split()
    return next((name for word in words for name in names if word in name), "")


def list_fact(fact: BriefFact, language: Language) -> str:
    """A fact as a line of its own: 产地：杭州; without the name where that says nothing, or where
    the value says it: 提前 1 天预订.
    """
    is_said = language == "zh" and len(fact.name) > 1 and fact.name in fact.value
    if is_said or stands_without_name(fact, language):
        return read_value(fact)
    return fill_clause(
        load_fact_words()[language]["named"], capitalise(fact.name), read_value(fact), language
    )


def name_fact(fact: BriefFact, language: Language) -> str:
    """A fact for a title, beside the product: 168 元, 适合新手, 地址：文三路 18 号."""
    words, value = load_fact_words()[language], read_value(fact)
    if says_itself(fact, language) or tells_its_kind(fact, language):
        return value
    form = _choose_form(fact, language)
    if form == "said":
        return state_fact(fact, language)
    if form in {"verb", "participle"}:
        line = "<name><value>" if language == "zh" else "<name> <value>"
    elif form == "after":
        line = str(words[form])
    else:
        line = str(words["figure" if _FIGURE.match(value) and is_phrase(value) else "named"])
    return fill_clause(line, capitalise(fact.name), value, language)


def state_fact(fact: BriefFact, language: Language) -> str:
    """A fact as a clause, without what ends it: 产地是杭州, 适合新手, 提示：存放阴凉处."""
    words, value = load_fact_words()[language], read_value(fact)
    if says_itself(fact, language):
        return value
    if bare := word_bare(fact, language):
        return bare
    form = _choose_form(fact, language)
    name = words["said"][fact.name] if form == "said" else _inside(fact, language)
    return fill_clause(str(words["verb" if form == "said" else form]), name, value, language)


def tell_value(fact: BriefFact, language: Language) -> str:
    """A fact under a heading that is its label: 杭州 under 产地; 儿童头盔除外 under 哪些除外."""
    follows = _choose_form(fact, language) == "after"
    return state_fact(fact, language) if follows else read_value(fact)


def state_facts(facts: Sequence[BriefFact], language: Language, subject: str = "") -> str:
    """The clauses of several facts, joined: by semicolons where one has commas of its own.

    subject: whose the facts are; named before the first, where the language can.
    """
    clauses = _list_clauses(facts, language)
    if subject and facts:
        clauses[0] = _name_subject(clauses[0], facts[0], language, subject)
    comma, last, stop = map(str, load_fact_words()[language]["clauses"])
    if language == "en" and _lacks_verb(facts):
        stop = ". "  # lines, not clauses: Car: automatic. Hours: 8 am to 7 pm
    if len(clauses) < 2:
        return "".join(clauses)
    if any(map(has_comma, clauses)):
        parts = (
            [capitalise(clause) for clause in clauses] if stop.startswith((".", "。")) else clauses
        )
        return stop.join(parts)
    return comma.join(clauses[:-1]) + last + clauses[-1]


def has_comma(clause: str) -> bool:
    """Whether a clause has a comma or the like outside brackets."""
    return _COMMA.search(_BRACKETS.sub("", clause)) is not None


def _list_clauses(facts: Sequence[BriefFact], language: Language) -> list[str]:
    # In English all clauses are without a verb where one has none.
    if language != "en" or not _lacks_verb(facts):
        return [state_fact(fact, language) for fact in facts]
    return [name_fact(fact, language) for fact in facts]


def _lacks_verb(facts: Sequence[BriefFact]) -> bool:
    return any(_choose_form(fact, "en") == "named" for fact in facts)


def _name_subject(clause: str, fact: BriefFact, language: Language, subject: str) -> str:
    is_bare = says_itself(fact, language) or word_bare(fact, language)
    form = "" if is_bare else _choose_form(fact, language)
    glues = {
        ("zh", "copula"): "的", ("zh", "verb"): "", ("zh", "said"): "", ("ja", "copula"): "の",
    }  # fmt: skip
    glue = glues.get((language, form))
    return clause if glue is None else f"{subject}{glue}{clause}"


def label_fact(fact: BriefFact, language: Language) -> str:
    """What a heading or a choice calls a fact: its name, or 适合什么 where that is no noun."""
    if own_label := load_fact_words()[language].get("labels", {}).get(fact.name):
        return str(own_label)
    form = _find_verb_form(fact.name, language)
    label = str(load_fact_words()[language][f"{form}_label"]) if form else "<name>"
    name = _inside(fact, language)
    if language == "en" and name.startswith("to "):
        return f"what {name}"
    if form == "participle" and name.endswith((" of", " in", " from", " by", " for")):
        label = label.replace("how", "what")
    return label.replace("<name>", name)


def list_choices(facts: Sequence[BriefFact], language: Language) -> list[str]:
    """What readers may mind about the goods, by the facts' names, the price first: 重量 asks for
    轻不轻.

    Names of no such choice are left out; in a language without choices each fact's label is one.
    """
    choices: Mapping[str, str] = load_fact_words()[language].get("choices", {})
    if not choices:
        return [label_fact(fact, language) for fact in facts]
    names = [fact.name for fact in facts if not is_caution(fact, language)]
    matches = [next((choices[word] for word in choices if word in name), "") for name in names]
    return sorted(dict.fromkeys(filter(None, matches)), key=lambda each: each != choices["价"])


def join_labels(facts: Sequence[BriefFact], language: Language) -> str:
    """Up to MOST_NAMES labels, nouns first, with what says that there are more."""
    ordered = sorted(facts[:MOST_NAMES], key=lambda fact: not is_noun(fact, language))
    labels = list(dict.fromkeys(label_fact(fact, language) for fact in ordered))
    words = load_fact_words()[language]
    comma, last = map(str, words["joined"])
    if len(facts) > MOST_NAMES:
        return comma.join(labels) + str(words["more"])
    if not is_noun(ordered[-1], language) and language == "zh":
        last = comma
    return last.join(filter(None, [comma.join(labels[:-1]), labels[-1]]))


def _choose_form(fact: BriefFact, language: Language) -> str:
    """Which line of the language words a fact in a sentence."""
    words, value = load_fact_words()[language], read_value(fact)
    if not is_phrase(value):
        return "named"
    is_verb = not (_NEGATED.match(value) or fact.name in list_words("suffixes", language))
    verb_form = _find_verb_form(fact.name, language) if is_verb else ""
    is_time = is_activity(fact, language) and _TIME.fullmatch(value)
    follows = bool(is_time) or fact.name in list_words("suffixes", language)
    is_place = fact.name in words["places"].split() and not value.startswith(("在", "位于"))
    forms = {
        verb_form: bool(verb_form),
        "said": fact.name in words.get("said", {}) and not re.match(words["unsaid"], value),
        "after": follows,
        "place": is_place,
        "figure": language == "zh" and bool(_FIGURE.match(value)),
        "copula": _is_joined(fact, language),
    }
    return next((form for form, fits in forms.items() if fits), "named")


def _is_joined(fact: BriefFact, language: Language) -> bool:
    """Whether a sentence may say that the name is the value."""
    copulas, value = str(load_fact_words()[language]["copulas"]), read_value(fact)
    if copulas == "*":
        return not _NO_NOUN.search(value)
    if language == "zh":
        return fact.name.endswith(tuple(copulas.split())) and not _NEGATED.match(value)
    return fact.name.lower().split()[-1] in copulas.split()


def _find_verb_form(name: str, language: Language) -> str:
    """ "verb" or "participle" for a name that is no noun, "" for any other."""
    words = load_fact_words()[language]
    if language == "zh" and _NEGATED_VERB.match(name):
        return "verb"
    forms = {"verb": words["verbs"], "participle": words["participles"]}
    return next((form for form, names in forms.items() if name.lower() in split_names(names)), "")


def _inside(fact: BriefFact, language: Language) -> str:
    """A fact's name inside a sentence: in English without its capital, if it has no other."""
    return lower_first(fact.name) if language == "en" else fact.name
