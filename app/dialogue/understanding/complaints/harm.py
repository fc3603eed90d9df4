"""Finds the harm that the account answers for, which decides the apology of a reply. No I/O.

An apology for the follower's own doing (a torn book, a mistyped address) reads as canned. So a
damage counts only where the message says that the account delivered it (收到, 送来, 你们家的).
"""

import re
from collections.abc import Mapping, Sequence

from app.dialogue.fallbacks.apology_texts import Harm
from app.dialogue.understanding.complaints import grievance, injuries
from app.dialogue.understanding.complaints.repairs import asks_to_mend
from app.inference.ports import Classification

_BY_INTENT: Mapping[str, Harm] = {
    "complain_angry": "anger", "complain_slow_logistics": "waiting", "urge_reply": "waiting",
    "urge_shipping": "waiting",
}  # fmt: skip

# --- Injuries -----------------------------------------------------------------------------------

_PART = (
    "(?:手(?!机|表|办|提|链|镯|柄|工|感|套|账|串)|脚(?!架|垫)|头(?!盔|绳|饰|像|发)|脸(?!盆)|腿(?!套)|膝盖|腰(?!带|围)"
    "|胳膊|肩膀?|额头|下巴|背(?!包|景)|眼睛|牙)"
)
_HURTS = "[摔滑跌绊撞磕碰夹砸刮划割扎扭崴拉咬烫剪]"
_INJURY = re.compile(
    rf"{_HURTS}(?:伤(?!害|心)|骨折|出血|流血|破皮|了?一跤)|[摔滑跌绊]倒"
    rf"|{_HURTS}(?:破|到|着|断)?了?(?:我|他|她|孩子)?的?{_PART}"
    rf"|{_PART}(?:都|也|被)?.{{0,3}}{_HURTS}(?:破|伤|肿|断|出血)|受了?伤|骨折|脱臼|缝了.{{0,2}}针"
)
_OLD_INJURY = re.compile("以前|之前|去年|前年|曾经|小时候|做过|受过|老伤|旧伤|[几多]年")
_PET = re.compile("狗|猫|宠物|兔子|毛孩子")
_SOMEBODY_ELSE = re.compile(
    "孩子|宝宝|宝贝|娃|儿子|女儿|闺女|老人|[我老][妈爸]|[爷奶]|朋友|老公|老婆|对象|同学|[他她]"
)
_JUST_NOW = re.compile("刚|今天|昨天|今早|昨晚|现在")

# --- Who is responsible -------------------------------------------------------------------------

_OURS = re.compile(
    "收到|到手|拿到|送来|送到|送过来|寄来|寄过来|寄到|发来|发过来|签收|快递|外卖|你们|[你您]家|您们|贵店"
    "|店里|店员|店家|商家|客服|服务员|买的|买回来|[刚才新]买|买来|买到|[订定拍]的|点的(?!话)|下单|拆开|打开(?:就|发现|一看|是|看)"
    "|这[批盒箱袋瓶]|洗了?[一两]次|在你"
)
_OWN = re.compile(
    "我把|我自己|自己[弄摔打养做种]|不小心|家里|我家的|自家|被(?:我|弟|妹|孩子|小孩|猫|狗|娃|宝|老)|祖传|搬家|以前的|旧的"
    "|我[养种]|养[了的]|放[久了]|用了.{0,3}年|(?<!你们)(?<!您们)修(?!改)|补(?![发偿差寄货票课给])|翻新|老(?:照片|相册|物件|房|书)"
)
_DONE_TO_THEM = re.compile(
    "(?<!我)把(?:我|孩子|人家)(?!自己)|给我.{0,6}[弄洗剪染修搬烫碰做]|你们.{0,6}把"
)

# --- Faults -------------------------------------------------------------------------------------

_DAMAGE = re.compile(
    "[碎坏裂破漏断臭馊霉烂脏糊扁化]|变形|掉色|褪色|起球|缩水|变质|生锈|脱线|开线|开胶|脱胶|掉漆|泡水|破损|损坏|瑕疵|划痕"
    "|污渍|有(?:头发|虫|异味|怪味|洞|异物)|不新鲜|没熟|夹生|过期|缺页|倒装|印反|[蔫枯谢死丑]"
)
# Faults that can't be the follower's doing: rotten food, missing pages.
_SURELY_OURS = re.compile("[烂馊霉]|变质|不新鲜|没熟|夹生|有(?:头发|虫|异物)|缺页|倒装|印反")
_BODY = re.compile(
    "(?:牙齿?|嘴[唇角巴]?|脚[跟后趾]?|皮肤|脸上?|伤口|指甲|头皮|口腔|舌头?).{0,3}[烂裂破坏肿臭]"
)
_DEED = re.compile(
    "[发寄送上做算拿贴开][错漏]|发成|多收|多扣|乱扣|重复扣|扣了(?:两|2|三|3|好几)[次回笔]|少[发给送寄]|少了[一两几个件只]"
    "|缺件|货不对|[不没]符|(?:跟|和|与).{0,10}(?:不一样|不同|差)|空盒|空包|丢件|[弄碰][丢坏脏]|不(?:给|让)(?:退|换|修)|拒绝(?:退|换|赔)"
    "|说好的"
)
_HURT_BY_US = re.compile(
    "被(?:你们|你家|店员|师傅|理发师).{0,6}[伤坏丢脏破]|(?:你们|快递).{0,10}[丢弄碰](?:[坏脏丢])?了"
    "|(?:吃|喝|用|敷|抹|穿|做)了?(?:你们|你家).{0,10}(?:拉肚子|肚子[疼痛]|过敏|起疹|红肿|烂脸|吐了|不舒服)"
)
_OF_AN_ADDRESS = re.compile("地址|电话|收件人|门牌|名字")
_SITE = re.compile(
    "打不[通开]|用不了|登不上|登[录陆]不|进不去|付不了|付款失败|约不[上了]|下不了单|提交不了|领不了|收不到|没反应|闪退|卡死|显示(?:失败|错误)"
)
_OUR_SITE = re.compile(
    "链接|页面|网页|小程序|公众号|付款|支付|下单|预约|券|会员|密码|登[录陆]|二维码|验证码|电话"
)
_NOT_COME = re.compile("没(?:有)?(?:收到|到账|送到|发货|给我)")
_THEY_ARE_LATE = re.compile(
    "(?:我|我们|孩子|人|[他她])(?:们)?(?:现在|都|也)?还[没不未]有?(?:到|来|发|寄|退|处理|好)"
)
# Changes of an order, which don't complain of a wait: 还没发货能改地址吗.
_CHANGES = re.compile("地址|备注|不要了|(?:能|可以|想|帮).{0,6}[改退换加]|改(?:一?下|成|到)|取消")


def find_harm(text: str, classification: Classification) -> Harm | None:
    """The gravest harm; None where nothing went wrong, or by the follower's own doing."""
    if classification.sentiment == "positive":
        return "anger" if grievance.is_angry(text) else None
    clauses = grievance.split_clauses(text)
    message = "\n".join(clauses)
    hurt = injuries.reports_injury(text) or _tells_of_injury(clauses, message)
    if hurt and not _PET.search(message):
        return "injury_of_other" if _SOMEBODY_ELSE.search(message) else "injury"
    return _find_fault(clauses, message, text) or _find_by_intent(classification, clauses)


def _tells_of_injury(clauses: Sequence[str], message: str) -> bool:
    """Whether the clauses report an injury at any place, but don't just ask about an old one."""
    hurt = any(_INJURY.search(each) and not grievance.is_supposed(each) for each in clauses)
    is_question = any(map(grievance.is_real_question, clauses))
    recent = bool(_OURS.search(message) or _JUST_NOW.search(message))
    return hurt and not _OLD_INJURY.search(message) and (recent or not is_question)


def _find_fault(clauses: Sequence[str], message: str, text: str) -> Harm | None:
    faults = [each for each in clauses if grievance.has_fault(each)]
    own = _is_own(message) or asks_to_mend(text)
    damage = None if own else _find_damage(faults, message)
    if damage:
        return damage
    if grievance.is_angry(text):
        return "anger"
    if any(_HURT_BY_US.search(each) and not grievance.is_supposed(each) for each in clauses):
        return "other"
    return None if own else _find_deed(faults, message) or _find_delay(faults, message)


def _find_damage(faults: Sequence[str], message: str) -> Harm | None:
    damaged = [each for each in faults if _DAMAGE.search(each) and not _BODY.search(each)]
    if not damaged:
        return None
    if _DONE_TO_THEM.search(message):
        return "other"
    surely = any(
        _SURELY_OURS.search(each) and not grievance.is_real_question(each) for each in faults
    )
    return "goods" if surely or _OURS.search(message) else None


def _is_own(message: str) -> bool:
    return bool(_OWN.search(message)) and not _DONE_TO_THEM.search(message)


def _find_deed(faults: Sequence[str], message: str) -> Harm | None:
    theirs = bool(_OF_AN_ADDRESS.search(message)) and not re.search("你们|快递|商家", message)
    if any(_DEED.search(each) for each in faults) and not theirs:
        return "other"
    site = any(_SITE.search(each) for each in faults)
    return "trouble" if site and _OUR_SITE.search(message) else None


def _find_delay(faults: Sequence[str], message: str) -> Harm | None:
    delay_clauses = [
        each for each in faults if grievance.tells_of_long_wait(each) or _NOT_COME.search(each)
    ]
    late = any(not _THEY_ARE_LATE.search(each) for each in delay_clauses)
    return "waiting" if late and not _CHANGES.search(message) else None


def _find_by_intent(classification: Classification, clauses: Sequence[str]) -> Harm | None:
    """The harm by intent, for complaints in unknown words where the model is certain."""
    sure = classification.in_scope and classification.is_surely_negative
    harm = _BY_INTENT.get(classification.intent.id)
    return harm if sure and not any(map(grievance.is_real_question, clauses)) else None
