"""Predicts click rates of texts, and which words of a text raise or lower its rate."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from models.encoder.classifier import HeadClassifier
from models.encoder.click_scale import ClickRange, ClickScale
from models.encoder.heads import IncompatibleHead
from models.encoder.occlusion import drop_word, split_words
from models.encoder.precision import Dtype

NO_FEATURES: Mapping[str, str] = {}


@dataclass(frozen=True)
class WordInfluence:
    """A word of a text; `effect`: what it adds to the log-odds of a click."""

    word: str
    effect: float


@dataclass(frozen=True)
class ClickModel:
    """The encoder with the head of clicks, and the scale of its scores."""

    classifier: HeadClassifier
    scale: ClickScale

    @classmethod
    def load(cls, folder: Path, device: str = "cpu", dtype: Dtype = "fp32") -> "ClickModel":
        """Load the bundle in `folder`. Raises as HeadClassifier.load does, and IncompatibleHead for
        a model without a scale: of another task, or trained before scales were.
        """
        return cls._over(HeadClassifier.load(folder, device, dtype))

    @classmethod
    def _over(cls, classifier: HeadClassifier) -> "ClickModel":
        manifest = classifier.head.manifest
        if manifest.clicks is None:
            raise IncompatibleHead(f"{manifest.version} predicts no click rates; train ctr again")
        return cls(classifier, manifest.clicks)

    def swap_head(self, folder: Path) -> "ClickModel | None":
        """The model in `folder` over this model's encoder, which both share; None where it was
        trained over another encoder. Raises IncompatibleHead, and Undescribed as `load` does.
        """
        classifier = self.classifier.swap_head(folder)
        return self._over(classifier) if classifier else None

    @property
    def version(self) -> str:
        """The version of the head."""
        return self.classifier.head.manifest.version

    def predict(
        self, texts: Sequence[str], features: Mapping[str, str] = NO_FEATURES
    ) -> list[ClickRange]:
        """One range per text, in order."""
        return [self.scale.to_range(score, features) for score in self.scores(texts)]

    def scores(self, texts: Sequence[str]) -> list[float]:
        """The scores of texts, before the scale."""
        scores: list[float] = self.classifier.logits(texts)[:, 0].tolist() if texts else []
        return scores

    def explain(self, text: str) -> list[WordInfluence]:
        """The words of the text in order, each with its influence: the log-odds of the text minus
        those of the text without the word. Words after the first `occlusion.MOST` are left out.
        """
        words = split_words(text)
        whole, *rest = self.scores([text, *(drop_word(text, word) for word in words)])
        return [
            WordInfluence(text[start:end], self.scale.slope * (whole - score))
            for (start, end), score in zip(words, rest, strict=True)
        ]
