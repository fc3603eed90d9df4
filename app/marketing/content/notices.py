"""The notices that the law asks for in texts of a brief: which are missing, and adding them."""

from app.marketing.content.brief import LENGTHS, Brief, Channel
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
    """The text with the notices that it lacks at its end, as far as the channel's length allows."""
    if not text:
        return text
    for notice in list_notices(text, brief):
        wording = notice.wording.get(brief.language, "")
        longer = _join(text, wording, brief)
        if wording and len(longer) <= LENGTHS[brief.channel][1]:
            text = longer
    return text


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
