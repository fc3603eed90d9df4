"""Recognises advertising in followers' answers: offers, jobs, and where to be reached for them."""

import re

from app.kit.text import fold
from app.safety.words.normalise import BARRIER, fold_letters

_LINK = re.compile(r"https?://|www\.|\b[\w-]+\.(?:com|cn|net|top|xyz|vip|cc)\b")
# Where to be reached, also as it is written to escape lists: 加 V, 薇信, 微❤, vx.
_CONTACT = re.compile(
    r"[加＋+➕](?:一?下|个|我|你|他)*\s*(?:的)?(?:v(?![a-z]|60)|vx|wx|微信|薇信|威信|徽信|微芯|微[❤♥💗x]|薇|qq|扣扣)"
    r"|(?<![a-z])(?:vx|wx)(?=[:：\s]*[a-z0-9])|(?<![a-z])v信|[薇威徽]信|[微薇v]\s?[❤♥💗]"
    r"|(?:qq|扣扣|企鹅)(?:群|号)?[:：]?\s*\d{5,}",
    re.IGNORECASE,
)
# Letters without signs and spaces, so that 扫 码 进 群 is found, too.
_OFFER = re.compile(
    "扫码(?:进|入|加|领|拉|关注|了解)|(?:进|入|拉)群(?:领|赚|抢|送|有|了解|看|吧|哦|$)"
    "|(?:日|天|月|周|时)(?:赚|入(?!睡|眠|户|秋|冬|春|夏))|[日天]结(?!束|婚|果|合|冰|局)|躺赚|稳赚|包赚|副业|刷单|做单|一单一结|兼职(?:招|日|打字|赚|加|群|在线|无|可|名额|平台|信息)"
    "|(?:招|诚招|急招|线上|网络|手机|在家|高薪|招聘)(?:聘)?.{0,4}兼职"
    "|代开.{0,6}(?:票|证明|假条)|(?:开|办|卖)发票(?:加|联系|找)|办证|刻章|代办(?:证|卡|贷)|贷款(?:加|找|秒|无|利|联系)|秒批|放款|套现"
    "|低价(?:拿货|出|批发|旅游团)|厂家直销|一手货源|一件代发|(?:代理|加盟).{0,4}(?:加|联系|私|找我|招)|招(?:代理|加盟)|[斤件个箱]起批"
    "|领(?:取)?(?:红包|现金|优惠券|资料|秘方|福利)(?:$|加|点|扫|名额|名額)|返利|返现|名额有限|限时(?:抢|领|优惠)"
    "|私聊(?!.{0,6}(?:客服|回|很|过|也|不|没|了你们))|(?:有意|需要的?|想要的?)(?:请)?(?:私|加|联系|滴滴|dd)|滴滴我|联系(?:我|本人)(?:微|v|电话)"
    "|(?:发票|粉丝|想要的|要的|做的)加我|刷信誉|买粉|兼职私|赌|彩票计划|增高秘方|壮阳|代孕|网贷"
)
_DIGITS = re.compile(r"\d{7,}|[a-z]{2,}\d{3,}", re.IGNORECASE)
_SELLS = re.compile("低价|批发|代购|代理|发票|货源|厂家|直销|出售|转让|拼团|拿货|招商|旅游团")


def is_advertising(text: str) -> bool:
    """Whether an answer advertises: a link, where to be reached, an offer, or goods with a number.

    Who only speaks of work (周末去做兼职) or of the shop's service (扫码点单) doesn't.
    """
    folded = fold(text)
    letters = fold_letters(text).letters.replace(BARRIER, "")
    sells = _SELLS.search(letters) is not None and _DIGITS.search(folded) is not None
    return bool(_LINK.search(folded) or _CONTACT.search(folded) or _OFFER.search(letters) or sells)
