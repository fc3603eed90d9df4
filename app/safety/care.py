"""Recognises messages that need care: lives in danger, violence, children in need, ill bodies,
grief.

Word stems decide first; where none is found, the encoder's care head does. Look-alikes (笑死, 死磕,
过敏能用吗) are removed from the text before the search, so that real danger beside them still
counts.
"""

import functools
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Literal, get_args

from app.inference.ports import CareKind, Suspicion
from app.safety.words.normalise import BARRIER, fold_letters

Urgency = Literal["life", "harm"]

KINDS: tuple[CareKind, ...] = get_args(CareKind)
# A life is in danger now, and nobody means to end it.
EMERGENCIES: frozenset[CareKind] = frozenset({
    "drowning", "collapse", "choking", "electric_shock", "fire", "traffic_accident",
    "missing_person", "gas_leak", "poisoning", "accident",
})  # fmt: skip
LIVES: frozenset[CareKind] = EMERGENCIES | {"suicide", "self_harm", "violence", "child_distress"}
INJURIES: frozenset[CareKind] = frozenset({
    "tooth_injury", "burn", "animal_bite", "injury", "pet_harm",
})  # fmt: skip
# Sad news: answered with sympathy; no agent is called.
SORROWS: frozenset[CareKind] = frozenset({"bereavement", "illness"})
TITLES: dict[CareKind, str] = {
    "suicide": "轻生",
    "self_harm": "自伤",
    "drowning": "有人落水",
    "collapse": "有人昏倒、急病",
    "choking": "有人噎住",
    "electric_shock": "有人触电",
    "fire": "火灾",
    "traffic_accident": "车祸",
    "missing_person": "有人走失",
    "gas_leak": "燃气泄漏、煤气中毒",
    "pet_harm": "宠物受伤、急病",
    "poisoning": "误服有毒物",
    "accident": "意外、重伤",
    "violence": "遭受暴力",
    "child_distress": "孩子求助",
    "tooth_injury": "牙齿摔伤",
    "burn": "烫伤",
    "animal_bite": "被动物咬伤",
    "injury": "受伤",
    "food_poisoning": "饮食不适",
    "adverse_reaction": "不良反应",
    "bereavement": "亲友离世",
    "illness": "重病",
}
# Scores that the care head must reach: SURE with a look-alike in the text or without any trace of
# danger, EXPLAINED with a setback that explains the sadness, HINTED with a word that hints at need.
SURE = 0.93
EXPLAINED = 0.96
HINTED = 0.55
FILES_WITH_GUARDS = ("emergencies.toml", "care_japanese_korean.toml", "care_veiled.toml")

_SLOT = re.compile(r"<([a-z]+)>")
_LOOKALIKE_MARK = BARRIER * 2  # stems don't match across a removed look-alike


@dataclass(frozen=True, slots=True)
class KindStems:
    """Compiled stems of one kind. `guarded`: the same behind their guard, where there is one."""

    stems: re.Pattern[str]
    guarded: re.Pattern[str] | None = None

    def search(self, rest: str, whole: str) -> bool:
        """Whether a stem is in the rest, or behind its guard in the whole text; the stems alone
        first, since guards take long.
        """
        if self.guarded is None:
            return self.stems.search(rest) is not None
        return self.stems.search(whole) is not None and self.guarded.search(whole) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stems:
    """The compiled word stems."""

    lookalike: re.Pattern[str]
    danger: Mapping[CareKind, Sequence[KindStems]]  # ordered by severity
    child: re.Pattern[str]
    hint: re.Pattern[str]
    trace: re.Pattern[str]
    outside: re.Pattern[str]  # of wounds, for which the head isn't asked
    setback: re.Pattern[str]
    sorrow: re.Pattern[str]
    peril: re.Pattern[str]

    def tell(self, kind: CareKind, rest: str, whole: str) -> bool:
        """Whether a stem of the kind is in the rest, or behind its guard in the whole text."""
        return any(stems.search(rest, whole) for stems in self.danger[kind])

    def explain_sorrow(self, text: str) -> bool:
        """Whether a plain setback explains the sadness or the lost sleep of a text, which has no
        sign of peril.
        """
        is_explained = self.sorrow.search(text) and self.setback.search(text)
        return bool(is_explained) and self.peril.search(text) is None


def recognise(text: str, suspicion: Suspicion | None = None) -> CareKind | None:
    """The kind of care that a message needs, or None.

    suspicion: the care head's result for the text; None where no model has read it.
    """
    whole, word_stems = fold_letters(text).letters, load_stems()
    if not whole.strip():
        return None
    suspected = suspicion is not None and _is_heeded(suspicion, whole)
    if not suspected and not any(word_stems.tell(kind, whole, whole) for kind in KINDS):
        return None  # nearly all messages: saves the search for look-alikes
    rest = word_stems.lookalike.sub(_LOOKALIKE_MARK, whole)
    by_words = _by_stems(rest, whole)
    if by_words or suspicion is None or not suspected:
        return by_words
    return suspicion.kind if rest == whole or suspicion.score >= SURE else None


def _is_heeded(suspicion: Suspicion, text: str) -> bool:
    word_stems = load_stems()
    is_setback = word_stems.explain_sorrow(text)
    if suspicion.kind != "suicide" and (is_setback or word_stems.outside.search(text)):
        return False
    if is_setback:
        return suspicion.score >= EXPLAINED
    if suspicion.score >= SURE:
        return True
    if suspicion.score >= suspicion.threshold:
        return word_stems.trace.search(text) is not None
    return suspicion.score >= HINTED and word_stems.hint.search(text) is not None


def urgency(kind: CareKind) -> Urgency:
    """`life`: an agent must look at once. `harm`: as soon as agents work."""
    return "life" if kind in LIVES else "harm"


def headline(kind: CareKind) -> str:
    """The summary's first line for agents: the kind of need, and how soon to look."""
    if urgency(kind) == "life":
        return f"【危急】{TITLES[kind]}，请立即查看"
    return f"【需要关怀】{TITLES[kind]}，请尽快查看"


@functools.cache
def load_stems() -> Stems:
    """Compile the stems of care.toml and of FILES_WITH_GUARDS."""
    content, others = _read_toml("care.toml"), [_read_toml(name) for name in FILES_WITH_GUARDS]
    words_by_name: dict[str, list[str]] = content["lists"].copy()
    for other in others:
        words_by_name |= other["lists"]
    lists = {name: f"(?:{'|'.join(words)})" for name, words in words_by_name.items()}
    looks = [stem for group in content["lookalike"] for stem in group["stems"]]
    danger: dict[CareKind, list[KindStems]] = {kind: [] for kind in KINDS}
    for each in (content, *others):
        for kind, stems in each.get("stems", {}).items():
            danger[kind].append(KindStems(_compile_stems(stems, lists)))
        for name, guard in each.get("guards", {}).items():
            for kind, stems in each[name].items():
                guarded = _compile_stems([f"{guard}(?:{'|'.join(stems)})"], lists)
                danger[kind].append(KindStems(_compile_stems(stems, lists), guarded))
    groups = {
        name: _compile_stems(content[name]["stems"], lists)
        for name in ("child", "hint", "trace", "outside", "setback", "sorrow", "peril")
    }
    return Stems(lookalike=_compile_stems(looks, lists), danger=danger, **groups)


def _read_toml(name: str) -> dict[str, Any]:
    return tomllib.loads(files("app.safety").joinpath(name).read_text("utf-8"))


def _compile_stems(parts: Sequence[str], lists: Mapping[str, str]) -> re.Pattern[str]:
    whole = "|".join(parts)
    return re.compile(_SLOT.sub(lambda slot: lists[slot[1]], whole))


def _by_stems(rest: str, whole: str) -> CareKind | None:
    """The first kind whose stems are in the rest, for stems with a guard in the whole text."""
    word_stems = load_stems()
    kind = next((kind for kind in KINDS if word_stems.tell(kind, rest, whole)), None)
    if (
        kind == "violence"
        and word_stems.child.search(whole)
        and word_stems.tell("child_distress", rest, whole)
    ):
        return "child_distress"
    return kind
