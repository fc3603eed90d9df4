"""Text out of bytes: UTF-8, UTF-16, GB18030 and Big5, and a refusal of files that mix them."""

import codecs
import re

from charset_normalizer import from_bytes

BOMS = (  # the longer ones first: UTF-32's begins like UTF-16's
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
CHINESE = ["gb18030", "big5hkscs"]  # what Windows writes in Chinese, simplified and traditional
HAN = re.compile("[\u3400-\u9fff]")


class Undecodable(ValueError):
    """The bytes are no text in one encoding that is known here; the message says where."""


def decode(data: bytes) -> str:
    """The text of a whole file, without its byte order mark.

    Guessing is left to charset-normalizer, and only between GB18030 and Big5: nearly any bytes
    are valid in both, and a wider choice takes short Chinese files for UTF-16. Raises Undecodable.
    """
    for bom, encoding in BOMS:
        if data.startswith(bom):
            return _strictly(data, encoding)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        _refuse_mixture(data)
    best = from_bytes(data, cp_isolation=CHINESE).best()
    return _strictly(data, best.encoding if best else CHINESE[0])


def _strictly(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Undecodable(
            f"line {line} is text neither in UTF-8, UTF-16, GB18030 nor Big5; save it as UTF-8"
        ) from None


def _refuse_mixture(data: bytes) -> None:
    """One file glued together from two: as either encoding, half of it would be gibberish."""
    lines = [(n, line) for n, line in enumerate(data.split(b"\n"), 1) if not line.isascii()]
    utf8 = [n for n, line in lines if _is_chinese_utf8(line)]
    if utf8:
        others = [n for n, _ in lines if n not in set(utf8)]
        few, name = (others, "not UTF-8") if len(others) <= len(utf8) else (utf8, "UTF-8")
        raise Undecodable(
            f"encodings are mixed: line {few[0]} is {name}, unlike most of the file"
            f" ({len(few)} such of {len(lines)}); save each part as UTF-8 before joining them"
        )


def _is_chinese_utf8(line: bytes) -> bool:
    """With a Chinese character: two GB18030 characters pass for Greek or Arabic now and then."""
    try:
        return bool(HAN.search(line.decode("utf-8")))
    except UnicodeDecodeError:
        return False
