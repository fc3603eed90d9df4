"""A classifier that remembers what it has just read: a follow-up reads the last question again."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from app.inference.ports import Classifier, Intent, Judgement, Unreadable

REMEMBERED = 512  # texts: the last questions of those who are talking now


@dataclass(slots=True)
class Remembering(Classifier):
    """The same answers as `inner`, each text read once as long as the model stays."""

    inner: Classifier
    _known: "OrderedDict[str, Judgement]" = field(default_factory=OrderedDict)

    @property
    def version(self) -> str:
        return self.inner.version

    @property
    def intents(self) -> Mapping[str, Intent]:
        return self.inner.intents

    async def classify(self, texts: Sequence[str]) -> list[Judgement | Unreadable]:
        version = self.inner.version
        found: dict[str, Judgement | Unreadable] = {
            text: known
            for text in texts
            if (known := self._known.get(text)) and known.model == version
        }
        new = list(dict.fromkeys(text for text in texts if text not in found))
        if new:
            judged = await self.inner.classify(new)
            if not _by_one_model([*found.values(), *judged]):
                # Another model came in between: all are to be of one.
                return await self.inner.classify(texts)
            found |= zip(new, judged, strict=True)
        self._keep(found)
        return [found[text] for text in texts]

    async def refresh(self) -> None:
        await self.inner.refresh()

    def _keep(self, found: Mapping[str, Judgement | Unreadable]) -> None:
        for text, judged in found.items():
            if isinstance(judged, Judgement):
                self._known[text] = judged
                self._known.move_to_end(text)
        while len(self._known) > REMEMBERED:
            self._known.popitem(last=False)


def _by_one_model(judged: Sequence[Judgement | Unreadable]) -> bool:
    return len({each.model for each in judged if isinstance(each, Judgement)}) <= 1
