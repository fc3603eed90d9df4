"""The catalogue of phrases: complete, and each as an operator could write it."""

import importlib
import pkgutil
from typing import get_args

import pytest

import app.dialogue
import app.messages
import app.privacy
import app.safety
from app.dialogue.wording import catalogue, english, kind_texts
from app.jobs import MessageKind
from app.messages import phrases
from app.messages.phrases import COMMON, Phrase

LONGEST = {"brand": "茶" * 30, "hours": "时" * 30, "opens": "10月8日 09:00"}


def test_every_kind_without_text_to_read_has_its_words() -> None:
    kinds = set(get_args(MessageKind))

    worded = set(kind_texts.KINDS)

    assert worded == kinds - {"text"}


def test_every_phrase_that_a_module_declares_is_in_the_catalogue_once() -> None:
    modules = [
        importlib.import_module(module.name)
        for package in (app.dialogue, app.messages, app.privacy, app.safety)
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
    ]

    declared = {
        id(phrase): phrase.id
        for module in modules
        for phrase in catalogue.phrases_of(module)
        if not phrase.id.endswith(english.ENDING)
    }

    assert sorted(declared.values()) == sorted(
        [*catalogue.IN_CHINESE, *catalogue.IN_OTHER_LANGUAGES]
    )


@pytest.mark.parametrize("phrase", catalogue.PHRASES.values(), ids=lambda phrase: phrase.id)
def test_what_is_shipped_could_be_written_by_an_operator_and_fits_a_message(
    phrase: Phrase,
) -> None:
    filled = [phrases.fill(text, {**LONGEST, **catalogue.SAMPLES}) for text in phrase]

    assert phrases.faults(phrase.variants, phrase) == []
    assert [(set("{}") & set(text), len(text.encode()) <= 1024) for text in filled] == [
        (set(), True)
    ] * len(filled)


@pytest.mark.parametrize("phrase", catalogue.PHRASES.values(), ids=lambda phrase: phrase.id)
def test_every_slot_beside_the_common_ones_has_a_sample(phrase: Phrase) -> None:
    assert set(phrase.slots) - set(COMMON) <= set(catalogue.SAMPLES)
