"""Bytes of any encoding as text, and text without what nobody can see."""

import pytest

from app.knowledge.imports.formats.encodings import decode, make_printable
from app.knowledge.imports.formats.values import UnreadableFile
from tests.encodings import ENCODED, SIMPLIFIED


@pytest.mark.parametrize(("text", "encoding"), ENCODED)
def test_the_encoding_of_a_short_text_is_seen(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)) == text


def test_the_encoding_of_a_long_text_is_seen() -> None:
    text = "".join(SIMPLIFIED) * 2_000 + "①"

    assert decode(text.encode("gb18030")) == text


TABLE = "问题,答案\n好的,谢谢你\n好,好\n"


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b" \n", "the file is empty"),
        (TABLE.encode() + "坏的".encode("gb18030"), "line 4 is not UTF-8, unlike most of the file"),
        (TABLE.encode("gb18030") + "坏的".encode(), "line 4 is UTF-8, unlike most of the file"),
        (TABLE.encode()[:-2] + b"\n", "line 3 is not UTF-8, unlike most of the file"),
        (TABLE.encode("gb18030")[:-2] + b"\n", "line 3 is neither UTF-8, UTF-16, GB18030 nor Big5"),
        (b"\xff\xfea", "line 1 is neither UTF-8, UTF-16, GB18030 nor Big5"),
        (bytes(range(256)), "line 2 is neither UTF-8, UTF-16, GB18030 nor Big5"),
        ("日本語テキストですよ、ながいテキスト。".encode("shift_jis"), "it is no text in UTF-8"),
        ("café".encode("latin-1"), "line 1 is neither UTF-8, UTF-16, GB18030 nor Big5"),
    ],
)
def test_bytes_that_are_no_text_are_told_with_their_line(data: bytes, what: str) -> None:
    with pytest.raises(UnreadableFile) as refusal:
        decode(data)

    assert refusal.value.what.startswith(what)
    assert "UTF-8" in refusal.value.remedy or "send" in refusal.value.remedy


def test_a_nul_makes_no_other_encoding_of_a_table() -> None:
    for encoding in ("utf-8", "gb18030"):
        assert decode((TABLE + "\0").encode(encoding)) == TABLE + "\0"


def test_radicals_become_characters_and_nothing_else_changes() -> None:
    assert make_printable("⾦⼯⽇⼤⾏⻋⻔⺠⻰⻳") == "金工日大行车门民龙龟"
    assert make_printable("① ￥8～９ Ⅳ ﬁ ㎡ ½ 龍 々 ＡＢ") == "① ￥8～９ Ⅳ ﬁ ㎡ ½ 龍 々 ＡＢ"
    assert make_printable("a\0b\x1f\ue000\n\tc") == "ab\n\tc"
