"""Adds turns to a session within its limits, summarises it, and recognises a reset. No I/O."""

import re
import unicodedata

from app.dialogue.slot_filling import slots
from app.sessions.store import TURNS_KEPT, Session, SessionTurn

CHARACTERS_KEPT = 3_000  # of all turns together
TOPICS_KEPT = 8
TOPIC = 16  # characters
SUMMARY = 160

ASKED_FOR = frozenset({
    "重新开始", "重新开始对话", "重新开始聊天", "清空对话", "清空记录", "清空聊天记录", "清除对话",
    "清除记录", "重置对话", "新对话", "新的对话", "开始新对话", "忘掉之前的对话", "/new", "/reset",
    "/clear",
})  # fmt: skip
ROLE = re.compile(
    r"^(?:买家|用户)?(?:向商家)?(?:咨询|表示|要求|需要|反馈|抱怨|表达|催促|确认)?(?:商家|商品)?"
    r"(?:能否|是否(?:可以|有|支持)?)?"
)


def is_reset_request(text: str) -> bool:
    """Whether the message is one of the commands to reset the session."""
    plain = unicodedata.normalize("NFKC", text).lower()
    return "".join(re.findall(r"[\w/]+", plain)) in ASKED_FOR


def topic_of_intent(title: str) -> str:
    """The topic of an intent by its title, at most 16 characters: 买家咨询发货时间 -> 发货时间."""
    return ROLE.sub("", title, count=1)[:TOPIC]


def add_turn(session: Session, message_text: str, answer: str, about: str) -> Session:
    """The session with one more turn; of dropped turns only the topics are kept."""
    turns = [*session.turns, SessionTurn(text=message_text, answer=answer, topic=about)]
    dropped_topics = []
    while len(turns) > TURNS_KEPT or (
        len(turns) > 1 and _count_characters(turns) > CHARACTERS_KEPT
    ):
        dropped_topics.append(turns.pop(0).topic)
    topics = dict.fromkeys([*session.topics, *filter(None, dropped_topics)])
    update = {"turns": tuple(turns), "topics": tuple(topics)[-TOPICS_KEPT:]}
    return session.model_copy(update=update)


def summarise_session(session: Session) -> str:
    """One line of earlier topics and slots, at most 160 characters: 此前聊过：发货时间、退货."""
    parts = [f"此前聊过：{'、'.join(session.topics)}"] if session.topics else []
    parts += [f"{slots.TITLES[name]}：{session.slots[name]}"
             for name in slots.TITLES if session.slots.get(name)]  # fmt: skip
    return "；".join(parts)[:SUMMARY]


def _count_characters(turns: list[SessionTurn]) -> int:
    return sum(len(turn.text) + len(turn.answer) for turn in turns)
