"""What was just read is not read again."""

from app.inference import cached_classifier
from app.inference.cached_classifier import CachedClassifier
from app.inference.fakes import FakeClassifier
from app.inference.ports import Classification, ClassificationFailed


async def test_a_text_is_read_once_and_a_failure_is_not_remembered() -> None:
    inner = FakeClassifier()
    classifier = CachedClassifier(inner)

    first = await classifier.classify(["发货", "毒", "发货"])
    second = await classifier.classify(["好", "发货", "毒"])

    assert inner.classified_texts == [["发货", "毒"], ["好", "毒"]]
    assert first[0] == first[2] == second[1]
    assert isinstance(second[2], ClassificationFailed)


async def test_what_another_model_said_is_not_remembered() -> None:
    inner = FakeClassifier()
    classifier = CachedClassifier(inner)

    await classifier.classify(["发货"])
    inner.name = "fake-2"
    classifications = await classifier.classify(["发货", "好"])

    assert [j.model for j in classifications if isinstance(j, Classification)] == [
        "fake-2",
        "fake-2",
    ]
    assert inner.classified_texts == [["发货"], ["发货", "好"]]


async def test_only_the_last_texts_are_remembered() -> None:
    inner = FakeClassifier()
    classifier = CachedClassifier(inner)

    for number in range(cached_classifier.CACHE_SIZE + 1):
        await classifier.classify([f"发货{number}"])
    await classifier.classify(["发货0", f"发货{cached_classifier.CACHE_SIZE}"])

    assert inner.classified_texts[-1] == ["发货0"]
