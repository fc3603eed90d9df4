"""Decodes files in UTF-8, UTF-16, GB18030 or Big5, and refuses files that mix them.

The service has the same rule (app/knowledge/imports/formats/encodings.py). Neither may import the
other; tests/encodings.py tests both on the same texts.
"""

import codecs
import functools
import re

from opencc import OpenCC

BOMS = (  # the longer ones first: UTF-32's begins like UTF-16's
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Encodings without a byte order mark. In a tie the first wins: most files are from the mainland.
UNMARKED = ("utf-8", "gb18030", "big5hkscs")
WIDE = ("utf-16-le", "utf-16-be")  # their line ends and commas have a NUL byte
SAMPLE = 200_000  # bytes by which the encoding is chosen
HAN = re.compile("[\u3400-\u9fff]")
# Rows 1 and 3 of GB 2312 are punctuation and full-width letters; 16 to 55 are its first level,
# the 3,755 characters of everyday texts.
COMMON_LEADS = {0xA1, 0xA3, *range(0xB0, 0xD8)}
COMMON_SIGNS = frozenset("①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳㈠㈡㈢㈣㈤ⅠⅡⅢⅣⅤ€")
ENOUGH, MOST_RARE = 10, 0.5  # count and share of rare characters from which it isn't a text


class Undecodable(ValueError):
    """The bytes aren't text in one supported encoding; the message says where."""


def decode_text(data: bytes) -> str:
    """The text of a whole file, without its byte order mark. Raises Undecodable."""
    encoding = next((name for bom, name in BOMS if data.startswith(bom)), "") or _choose_encoding(
        data
    )
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Undecodable(
            f"line {line} is text neither in UTF-8, UTF-16, GB18030 nor Big5; save it as UTF-8"
        ) from None


def _choose_encoding(data: bytes) -> str:
    """The encoding that gives the smallest share of rare characters. Raises Undecodable.

    Nearly any bytes are valid GB18030 and Big5, and a table has too few characters for language
    statistics; but in the wrong encoding common characters become rare ones.
    """
    if b"\0" not in data:
        if _is_valid(data, "utf-8"):
            return "utf-8"
        _refuse_mixture(data)
    rare = {name: _count_rare(data, name) for name in UNMARKED if _is_valid(data, name)}
    for name in filter(functools.partial(_is_valid, data), WIDE):  # any bytes of an even number
        count, total = _count_rare(data, name)
        if count <= total * (MOST_RARE if b"\0" in data else 0):
            rare[name] = count, total
    if not rare:
        return "gb18030"  # `decode_text` fails in it and says where
    best = min(rare, key=lambda name: rare[name][0] / max(rare[name][1], 1))
    count, total = rare[best]
    if count >= ENOUGH and count / total > MOST_RARE:
        raise Undecodable("it is no text in UTF-8, UTF-16, GB18030 or Big5; save it as UTF-8")
    return best


def _is_valid(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _count_rare(data: bytes, encoding: str) -> tuple[int, int]:
    """(characters rare in today's Chinese, all characters), without printable ASCII."""
    text = codecs.getincrementaldecoder(encoding)().decode(data[:SAMPLE])
    letters = "".join(c for c in text if not (" " <= c <= "~" or c in "\t\r\n"))
    rare = sum(not _is_common(c) for c in _load_simplifier().convert(letters))
    return rare, len(letters)


@functools.cache
def _is_common(character: str) -> bool:
    try:
        return character in COMMON_SIGNS or character.encode("gb2312")[0] in COMMON_LEADS
    except UnicodeEncodeError:
        return False


@functools.cache
def _load_simplifier() -> OpenCC:
    return OpenCC("t2s")


def _refuse_mixture(data: bytes) -> None:
    """Raises Undecodable for a file with lines in UTF-8 and lines in another encoding."""
    lines = [(n, line) for n, line in enumerate(data.split(b"\n"), 1) if not line.isascii()]
    utf8 = [n for n, line in lines if _is_chinese_utf8(line)]
    if utf8:
        others = sorted({n for n, _ in lines} - set(utf8))
        few, name = (others, "not UTF-8") if len(others) <= len(utf8) else (utf8, "UTF-8")
        raise Undecodable(
            f"encodings are mixed: line {few[0]} is {name}, unlike most of the file"
            f" ({len(few)} such of {len(lines)}); save each part as UTF-8 before joining them"
        )


def _is_chinese_utf8(line: bytes) -> bool:
    """Whether the line is UTF-8 with a Chinese character; GB18030 may pass for Greek or Arabic."""
    try:
        return bool(HAN.search(line.decode("utf-8")))
    except UnicodeDecodeError:
        return False
