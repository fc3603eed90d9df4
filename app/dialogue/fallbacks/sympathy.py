"""Sympathetic sentences before a reply that gives no advice, by the occasion. No I/O.

Each suits everybody who writes about that occasion, and says nothing about the brand.
"""

import re
from collections.abc import Mapping
from typing import Literal

from app.dialogue.language import in_script
from app.messages.phrases import Phrase

Occasion = Literal[
    "mourning", "illness", "upset", "making_up", "pet", "body", "child", "joy", "visit", "gift",
    "beginner",
]  # fmt: skip

_CHILD = "孩子|小孩|宝宝|宝贝|娃|儿子|女儿|闺女|小朋友|孙子|孙女"
_CLOSE = (
    "老婆|老公|太太|媳妇|对象|女朋友|男朋友|女友|男友|爱人|妻子|丈夫|闺蜜|朋友|[我老]妈|[我老]爸"
    "|婆婆|岳母|丈母娘|客户|女儿|儿子|孩子"
)
# The first that fits.
_OCCASIONS: Mapping[Occasion, re.Pattern[str]] = {
    "mourning": re.compile("去世|过世|葬礼|追悼|吊唁|白事|丧事|花圈|扫墓|上坟|祭拜|祭奠|忌日"),
    "illness": re.compile("住院|生病|病了|(?:做|动|刚).{0,4}手术|骨折|化疗|探病|病人"),
    "upset": re.compile(
        "分手|失恋|刚离婚|离婚了|心情不好|难过|好烦|烦死|很?焦虑|压力.{0,2}大|想哭|委屈|孤独|崩溃"
        "|(?:惹|让|气|跟|对)我.{0,4}(?:生气|发火|道歉)|(?:爸妈|父母|他们)(?:又|总|老|天天)?吵"
    ),
    "making_up": re.compile(
        rf"(?<!你们)(?<!您们)(?:哄(?!睡)|赔罪|赔礼|求.{{0,4}}原谅|和好|认错|吵(?:了一?)?架|闹别扭"
        rf"|闹矛盾)|(?:给|跟|向)(?:{_CLOSE}).{{0,4}}道歉"
        rf"|(?:{_CLOSE})(?:还|又|都|有点|很)?(?:在)?(?:生气|不理我|不高兴|不开心)"
        r"|惹(?!我).{0,6}(?:生气|不高兴|哭)"
    ),
    "pet": re.compile(
        "(?:狗|猫|宠物|毛孩子|兔子|仓鼠).{0,12}(?:不吃|吐了|拉稀|没精神|生病|不舒服|发抖|受伤)"
    ),
    "body": re.compile(
        "(?<!怕)(?<!不)(?<!会)[疼痛](?![吗么嘛不快])(?!得?爱)|发烧|咳嗽|头晕|失眠|睡不着|拉肚子"
        "|感冒|牙龈|便秘|落枕|扭伤|肿了|起疹|(?<!会)(?<!不)过敏了"
    ),
    "child": re.compile(
        rf"(?:{_CHILD}).{{0,10}}(?:不爱|不肯|不愿|不想|不听|坐不住|哭|闹|胆小|怕|厌学|挑食|内向"
        rf"|叛逆|没耐心|习惯|怎么[教办引哄])|(?:培养|教|哄|引导)(?:{_CHILD})"
    ),
    "joy": re.compile(
        "(?<!离)(?:结婚|订婚|婚礼|求婚|领证|金婚|银婚)|考上|录取了|升职|毕业(?!证|论文|后|生)|满月"
        "|百日(?!咳)|乔迁|搬新家|新居"
    ),
    "visit": re.compile("第一次(?:见|上门)|见家长|相亲|提亲|去?面试|第一次约会"),
    "gift": re.compile(
        rf"(?<!买)送(?!货|到|过来|来|餐|外卖|(?:{_CHILD}).?[去学上]).{{0,8}}(?:什么|啥|哪)"
        "|礼物|贺卡|(?:过|送|准备).{0,4}生日"
        "|生日.{0,4}(?:送|惊喜)|(?:纪念日|情人节|母亲节|父亲节|教师节|七夕).{0,6}[送买准挑]"
    ),
    "beginner": re.compile(
        "新手|小白|零基础|初学|没基础|第一次(?:学|养|做|练|种|画)|学不会|(?<![会要])不会(?:养|做|画|弹|游|挑|选)"
    ),
}
_OF_THE_BRAND = re.compile("你们|您们|你家|贵店|赠品|买.{1,8}送(?:什么|啥)")

_TEXTS: Mapping[Occasion, tuple[str, tuple[str, ...]]] = {
    "mourning": ("白事、扫墓", ("您这份惦念，很难得。",)),
    "illness": ("生病、探病", ("愿早日康复。", "希望早些好起来。")),
    "upset": ("心里难受", ("听着就不好受，先对自己好一点。", "您心里一定不好受，先缓一缓。")),
    "making_up": (
        "想和人和好",
        ("想让对方开心起来，这份心意很好。", "愿意先迈一步，这份心意很好。"),
    ),
    "pet": ("宠物不舒服", ("看得出来您很挂心它，严重的话请带去看兽医。",)),
    "body": ("身体不舒服", ("身体不舒服别硬扛，严重的话请去看医生。",)),
    "child": ("孩子的事", ("看得出来，您对孩子很上心。", "您为孩子想得很细。")),
    "joy": ("喜事", ("这是喜事，恭喜！", "先道一声恭喜！")),
    "visit": ("见家长、面试", ("提前想得这么周到，很难得。",)),
    "gift": ("送礼", ("肯花心思挑，这份心意很好。", "您这么用心，这份心意很好。")),
    "beginner": ("刚开始学", ("刚开始都会没头绪，慢慢来就好。",)),
}
SENTENCES: Mapping[Occasion, Phrase] = {
    occasion: Phrase(f"sympathy.{occasion}", f"没有建议可给时先说一句：{title}", texts)
    for occasion, (title, texts) in _TEXTS.items()
}


def find_occasion(text: str) -> Occasion | None:
    """The occasion that a message tells of; None if there is none, or it asks the brand."""
    text = in_script(text, "simplified")
    if _OF_THE_BRAND.search(text):
        return None
    return next((each for each, words in _OCCASIONS.items() if words.search(text)), None)
