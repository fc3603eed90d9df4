"""Text out of bytes: UTF-8, UTF-16, GB18030 and Big5."""

import codecs
import unicodedata

from charset_normalizer import from_bytes

from app.knowledge.files.values import Unusable

MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"),
         (codecs.BOM_UTF16_BE, "utf-16"))  # fmt: skip
CHINESE = ["gb18030", "big5hkscs"]  # what Windows writes in Chinese, simplified and traditional
SAVE = "save it as UTF-8"
GUESSED_FROM = 200_000  # bytes


def decode(data: bytes) -> str:
    """The text of a whole file, without its byte order mark. Raises Unusable."""
    if not data.strip():
        raise Unusable("the file is empty", "leave it out, or send the one that was meant")
    encoding = next((name for mark, name in MARKS if data.startswith(mark)), "utf-8")
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        pass
    # Nearly any bytes are valid in both: which it is, the characters' frequencies tell.
    best = from_bytes(data[:GUESSED_FROM], cp_isolation=CHINESE).best()
    try:
        return data.decode(best.encoding if best else CHINESE[0])
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Unusable(f"line {line} is neither UTF-8, UTF-16, GB18030 nor Big5", SAVE) from None


def unwritable(text: str) -> str:
    """What no database keeps, described; "" when there is nothing such in `text`."""
    for letter in text:
        if letter == "\0" or "\ud800" <= letter <= "\udfff":
            return f"the character U+{ord(letter):04X} can't be kept"
    return ""


def printable(text: str) -> str:
    """Without what nobody can see or keep: control characters but line ends, halves of pairs."""
    kept = (c for c in text if c in "\n\t" or unicodedata.category(c) not in {"Cc", "Cs", "Co"})
    return "".join(kept)
