"""Bytes of any encoding as text, in the workshop."""

import pytest

from models.data.encodings import Undecodable, decode_text
from tests.encodings import ENCODED


@pytest.mark.parametrize(("text", "encoding"), ENCODED)
def test_the_encoding_of_a_short_text_is_seen(text: str, encoding: str) -> None:
    assert decode_text(text.encode(encoding)) == text


def test_text_of_another_language_is_refused() -> None:
    with pytest.raises(Undecodable, match="it is no text in UTF-8, UTF-16, GB18030 or Big5"):
        decode_text("日本語テキストですよ、ながいテキスト。".encode("shift_jis"))
