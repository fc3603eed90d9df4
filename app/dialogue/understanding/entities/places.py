"""Finds places in a text: provinces and cities by name, smaller ones by ending, branches."""

import re

from app.knowledge.terms.regions import DISHES, NAMES

# A name before one of these is no place: 海南鸡饭, 重庆小面, 北京烤鸭.
_OTHER_THING = f"(?!{DISHES}|银行|路|街|店)"
_KNOWN_PLACE = re.compile(
    rf"(?:{'|'.join(sorted(NAMES, key=len, reverse=True))})"
    rf"(?:省|市|自治区|特别行政区|州|地区)?{_OTHER_THING}"
)
_ENDING = r"(?:省|自治区|市|地区|自治州|盟|县|区|旗|镇|乡|村|街道|开发区|新区|园区|小区|苑|校区)"
_SMALLER = re.compile(rf"[\u4e00-\u9fff]{{1,6}}?{_ENDING}")


def find_places(text: str) -> tuple[str, ...]:
    """The places in a text, as written and in order: 江苏, 苏州, 园区."""
    place_names: list[str] = []
    end = 0
    for match in _KNOWN_PLACE.finditer(text):
        if match.start() < end:
            continue
        place_names.append(match[0])
        end = match.end()
        smaller = _SMALLER.match(text, end)
        while smaller:
            place_names.append(smaller[0])
            end = smaller.end()
            smaller = _SMALLER.match(text, end)
    return tuple(place_names)


_BRANCH = re.compile(
    r"(?:^|[你您]们?家?的?|[去到是离问，,。？?\s]|(?<![现存实])在)(?![在去到们])"
    r"([\u4e00-\u9fff]{2,4}?)(?:(?:那家|那个|那间|的)分?门?店|分店|那家)"
)
_NO_NAME = re.compile(
    "[这那哪另其别几一二三两新老总大小你我们有的卖买打玩办学商站机恁]|[边里下上中旁面]$|附近|最近|线下|旗舰|广场|介绍|问|之前|以前"
)


def find_branch(text: str) -> str:
    """The name of the branch in a follower's text: 观前 of 观前那家店; "" for none."""
    match = _BRANCH.search(text)
    return match[1] if match and not _NO_NAME.search(match[1]) else ""


def mentions_branch(text: str, branch: str) -> bool:
    """Whether a text has two successive characters of the branch's name: 锦岸 of 锦岸中心."""
    return any(branch[at : at + 2] in text for at in range(len(branch) - 1))


def find_small(text: str) -> str:
    """A smaller place by its ending, where a place was asked for: 吴中区; "" for none."""
    match = _SMALLER.search(re.sub(r"^我?(?:是|在|住|到|就)*", "", text))
    return match[0] if match else ""
