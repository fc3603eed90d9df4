"""Whether texts have to be quiet: of mourning and burial, or in a solemn tone. No I/O."""

import re

from app.marketing.content.brief import Brief

_TONE = re.compile(
    "庄重|庄严|肃穆|肃静|凝重|沉痛|哀|悼|追思|缅怀|solemn|mournful|somb(?:er|re)|厳粛|荘厳|엄숙|경건|애도",
    re.IGNORECASE,
)
_NEGATED = re.compile(r"(?:不|别|勿|\bnot\b|\bno\b|n't\b)[^，。；、,.;]{0,5}$", re.IGNORECASE)
# 圣诞花圈, 骨灰级玩家, 祭典 and coffee urns are no goods of mourning.
_MOURNING = re.compile(
    "悼|哀思|缅怀|追思|吊唁|祭[奠祀扫品祖拜文]|殡|丧[葬事礼]|治丧|白事|葬礼|安葬|海葬|树葬|寿衣|寿盒"
    "|(?<!圣诞)(?<!新年)(?<!手工)花圈|挽联|挽幛|遗像|遗体|讣告|灵堂|灵位|牌位|骨灰(?!级)|棺|公墓|陵园|扫墓"
    "|(?<!古)墓[地园碑穴位]|冥[币钱]|纸钱|往生|逝者|亡者|故人|亡[亲父母夫妻]|逝去的|临终|安宁疗护|告别(?:仪式|厅)"
    r"|\b(?:funeral|burial|cremation|casket|coffin|cemetery|grave(?:stone|side)?s?|headstone"
    r"|mourn\w*|bereave\w*|condolences?|obituary|hospice|wake flowers|sympathy"
    r" (?:flowers|wreath|bouquet|cards?|gifts?))\b|\bmemorial (?:service|wreath|flowers|plaque|urn)"
    "|葬儀|葬式|供花|弔|お悔やみ|お供え|仏[花壇具]|墓[石地参]|お墓|霊園|法要|追悼|遺影|喪服|納骨"
    "|장례|근조|추모|조문|조의|납골|묘[지비원]|영정|수의|상복",
    re.IGNORECASE,
)
_OCCASIONS = re.compile("用途|场合|适[合用]|occasion|use|用途|용도", re.IGNORECASE)


def is_solemn(brief: Brief) -> bool:
    """Whether the tone, the goods, their use or the readers ask for quiet texts."""
    tones = _TONE.finditer(brief.tone)
    asks = any(not _NEGATED.search(brief.tone[: tone.start()]) for tone in tones)
    return asks or bool(_MOURNING.search(f"{brief.product} {brief.audience}")) or _serves(brief)


def _serves(brief: Brief) -> bool:
    """Whether a fact on the use names mourning alone: not 生日、婚礼、悼念."""
    uses = (fact.value for fact in brief.facts if _OCCASIONS.search(fact.name))
    return any(all(map(_MOURNING.search, re.split("[、，,；;和及]", use))) for use in uses)
