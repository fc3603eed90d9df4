"""Splits replies that are too long for one message: at paragraphs, sentences or words."""

import itertools

import regex

TEXT_BYTES = 2048  # of UTF-8; the platform's limit for one text message
ELLIPSIS = "…"

# Units that are never cut: a link, an address, a number with its separators, a word, and a
# grapheme (an emoji with its skin tone is one).
_WHOLE = regex.compile(
    r"""<a\s[^<>]{1,1024}>[^<>]{0,256}</a>
      | [a-z][a-z0-9+.-]{1,15}://[!#-&(-;=?-~]+
      | [a-z0-9_.+-]{1,64}@[a-z0-9_.-]+
      | [0-9](?:[0-9.,:/-]*[0-9])?
      | [a-z]+(?:['’-][a-z]+)*
      | \X""",
    regex.VERBOSE | regex.IGNORECASE,
)
_CHARACTER = regex.compile(r"\X")
_LONGEST_CHARACTER = 16  # code points of a grapheme; a family emoji has 11, more is an attack
_PAUSES = (
    regex.compile(r"\n+"),
    # ASCII punctuation counts only before white space: URLs contain it.
    regex.compile(r"(?:[。！？…；\n]+|[.!?]+(?=[\s”’』」）)\"']))[”’』」）)\"']*"),
    regex.compile(r"[，、：,:]\s*"),
    regex.compile(r"\s+"),
)


def size(text: str) -> int:
    """The text's size in bytes of UTF-8."""
    return len(text.encode())


def clip(text: str, limit: int = TEXT_BYTES) -> str:
    """The text cut to `limit` bytes (3 or more), with … at its end if anything was cut."""
    if size(text) <= limit:
        return text
    return cut(text, limit - size(ELLIPSIS))[0] + ELLIPSIS


def cut(text: str, limit: int) -> tuple[str, str]:
    """Split `text` into a head of at most `limit` bytes and the rest, without white space between.

    Cuts after a paragraph, else a sentence, clause or word that ends in the last third of the
    limit, else between two characters. A link, a number or an emoji is cut only where it alone
    exceeds `limit`. With a `limit` of 4 or more the head is never empty.
    """
    if size(text) <= limit:
        return text, ""
    at = _best_cut(text, limit)
    return text[:at].rstrip(), text[at:].lstrip()


def _best_cut(text: str, limit: int) -> int:
    fitting = len(text.encode()[:limit].decode(errors="ignore"))
    wholes = list(itertools.takewhile(lambda m: m.start() < fitting, _WHOLE.finditer(text)))
    ends = {whole.end() for whole in wholes if whole.end() <= fitting}
    for pause in _PAUSES:
        late = [m.end() for m in pause.finditer(text, 0, fitting) if m.end() * 3 >= fitting * 2]
        if possible := ends.intersection(late):
            return max(possible)
    last = wholes[-1] if wholes else None
    if last and last.end() > fitting and size(last.group()) > limit:
        return _between_characters(text, last.start(), fitting)
    return max(ends, default=fitting)


def _between_characters(text: str, start: int, fitting: int) -> int:
    ends = (m.end() for m in _CHARACTER.finditer(text, start))
    last = max(itertools.takewhile(lambda end: end <= fitting, ends), default=start)
    # A grapheme at the beginning that exceeds the limit is cut: nothing would be left of the head.
    return last if last and fitting - last < _LONGEST_CHARACTER else fitting
