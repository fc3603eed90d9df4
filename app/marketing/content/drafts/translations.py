"""What the text of a draft was translated from. No I/O."""

from app.marketing.content.drafts.values import CopyDraft
from app.marketing.content.translated_review import TranslatedText

_PARTS = ("title", "description")  # of an ad, a line each


def read_translation(draft: CopyDraft) -> TranslatedText | None:
    """The source and the translation of an ad's title and description; None: it is none."""
    parts = [draft.origin[part]["translated"] for part in _PARTS if _is_translated(draft, part)]
    if not parts:
        return None
    return TranslatedText(
        source="\n".join(part["source"] for part in parts),
        source_language=parts[0]["source_language"],
        text=draft.versions[0].text,
        problems=tuple(problem for part in parts for problem in part["problems"]),
    )


def _is_translated(draft: CopyDraft, part: str) -> bool:
    return bool((draft.origin.get(part) or {}).get("translated"))
