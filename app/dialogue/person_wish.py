"""Whether the words of a message ask for a person. No I/O.

The intent model takes nearly every text with 人工 in it for such a wish: 人工费怎么收 too, and
别转人工. Grammar tells them apart better: what 人工 is followed by is a closed list where somebody
is called for, and an open one (费, 草坪, 养殖, 智能 ...) where it is part of another word.
"""

import re
from typing import Literal

from app.safety.plain import BARRIER, plain

# unnamed: no word for a person is in it, so that the model decides. part: only inside other words.
Wish = Literal["asks", "refused", "part", "unnamed"]

PERSON = "人[工公功攻]|真人|活人"  # 人公 is how 人工 comes out of a hurried keyboard
_MENTION = re.compile(PERSON)

# What follows the word in a call for a person, where a clause doesn't end.
_FOLLOWED = (
    rf"{PERSON}|[a-z0-9]|客服|服务(?!费)|咨询(?!费)|处理(?!费)|[坐座]席|专员|人员|前台|热线|电话|窗口|通道"
    "|渠道|入口|接(?![种生枝骨])|回|解答|解决|沟通|对话|聊|谈|介入|售[前后]|支持|帮|理我|小[姐哥]|来(?!做)"
    "|在|有人|有没有|没[人有]|能[帮接来处回]|可以[帮接来处回]|行不行|好(?![贵多用])|谢|请|快|急|马上|立刻|立即|赶紧"
    "|现在|吗|嘛|么|呢|呐|吧|啊|呀|哦|噢|喔|哈|了|啦|呗|哪|几点|什么时候|啥时|多久[能可会才来接回]|要[等排]"
    "|等|排队|到底|怎么(?![收算计卖做])|咋(?![收算计卖做])|为什么|为啥|麻烦|拜托|你|您|我|转|先|再|一下|上班|下班"
)
_STANDS = re.compile(
    # 转人工 calls for one, whatever is complained of behind it; but 转人工费 is about a fee.
    rf"(?<=转)(?:{PERSON})(?![费草智养成降湖])|(?<=联系)(?:{PERSON})(?![费草智养成降湖])"
    rf"|(?<![纯全半含包算收省靠费非免])(?<!加工)(?<!手工)(?:{PERSON})(?=$|{BARRIER}|{_FOLLOWED})"
)

_NOT = (
    # 要不转人工, 能不能转人工, 还不转人工, 再不转人工, 你们不转人工吗: no refusals, 不转人工 is one
    rf"(?<![能可要是会还用需再])不(?=[转找接叫换]|给我)(?![^{BARRIER}]*[吗嘛么])"
    "|(?:能不能|可不可以|可以|能否|可否|能)不(?:用|要|再|给我)?(?=[转找接叫换])"
    "|(?<![能可要是会用需])不(?:用|要|需要?|想要?|必|准|许|愿意?)|不是(?=[要想找])|(?<![特区级性类个各差识告])别"
    "|甭|勿|莫|唔好|唔使|唔要|无需|无须|没必要|用不着|取消|拒绝|停止"
)
_BETWEEN = (
    "(?:再|又|给我?|帮我?|替我|让我|把我|我|老是?|总是?|一直|随便|乱|急着|着急|先|就|去|动不动|麻烦|打扰|惊动"
    "|转|接入?|找|要|想|叫|喊|换|请|联系|切换?|跳转?|呼叫|进|派|来|用|需要|跟|和|个|一下|到|成|为)*"
)
_REFUSED = re.compile(
    # 不转人工我就投诉 asks for a person all the same.
    rf"(?:{_NOT}){_BETWEEN}(?P<person>{PERSON}|客服)(?=$|{BARRIER}|{_FOLLOWED})"
    "(?!(?:客服|服务)?(?:的话)?[我俺]?们?(?:就|等着|投诉|退))"
)
_WHY = re.compile("为什么|为何|为啥|怎么|咋|干[嘛吗]|凭什么|何不")  # 为什么一直不转人工 asks
_COMMAND = re.compile(
    r"(?:(?:请|麻烦|帮我|给我|我要|我想|快)*(?:转|找|接|叫|换)?(?:接|一下|个)?"
    rf"(?:{PERSON})(?:客服|服务|坐席)?)+[吧啊呀呢谢]*"
)


def read_wish(text: str) -> Wish:
    """What its words say, however they are spaced out, in traditional characters too.

    One mention that calls for a person outweighs all others: 人工费怎么退，转人工.
    """
    letters = plain(text).letters
    refused = [
        match.span("person")
        for match in _REFUSED.finditer(letters)
        if not _WHY.search(letters[: match.start()].rpartition(BARRIER)[2])
    ]
    mentions = [match.span() for match in _MENTION.finditer(letters)]
    if not (refused or mentions):
        return "unnamed"
    calls = (match.span() for match in _STANDS.finditer(letters))
    if any(span not in refused for span in calls):
        return "asks"
    return "refused" if refused else "part"


def commands_person(text: str) -> bool:
    """Whether it is nothing but the command that our own words tell followers to write.

    That works whatever the model thinks of it.
    """
    return _COMMAND.fullmatch(plain(text).letters.replace(BARRIER, "")) is not None
