"""A classifier with a cache: a follow-up classifies the previous question again."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from app.inference.ports import (
    Classification,
    ClassificationFailed,
    Classifier,
    CommentScores,
    Intent,
)

CACHE_SIZE = 512  # texts: the last questions of the active users


@dataclass(slots=True)
class CachedClassifier(Classifier):
    """Returns `inner`'s results; caches the last texts until the model changes."""

    inner: Classifier
    _cache: "OrderedDict[str, Classification]" = field(default_factory=OrderedDict)

    @property
    def version(self) -> str:
        return self.inner.version

    @property
    def intents(self) -> Mapping[str, Intent]:
        return self.inner.intents

    async def classify(self, texts: Sequence[str]) -> list[Classification | ClassificationFailed]:
        version = self.inner.version
        classifications: dict[str, Classification | ClassificationFailed] = {
            text: cached_classification
            for text in texts
            if (cached_classification := self._cache.get(text))
            and cached_classification.model == version
        }
        new = list(dict.fromkeys(text for text in texts if text not in classifications))
        if new:
            new_classifications = await self.inner.classify(new)
            if not _by_one_model([*classifications.values(), *new_classifications]):
                # The model was swapped meanwhile: all results must come from one model.
                return await self.inner.classify(texts)
            classifications |= zip(new, new_classifications, strict=True)
        self._update_cache(classifications)
        return [classifications[text] for text in texts]

    async def classify_comments(self, texts: Sequence[str]) -> list[CommentScores]:
        return await self.inner.classify_comments(texts)

    async def refresh(self) -> None:
        await self.inner.refresh()

    def _update_cache(
        self, classifications: Mapping[str, Classification | ClassificationFailed]
    ) -> None:
        for text, classification in classifications.items():
            if isinstance(classification, Classification):
                self._cache[text] = classification
                self._cache.move_to_end(text)
        while len(self._cache) > CACHE_SIZE:
            self._cache.popitem(last=False)


def _by_one_model(classifications: Sequence[Classification | ClassificationFailed]) -> bool:
    return len({each.model for each in classifications if isinstance(each, Classification)}) <= 1
