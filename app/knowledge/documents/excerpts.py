"""Extends a passage of a document so that it can be understood by itself."""

import re

LONGEST_LEAD = 80  # characters of earlier sentences put before a passage
# Begins with a word that refers back: its subject is in the sentence before it.
_GOES_ON = re.compile(
    r"\W*(?:另外|此外|它们?|这(?![里边家])|也|还(?![原款清])|但是?|不过|其中|同时|否则|因此|所以|其余|其[他它]|以上|两者|都|并且?|而且?"
    r"|然后|如果不|超过的|不然|反之|除此)"
)
_SENTENCE = re.compile(r"[^。！？；!?\n]*[。！？；!?]*")


def complete_passage(passage: str, text: str, title: str) -> str:
    """The passage, extended if it refers back: with the sentences before it, up to
    `LONGEST_LEAD` characters, else with the last heading of `title`.
    """
    if not _GOES_ON.match(passage):
        return passage
    start = text.find(passage)
    before = text[text.rfind("\n", 0, start) + 1 : start] if start > 0 else ""
    sentences: list[str] = [each for each in _SENTENCE.findall(before) if each.strip()]
    lead = ""
    while sentences and len(sentences[-1]) + len(lead) <= LONGEST_LEAD:
        lead = sentences.pop() + lead
        if not _GOES_ON.match(lead):
            return lead.lstrip() + passage
    heading = title.split(" > ")[-1].strip()
    return f"{heading}：{passage}" if heading else passage
