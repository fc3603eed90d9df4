"""The label of generated texts: 人工智能生成合成内容标识办法 (2025-09-01), article 4."""

from app.messages import ai_label
from app.safety.advertising.values import AdvertisingFinding

RULE = "label.generated"


def check_label(text: str) -> tuple[AdvertisingFinding, ...]:
    """A finding at the end of a generated text that says nowhere that it is generated."""
    if _says_generated(text):
        return ()
    finding = AdvertisingFinding(
        rule=RULE,
        title="AI 生成的内容未标识",
        law="人工智能生成合成内容标识办法第四条",
        start=len(text),
        end=len(text),
        text="",
        suggestion=ai_label.LABEL,
    )
    return (finding,)


def _says_generated(text: str) -> bool:
    """GB 45438-2025: the label has AI or 人工智能, and 生成 or 合成."""
    names_ai = "AI" in text.upper() or "人工智能" in text
    return names_ai and ("生成" in text or "合成" in text)
