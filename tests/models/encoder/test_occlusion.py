"""The words of a text, and the text without one of them."""

import pytest

from models.data.languages import guess_language
from models.encoder.occlusion import MOST, drop_word, split_words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("You Won't Believe 3,000 Kids.", ["You", "Won't", "Believe", "3,000", "Kids"]),
        ("今晚8点开抢iPhone！", ["今晚", "8", "点开", "抢", "iPhone"]),
        ("こんにちは世界 오늘의 할인", ["こんにちは", "世界", "오늘의", "할인"]),
        ("😀！？", []),
        ("", []),
    ],
)
def test_words_of_any_script(text: str, words: list[str]) -> None:
    assert [text[start:end] for start, end in split_words(text)] == words


def test_of_a_long_text_the_first_words_are_taken() -> None:
    assert len(split_words("word " * 100)) == MOST


@pytest.mark.parametrize(("word", "rest"), [((0, 1), "b c"), ((2, 3), "a c"), ((4, 5), "a b ")])
def test_a_word_leaves_one_space(word: tuple[int, int], rest: str) -> None:
    assert drop_word("a b c", word) == rest


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("春茶 sale", "zh"),
        ("お茶はいかが", "ja"),
        ("오늘의 차", "ko"),
        ("A tea", "en"),
        ("88", ""),
        ("🍵", ""),
        ("🍵 龙井", "zh"),
    ],
)
def test_a_language_is_guessed_from_its_characters(text: str, language: str) -> None:
    assert guess_language(text) == language
