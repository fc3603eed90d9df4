"""How the corpus's follow-ups, several questions and answers to the bot's questions are read.

Each message is played through listening and drafting with the shipped model, over the entries of
its shop, and once more without any. Only shops to train and to tune are read.
"""

import itertools
import json
import re
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import NullPool
from sqlalchemy.ext.asyncio import create_async_engine

from app.accounts import Account
from app.dialogue import service
from app.dialogue.context import Context
from app.dialogue.fallbacks import unanswered_texts
from app.dialogue.generate import GenerateAnswer
from app.dialogue.prepare import prepare_message
from app.dialogue.several_questions.combining import combine_drafts
from app.dialogue.slot_filling import slots
from app.dialogue.turn import FAILURE_SOURCES, Draft, SeveralActions, Turn
from app.dialogue.understand import understand_messages
from app.inbox.service import Handoff
from app.inference.local.encoder import LocalClassifier
from app.inference.local.search import LocalSearchModel
from app.jobs import MessageJob
from app.knowledge.entries.repository import EntryStore
from app.knowledge.service import Knowledge
from app.knowledge.values import Entry
from app.messages.values import Text
from app.sessions.store import Session
from tests.postgres import private_database

SHOPS = Path(__file__).parents[2] / "models" / "shops"
SPLITS = frozenset({"train", "tune"})
KINDS = ("follow_up", "several", "slot_reply")
SLOTS = {
    "order_number": {"order", "tracking"}, "tracking_number": {"tracking", "order"},
    "city": {"region"}, "size": {"size"}, "date_people": {"visit"}, "age": {"age"},
    "product": {"product", "details"}, "phone": {"phone"},
}  # fmt: skip
WAITING = Handoff(
    conversation="c1", state="waiting", desk="inbox", agent="", delivery="wx1:0", until=1.0,
    revision=1,
)  # fmt: skip
WORDS = {"十": "10", "半": "", "俩": "2", "四大一小": "5"}
CLOCK = re.compile(r"(\d{1,2}):\d{2}")
FIGURES = str.maketrans("零一二两三四五六七八九", "01223456789")


@dataclass(frozen=True)
class Played:
    """One message of the corpus, and the turns that it led to."""

    row: dict[str, Any]
    contexts: tuple[Context, ...]
    turns: tuple[Turn, ...]


async def measure(folder: Path = SHOPS, *, base: bool = True) -> tuple[Counter[str], list[str]]:
    """Counts by what is measured, and a line for each message that went wrong."""
    counts: Counter[str] = Counter()
    faults: list[str] = []
    with tempfile.TemporaryDirectory() as nothing_promoted:
        classifier = LocalClassifier("cpu", 1, 800, Path(nothing_promoted))
        search = LocalSearchModel("cpu", classifier.dtype)
        try:
            async with private_database(Path(nothing_promoted) / "postgres") as url:
                knowledge = Knowledge(
                    store=EntryStore(create_async_engine(url, poolclass=NullPool)), search=search
                )
                shops = list(_shops(folder))
                played = [await _played(classifier, knowledge, s, base=base) for s in shops]
            for each in itertools.chain(*played):
                _judge(each, counts, faults)
        finally:
            search.close()
            classifier.close()
    return counts, faults


def table(counts: Counter[str]) -> str:
    """Each share with its numbers."""
    lines = ["| what | right | of |", "| --- | ---: | ---: |"]
    names = sorted(name for name in counts if f"{name}: right" in counts or ": " not in name)
    lines += [f"| {name} | {counts[f'{name}: right']} | {counts[name]} |" for name in names]
    return "\n".join(lines)


def _shops(folder: Path) -> Iterator[Path]:
    for shop in sorted(folder.glob("*/shop.json")):
        if json.loads(shop.read_text("utf-8"))["split"] in SPLITS:
            yield shop.parent


def _rows(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()]


def _entries(shop: Path) -> list[Entry]:
    return [
        Entry(row["id"], row["question"], tuple(row["variants"]), Text(content=row["answer"]))
        for row in _rows(shop / "entries.jsonl")
    ]


async def _played(
    classifier: LocalClassifier, knowledge: Knowledge, shop: Path, *, base: bool
) -> list[Played]:
    if base:
        await knowledge.upsert_entries(shop.name, _entries(shop))
    rows = [row for row in _rows(shop / "messages.jsonl") if row["kind"] in KINDS]
    return [await _play(classifier, knowledge, shop.name, row) for row in rows]


async def _play(
    classifier: LocalClassifier, knowledge: Knowledge, name: str, row: dict[str, Any]
) -> Played:
    account, session, hold = Account(name=name, appid="wx1", token="token"), Session(), None
    contexts, turns = [], []
    for at, text in enumerate(row.get("turns") or [row["text"]]):
        job = MessageJob(
            id=f"wx1:{at}", account=name, openid="mei", kind="text", text=text, received=0
        )
        context = prepare_message(
            Context(message=job, account=account, session=session, handoff=hold)
        )
        [context] = await understand_messages(classifier, knowledge, [context])
        turn = service.complete_turn(context, _done(context, service.draft_reply(context)))
        session = turn.session
        if turn.hand_over:
            hold = WAITING
        contexts.append(context)
        turns.append(turn)
    return Played(row, tuple(contexts), tuple(turns))


def _done(context: Context, draft: Draft) -> Draft:
    """Without a language model: the passages would speak, here only those of entries."""
    match draft.pending_action:
        case GenerateAnswer() as action:
            return action.fallback
        case SeveralActions(drafts):
            parts = [_done(c, d) for c, d in zip(context.parts, drafts, strict=True)]
            return combine_drafts(context, parts)
        case _:
            return draft


def _judge(played: Played, counts: Counter[str], faults: list[str]) -> None:
    judges = {"follow_up": _follow_up, "several": _several, "slot_reply": _slot_reply}
    for name, right in judges[played.row["kind"]](played):
        counts[name] += 1
        counts[f"{name}: right"] += right
        if not right:
            row, answer = played.row, " / ".join(turn.text for turn in played.turns)
            gold = row.get("value") or row.get("entry") or len(row.get("parts", ""))
            faults.append(f"{name}: {row.get('turns') or row['text']} ({gold}) -> {answer}")


def _follow_up(played: Played) -> Iterator[tuple[str, bool]]:
    expected = played.row.get("entry")
    if expected and played.contexts[-1].account.name:
        yield "follow-up: entry", bool(set(played.turns[-1].citations) & set(expected.split("|")))


def _several(played: Played) -> Iterator[tuple[str, bool]]:
    row, turn, [context] = played.row, played.turns[-1], played.contexts
    yield "several: split into as many", len(context.parts) == len(row["parts"])
    for part in row["parts"]:
        if "unknown" in part:
            yield "several: unknown part named", part["unknown"].lower() in turn.text.lower()
            continue
        says = all(any(each in turn.text for each in fact.split("|")) for fact in part["facts"])
        if "entry" in part:
            yield "several: part of an entry answered", says
    named = len(re.findall(r"「[^」]*」", turn.text.partition("关于")[2])) or "关于" in turn.text
    cited_count = len(dict.fromkeys(turn.citations))
    yield "several: as many addressed", cited_count + named >= len(row["parts"])


def _slot_reply(played: Played) -> Iterator[tuple[str, bool]]:
    row, turn, slot_result = played.row, played.turns[-1], played.contexts[-1].slot_result
    reply_text = " ".join(
        value for slot, value in turn.session.slots.items() if slot in SLOTS[row["slot"]]
    )
    expected_figures = _figures(row["value"])
    noted = bool(reply_text) and (not expected_figures or expected_figures <= _figures(reply_text))
    answers = turn.source == "knowledge" and slot_result.is_resumed
    understood = (noted or answers) and turn.source not in FAILURE_SOURCES
    yield "answers to the bot's questions", understood
    yield f"answers: {row['slot']}", understood
    yield "answers: not asked again", slots.get_answer(slot_result) == "" or not _asks(turn)


def _figures(text: str) -> set[str]:
    """Numbers, however they are written; hours of the clock's twelve."""
    text = CLOCK.sub(lambda match: f" {int(match[1]) % 12}", text)
    for numeral, figure in WORDS.items():
        text = text.replace(numeral, figure)
    return set(re.findall(r"\d+", text.translate(FIGURES)))


def _asks(turn: Turn) -> bool:
    asks_back = any(text in turn.text for text in unanswered_texts.ASK_BACK)
    return asks_back or turn.session.pending != ""


def lines(counts: Counter[str], faults: Sequence[str], *, with_faults: bool) -> str:
    """What the command prints."""
    return "\n".join([table(counts), *(sorted(faults) if with_faults else [])])
