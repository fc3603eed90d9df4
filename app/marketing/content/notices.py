"""The notices that the law asks for in texts of a brief: which are missing, and adding them."""

from app.marketing.content.brief import LENGTHS, Brief, Channel
from app.marketing.content.wording.facts import list_fact
from app.safety.advertising.notices import RequiredNotice, list_missing_notices

# Texts that are read for themselves, and what stands between one and its notice. A title stands
# with its article or its description; buttons and replies advertise nothing.
_GLUE: dict[Channel, str] = {
    "article": "\n\n", "digest": "", "moments": "\n", "broadcast": "\n", "ad": "", "poster": " ",
    "topic": "\n", "welcome": "\n",
}  # fmt: skip
_END = ("。", "！", "？", ".", "!", "?", "\n")


def list_notices(text: str, brief: Brief) -> tuple[RequiredNotice, ...]:
    """The notices that a text of the brief lacks; none for channels that need none."""
    if brief.channel not in _GLUE:
        return ()
    facts = " ".join(f"{fact.name} {fact.value}" for fact in brief.facts)
    return list_missing_notices(text, brief.industry, f"{brief.product} {facts}")


def add_notices(text: str, brief: Brief) -> str:
    """The text with the notices that it lacks at its end, as far as the channel's length allows.

    A notice that only the advertiser can word, such as a number, is the fact that states it.
    """
    if not text:
        return text
    for notice in list_notices(text, brief):
        wording = notice.wording.get(brief.language) or _find_stating_fact(notice, text, brief)
        longer = _join(text, wording, brief)
        if wording and len(longer) <= LENGTHS[brief.channel][1]:
            text = longer
    return text


def _find_stating_fact(notice: RequiredNotice, text: str, brief: Brief) -> str:
    """The fact that is the notice: 审查证明：…; "" for none, and for a notice with a wording."""
    if notice.wording:
        return ""
    stop = "。" if brief.language in {"zh", "ja"} else "."
    lines = (f"{list_fact(fact, brief.language)}{stop}" for fact in brief.facts)
    return next(
        (line for line in lines if notice not in list_notices(f"{text}\n{line}", brief)), ""
    )


def _join(text: str, wording: str, brief: Brief) -> str:
    if glue := _GLUE[brief.channel]:
        return f"{text}{glue}{wording}"
    is_spaced = brief.language in {"en", "ko"}
    stop = "" if text.endswith(_END) else "." if is_spaced else "。"
    return f"{text}{stop}{' ' if is_spaced else ''}{wording}"


def explain_notice(notice: RequiredNotice, brief: Brief) -> str:
    """A sentence for the editor: what is missing, after which law, and what to add."""
    wording = notice.wording.get(brief.language) or notice.wording.get("zh", "")
    advice = f"请加上“{wording}”" if wording else "请写上"
    return f"没有写明{notice.title}（{notice.law}）：{advice}"
