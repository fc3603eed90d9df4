"""Decodes UTF-8, UTF-16, UTF-32, GB18030 and Big5; refuses files that mix encodings."""

import codecs
import functools
import re
import unicodedata

import opencc

from app.knowledge.imports.formats.radicals import replace_radicals
from app.knowledge.imports.formats.values import UnreadableFile

MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF32_LE, "utf-32"),
         (codecs.BOM_UTF32_BE, "utf-32"), (codecs.BOM_UTF16_LE, "utf-16"),
         (codecs.BOM_UTF16_BE, "utf-16"))  # fmt: skip
# Without a byte order mark; on ties the first is taken: most files come from the mainland.
UNMARKED = ("utf-8", "gb18030", "big5hkscs")
WIDE = ("utf-16-le", "utf-16-be")  # their line ends and commas have a NUL byte
SAVE = "save it as UTF-8"
SAMPLE = 200_000  # bytes by which the encoding is chosen
UNWRITABLE = re.compile("[\0\ud800-\udfff]")
HAN = re.compile("[\u3400-\u9fff]")
# Rows 1 and 3 of GB 2312 are punctuation and full-width letters; 16 to 55 are its first level,
# the 3,755 characters of everyday texts. ① and ℃ stand in row 2 and GBK's part of it.
COMMON_LEADS = {0xA1, 0xA3, *range(0xB0, 0xD8)}
COMMON_SIGNS = frozenset("①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳㈠㈡㈢㈣㈤ⅠⅡⅢⅣⅤ€")
ENOUGH, MOST_RARE = 10, 0.5  # rare characters, and their share, from which data is no text


def decode(data: bytes) -> str:
    """Decode a whole file, without its byte order mark. Raises UnreadableFile."""
    return data.decode(find_encoding(data))


def find_encoding(data: bytes) -> str:
    """The name of the encoding in which all of `data` can be decoded. Raises UnreadableFile."""
    if not data.strip():
        raise UnreadableFile(
            "the file is empty",
            "leave it out, or send the one that was meant",
            "文件是空的：请上传有内容的文件",
        )
    encoding = next((name for mark, name in MARKS if data.startswith(mark)), "")
    encoding = encoding or _choose_encoding(data)
    try:
        data.decode(encoding)
        return encoding
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UnreadableFile(
            f"line {line} is neither UTF-8, UTF-16, GB18030 nor Big5",
            SAVE,
            f"第 {line} 行不是 UTF-8、UTF-16、GB18030 或 Big5 编码：请另存为 UTF-8",
        ) from None


def _choose_encoding(data: bytes) -> str:
    """The encoding with the smallest share of rare characters. Raises UnreadableFile.

    Nearly any bytes are valid GB18030 and Big5, and a table's few characters are too few for the
    statistics of a language. But in the wrong encoding everyday characters become rare ones.
    """
    if b"\0" not in data:
        if _is_valid(data, "utf-8"):
            return "utf-8"
        _refuse_mixture(data)
    rare = {name: _count_rare(data, name) for name in UNMARKED if _is_valid(data, name)}
    for name in filter(functools.partial(_is_valid, data), WIDE):  # even lengths mostly pass
        count, total = _count_rare(data, name)
        if count <= total * (MOST_RARE if b"\0" in data else 0):
            rare[name] = count, total
    if not rare:
        return "gb18030"  # decoding fails, and the error tells the line
    best = min(rare, key=lambda name: rare[name][0] / max(rare[name][1], 1))
    count, total = rare[best]
    if count >= ENOUGH and count / total > MOST_RARE:
        raise UnreadableFile(
            "it is no text in UTF-8, UTF-16, GB18030 or Big5",
            SAVE,
            "这不是 UTF-8、UTF-16、GB18030 或 Big5 编码的文本：请另存为 UTF-8",
        )
    return best


def _is_valid(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _count_rare(data: bytes, encoding: str) -> tuple[int, int]:
    """Counts of the non-ASCII characters in a sample: (rare in modern Chinese, all)."""
    text = codecs.getincrementaldecoder(encoding)().decode(data[:SAMPLE])
    letters = "".join(c for c in text if not (" " <= c <= "~" or c in "\t\r\n"))
    rare = sum(not _is_common(c) for c in _load_simplifier().convert(letters))
    return rare, len(letters)


def _refuse_mixture(data: bytes) -> None:
    """Raise UnreadableFile if some lines are UTF-8 and others aren't: files joined from two."""
    lines = [(n, line) for n, line in enumerate(data.split(b"\n"), 1) if not line.isascii()]
    utf8 = [n for n, line in lines if _is_chinese_utf8(line)]
    if utf8:
        others = sorted({n for n, _ in lines} - set(utf8))
        few, name = (others, "not UTF-8") if len(others) <= len(utf8) else (utf8, "UTF-8")
        what = f"line {few[0]} is {name}, unlike most of the file ({len(few)} of {len(lines)})"
        raise UnreadableFile(
            what,
            "save each part as UTF-8 before joining them",
            f"第 {few[0]} 行的编码和大多数行不同（{len(lines)} 行中有 {len(few)} 行）："
            "请把各部分都存为 UTF-8 再合并",
        )


def _is_chinese_utf8(line: bytes) -> bool:
    """Whether a line is UTF-8 with a Chinese character; GB18030 may pass as Greek or Arabic."""
    try:
        return bool(HAN.search(line.decode("utf-8")))
    except UnicodeDecodeError:
        return False


@functools.cache
def _is_common(character: str) -> bool:
    try:
        return character in COMMON_SIGNS or character.encode("gb2312")[0] in COMMON_LEADS
    except UnicodeEncodeError:
        return False


@functools.cache
def _load_simplifier() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


def describe_unwritable(text: str) -> str:
    """Describe a character in `text` that the database can't store; "" if there is none."""
    match = UNWRITABLE.search(text)
    return f"the character U+{ord(match[0]):04X} can't be kept" if match else ""


def make_printable(text: str) -> str:
    """Replace radicals by characters; remove control characters except line breaks and tabs,
    surrogates and private-use characters.
    """
    characters = (
        c for c in text if c in "\n\t" or unicodedata.category(c) not in {"Cc", "Cs", "Co"}
    )
    return replace_radicals("".join(characters))
