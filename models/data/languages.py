"""Guesses a text's language from its characters."""

import re

# The first whose characters make up a tenth of the letters; kana and Hangul come before Chinese
# characters, which Japanese and Korean texts have too.
_SCRIPTS = (
    ("ja", re.compile("[\u3040-\u30ff]")),
    ("ko", re.compile("[\uac00-\ud7af]")),
    ("zh", re.compile("[\u3400-\u9fff]")),
)
_LETTER = re.compile(r"[^\W\d_]")


def guess_language(text: str) -> str:
    """zh, ja or ko; else en, for all languages in Latin letters; "" for a text without letters."""
    letters = len(_LETTER.findall(text))
    if not letters:
        return ""
    shares = ((language, len(script.findall(text)) / letters) for language, script in _SCRIPTS)
    return next((language for language, share in shares if share >= 0.1), "en")
