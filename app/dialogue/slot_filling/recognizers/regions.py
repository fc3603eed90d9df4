"""Recognises regions: 江苏苏州, 官渡. No I/O."""

import re

from app.dialogue.slot_filling.recognizers.values import RecognisedValue
from app.dialogue.understanding.entities import places

_LIVES = re.compile(
    r"我们?家?(?:是)?(?:在|住)([\u4e00-\u9fff]{2,10}?)(?:这边|那边|这里|附近|这儿)?[的呢啊]?"
)
# 官渡 of 昆明官渡这边; not 买的 of 在杭州买的.
_DISTRICT = re.compile(
    r"((?:(?![买寄发送到能可这那附的了吗呢市省有没])[\u4e00-\u9fff]){2,3}(?:区|县|镇)?)"
    r"(?:这边|那边|这块|这里|这儿|附近|这)?[的呢啊]?[。.!！~ ]*$"
)


def recognise_region(text: str, is_asked: bool) -> RecognisedValue | None:
    """Recognise a region: 江苏苏州, 呼和浩特; where asked for also a county or a district."""
    place_names = places.find_places(text)
    if place_names:
        rest = text
        for name in place_names:
            rest = rest.replace(name, " ", 1)
        lives = is_asked and re.search("在|住|这边|那边|这块|这里|附近", text)  # not 成都火锅
        district = (
            _DISTRICT.search(text, text.find(place_names[-1]) + len(place_names[-1]))
            if lives
            else None
        )
        if district and text.endswith(place_names[-1] + district[0]):
            return RecognisedValue(
                "".join(place_names) + district[1], rest.replace(district[1], " ", 1)
            )
        return RecognisedValue("".join(place_names), rest)
    if not is_asked:
        return None
    small = places.find_small(text)
    if small:
        return RecognisedValue(small, text.replace(small, " ", 1))
    stands = _LIVES.fullmatch(text.strip("。.!！~ "))
    return RecognisedValue(stands[1], "") if stands else None
