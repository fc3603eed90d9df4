"""The summary that an agent reads of the conversation before a handoff. No I/O."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import regex

from app.dialogue.handoff.policy import Reason
from app.inference.ports import CareKind, Sentiment
from app.safety import care
from app.sessions.store import SessionTurn

SUMMARY = 300  # characters
_WHY: dict[Reason, str] = {
    "asked": "用户要求人工",
    "angry": "用户情绪激动",
    "failed": "机器人连续答不上",
    "policy": "须人工办理",
    "safety": "涉及安全，请优先",
    "care": "需要关怀",
}
_MOOD: dict[Sentiment, str] = {"negative": "不满", "neutral": "平静", "positive": "友好"}
CALM = f"｜情绪：{_MOOD['neutral']}"  # the calm sentiment, as a summary has it
_TURNS = 2  # turns in the summary; the agent reads the others in the record


@dataclass(frozen=True, slots=True)
class SummaryFacts:
    """The facts of the message that led to the handoff, for the summary."""

    text: str
    title: str  # of the intent, "" when none was sure
    sentiment: Sentiment
    reason: Reason
    care: CareKind | None = None


def write_summary(
    turns: Sequence[SessionTurn], facts: SummaryFacts, slots: Mapping[str, str]
) -> str:
    """The summary for the agent, at most 300 characters: reason, sentiment, intent, slots, message
    and last turns.

    slots: by title, such as 订单号. With care, its headline replaces reason and sentiment.
    """
    lines = [f"原因：{_WHY[facts.reason]}｜情绪：{_MOOD[facts.sentiment]}"]
    if facts.care:
        lines = [care.headline(facts.care)]
    elif facts.title:
        lines.append(f"意图：{_shorten(facts.title, 24)}")
    if slots:
        slot_texts = "，".join(f"{_shorten(k, 8)} {_shorten(v, 32)}" for k, v in slots.items() if v)
        lines.append(f"资料：{_shorten(slot_texts, 72)}")
    lines.append(f"用户：{_shorten(facts.text, 60)}")
    for turn in reversed(turns[-_TURNS:]):  # the latest first
        earlier = f"此前问：{_shorten(turn.text, 36)}→答：{_shorten(turn.answer, 36)}"
        if sum(map(len, lines)) + len(lines) + len(earlier) > SUMMARY:
            break
        lines.append(earlier)
    return "\n".join(lines)[:SUMMARY]


def _shorten(text: str, limit: int) -> str:
    """One line of at most `limit` characters, with … where it was cut."""
    line = " ".join(text.split())
    if len(line) <= limit:
        return line
    fitting = ""
    for letter in regex.findall(r"\X", line[: limit * 2]):  # an emoji isn't cut in two
        if len(fitting) + len(letter) >= limit:
            break
        fitting += letter
    return fitting + "…"
