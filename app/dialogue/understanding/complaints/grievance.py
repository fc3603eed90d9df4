"""Recognises by words whether a message reports that something went wrong. No I/O.

The sentiment model scores plain questions as negative (包间最低消费 and 不要香菜 at .95), so words
decide. Anger and curses always count; a fault counts where it has happened (收到的杯子碎了), not
where it is asked about (碎了怎么赔, 会掉色吗) or the follower wants a repair (书脱胶了粘一下多少).
Whether an apology is due: see `harm`.
"""

import re

from app.dialogue.understanding.complaints import injuries
from app.dialogue.understanding.complaints.repairs import DEFECT, asks_to_mend
from app.dialogue.understanding.sentences import sentence_kinds
from app.inference.ports import Classification
from app.safety.words.normalise import BARRIER, fold_letters

SURELY = 0.8  # confidence of an intent; half of the complaints below are questions and wishes
# Intents which mean that something went wrong.
GRIEVANCES = frozenset({
    "complain_angry", "complain_slow_logistics", "urge_reply", "wrong_item_sent",
    "wrong_address_shipped", "urge_shipping", "refund_apply_failed",
})  # fmt: skip
# Complaints that the model guesses from a tone: a weak guess needs words that confirm it.
COMPLAINTS = frozenset({
    "complain_angry", "complain_price_rise", "complain_slow_logistics", "report_product_problem",
    "request_compensation",
})  # fmt: skip
# Intents of an event, where the model is certain; the other complaints may ask about rules.
_EVENTS = frozenset({
    "complain_angry", "complain_price_rise", "complain_slow_logistics", "wrong_item_sent",
    "wrong_address_shipped",
})  # fmt: skip

_ANGER = re.compile(
    "气死|气人|恼火|火大|愤怒|我(?:很|真|好|太|非常)?(?:的)?生气|[让令]人生气|骗子|骗人|骗我"
    "|骗钱|被骗|欺骗|诈骗|坑人|坑我|坑爹"
    "|被坑|太坑|黑店|黑心|奸商|无良|忽悠|敷衍|糊弄|欺负|耍[我人]|投诉|举报你|曝光|12315|消协"
    "|消费者协会"
    "|(?<!有)(?<!没)(?<!少)差评(?![多少率])|差劲|[太真很好][的]?差(?=$|了|啊|呀|吧|劲|评|的)"
    "|[太真好够这]么?的?恶心|恶心[死人到]"
    "|失望|无语|离谱|过分|太烂|真烂|烂透|什么破|破玩意|什么玩意|什么垃圾|垃圾(?!分类|袋|桶|篓|箱"
    "|处理|车|站|食品|回收)"
    "|糟糕|糟透|态度(?:也|都)?(?:太|很|真|这么|那么|极|极其|非常)?的?(?:差|恶劣|不好|冷淡|敷衍)"
    "|他妈的(?!生日)|真他妈|特么|tmd|nmsl|傻[逼b比叉x]"
    "|sb(?![a-z])|(?:^|给我|你们?都?)滚(?:$|蛋|开|吧)|有病吧|有毛病吧|脑子有|不要脸|后悔(?:买|来"
    "|死)|再也不(?:来|买|会|信|在)"
    "|[给要](?:我们?|个|我们?个)?(?:说法|交代)|还我钱|退我钱|赔我"
    "|(?<![疼痛痒热冷累困酸麻晕饿]得)受不了|忍不了|寒心|上当|慢死"
    "|搞什么(?=$|鬼|啊|呀|名堂)|拿我当"
    "|(?<!笔记本)(?<!电脑)(?<!手机)太慢|急死|什么(?:手艺|水平|效率|素质)(?=$|啊|呀|呢)"
)
# Words of a fault that is only feared, supposed or asked about.
_PROSPECT = re.compile(
    "会不会|不会(?:是|让|很|太|有|被)|会(?=掉|坏|褪|起球|过敏|缩|变|碎|漏|破|裂|断|臭|痛|疼)"
    "|是不是|怕|担心|万一|如果|要是|假如"
    "|假设|倘若|若是|的话|怎么避免|防止|有没有|防"
)
# A long wait is a fault even in a question: 怎么还没发货.
_LASTS = re.compile(
    "还(?:没|不|未)(?:有)?(?:给我?|帮我?)?(?:发|到|退|来(?![齐得过])|送|上菜|处理|解决|回复|回我"
    "|寄|收到|动静|消息|更新|人理|人回)"
    "|(?:到|至)(?:现在|今天|今)(?:都|还|也|仍)?(?:没|不|未|联系不)|迟迟|一直(?:都)?(?:没|不|打不"
    "|联系不)(?!有?[货时空想用机去买打优])"
    "|(?:等|催|找)了(?:你们)?(?:都|快|有|已经)?(?:[0-9一二两俩三四五六七八九十几半多]+)(?:个"
    "|多)?(?:天|小时|钟头|钟|分|周|星期|月|次|遍|年)"
    "|等了?(?:很久|好久|半天|这么久|那么久|老半天)(?:了|都|还|也|没|$)|都(?:几|多少|好几"
    "|[0-9一二两三四五六七八九十]+)天了"
    "|没人(?:理|回|管|接|处理|搭理)|(?:不|没)(?:理|搭理)[我人]|不回(?:我|复|消息|信息|电话)"
    "|说好的.{0,12}(?:没|不|呢$)|一(?:宿|夜|整?晚上?)(?:都)?没睡|吵(?:死|得)"
    "|没法(?:睡|休息|看书|学习|住人)"
)
_FAULT = re.compile(
    f"(?:{DEFECT})(?:了|的(?=$|啊|呀|吧|[能可要该怎给])|掉|得|严重|一[个只件条块]|[两三]|透)"
    "|(?:收到|送来|寄来|拿到|你们|店|桌|椅|碗|盘|杯|餐具|房间|床单|毛巾|厕所|卫生间|厨房|泳池)"
    ".{0,10}脏(?:了|的(?=$|啊|呀|吧)|兮兮|得)"
    "|破损|损坏|瑕疵|划痕|污渍|缺页|倒装|印反|(?:收到|送来|寄来|发来).{0,8}[蔫枯谢死丑]"
    "|有(?:头发|虫|异味|怪味|霉|洞|裂|异物)|不新鲜|没熟|夹生"
    "|(?<!会员)(?<!券)(?<!卡)(?<!积分)(?<!活动)过期(?:了|的(?=$|啊|呀|吧))"
    "|(?<!我)(?<!刚才)(?<!刚刚)(?<!不小心)[发寄送上做算拿贴开整刻印][错漏](?!了?怎么改)|发成|多收|多扣"
    "|乱扣|重复扣|扣了(?:两|2|三|3|好几)[次回笔]|少[发给送寄]|少了[一两几个件只]|缺件"
    "|(?<!对)不对(?=$|啊|呀|劲|版|板|吧)|货不对|[不没]符|(?:跟|和|与)(?:图|照|描述|介绍|说的"
    "|宣传|以前|之前|实物|我?买的|我?订的|样品).{0,6}(?:不一样|不同|差太?远|差很多)"
    "|假[货的]|冒牌|(?:收到|拿到|给我|发来?的|是|像)\\w{0,8}(?:二手的|用过的|拆过)|空盒|空包|丢件|(?:你们|快递|给我|店里|店员|商家|师傅|前台"
    "|洗衣).{0,8}[弄碰][丢坏脏]|(?:快递|包裹|货|件|行李)(?:被|给|都)?丢"
    "|没(?:有)?收到|不(?:给|让)(?:退|换|修|处理|解决|发|进)|拒绝(?:退|换"
    "|赔)|不处理|不解决|没解决|质量(?:有)?问题"
    "|打不[通开]|用不了|登不上|登[录陆]不[上了]|进不去|付不了|付款失败|预?约不[上了]|下不了单"
    "|提交不了|领不了|收不到|没反应|闪退|卡死|显示(?:失败|错误)"
    "|[吃喝用敷抹戴穿]了?.{0,10}(?:拉肚子|肚子[疼痛]|过敏了|起疹|起了?红|红肿|刺痛|烂脸|呕吐"
    "|吐了|发炎|爆痘|不舒服)"
)
# The follower's own doing, or a thing to be repaired.
_OWN = re.compile(
    "我把|我自己|自己[弄摔打]|不小心|掉地上|摔地上|被(?:我|弟|妹|孩子|小孩|猫|狗|娃|宝|老)|^家里|老(?:照片"
    "|相册|物件|房)|修复|翻新"
)
_LATE = re.compile("没(?:有)?(?:到账|送到|发货|给我)")
# Words of something that has happened.
_HAPPENED = re.compile(
    "(?<!没)(?<!没有)收到|到手|拿到|打开|拆开|刚|昨天|今天|前天|上次|买的|买回来|买了"
    "|洗了?[一两]次|用了|穿了|戴了|吃了|才[用穿买洗]|(?<![送给])我的|你们给我|一到"
    "|[送寄发]来(?=是|的|就|时|已)|买到"
)
# A negative sentiment counts only with a judgement or a report: 空调太冷了, not 拔牙后喝酒.
_JUDGES = re.compile("太|很|真|好|又|老是|总|一直|不|没|了|极|死|差|难|丑")
_BLAMES = re.compile(
    r"(?:你们|服务|客服|前台|店[员家里]|教练|老师|师傅|老板|医生|大夫)\w{0,6}(?:太|真(?!的)|[这那]么)|有没有搞错"
)
_RISE = re.compile(
    r"(?:会不会|会|要不要|要|是否|是不是).{0,6}涨|涨(?:价|钱)?(?:吗|么|嘛|不|没)|涨不涨"
)
_RISEN = re.compile(
    "涨了|涨价了|[又都]涨|涨到|涨这么|比(?:上次|以前|之前|原来)|贵了|怎么涨|凭(?:什么|啥)"
)
_WISHES = re.compile(
    "想(?!不到|不通|到)|(?<!不)[需]?要(?![命么])|能|可以|希望|麻烦|帮|请(?![假教])"
)
_QUESTION_WORDS = re.compile(
    "吗|嘛|[么没不]$|没有$|呢$|怎么(?!还|这么|那么|这样|回事|搞|又|老|总|一直|都|不|没)|咋(?!还"
    "|这么|回事|搞|不|没)|如何|多少|多久|多大|多长|多高"
    "|几(?!天了)|什么(?!破|玩意|垃圾|情况|鬼|态度)|啥(?!情况|破|玩意)|哪|谁|怎样|能否|是否"
    "|(?P<a>[\u4e00-\u9fff])[不没](?P=a)|能不能|可不可以|可以不"
)


def is_angry(text: str) -> bool:
    """Whether the text has words of anger or a threat."""
    return any(_ANGER.search(c) and not _PROSPECT.search(c) for c in split_clauses(text))


def reports_fault(text: str) -> bool:
    """Whether the text reports a fault or shows anger."""
    return is_angry(text) or (not asks_to_mend(text) and any(map(has_fault, split_clauses(text))))


def is_complaint(text: str, classification: Classification) -> bool:
    """Whether a message that the model calls a complaint is one: by its words, by a confident
    intent, or by a negative sentiment with a judgement and without question or wish.

    The model takes roundabout questions for anger with confidence up to .96: of 11 such questions
    of 11 trades none was a complaint (能给多煮一会儿不, 冲个凉要钱不).
    """
    if asks_to_mend(text) and not is_angry(text):
        return False
    if classification.intent.id == "complain_price_rise" and _asks_of_rise(text):
        return False
    if reports_fault(text) or injuries.reports_injury(text):
        return True
    if classification.confidence >= SURELY:
        return classification.intent.id != "complain_angry" or not _asks_calmly(text)
    judges = _JUDGES.search(fold_letters(text).letters) is not None
    return (
        classification.is_surely_negative
        and judges
        and not (sentence_kinds.is_question(text) or states_wish(text))
    )


def _asks_calmly(text: str) -> bool:
    """Whether the text asks or wants something and blames nobody."""
    blames = _BLAMES.search(fold_letters(text).letters) is not None
    return not blames and (states_wish(text) or any(map(is_real_question, split_clauses(text))))


def _asks_of_rise(text: str) -> bool:
    """Whether the text asks if prices will rise, not about a past rise: 春节会涨价吗."""
    letters = fold_letters(text).letters
    return bool(_RISE.search(letters)) and not _RISEN.search(letters)


def states_wish(text: str) -> bool:
    """Whether the text says that the follower wants something."""
    return _WISHES.search(fold_letters(text).letters) is not None


def has_suffered(text: str, classification: Classification) -> bool:
    """Whether the text reports an injury, a damage or a wrong delivery, which agents have to
    handle. Late goods don't count, since an entry may say when they come.
    """
    if injuries.reports_injury(text):
        return True
    if asks_to_mend(text) and not is_angry(text):
        return False
    surely = (
        classification.in_scope
        and classification.confidence >= SURELY
        and classification.intent.id in _EVENTS
    )
    return surely or reports_damage(text)


def reports_damage(text: str) -> bool:
    """Whether the text reports that received goods are damaged, wrong or missing."""
    return not asks_to_mend(text) and any(map(_is_faulty, split_clauses(text)))


def voices_complaint(text: str, classification: Classification) -> bool:
    """Whether the text complains by its words, or by an intent of GRIEVANCES with a certain
    negative sentiment and no question.
    """
    if classification.sentiment == "positive":
        return is_angry(text)
    if reports_fault(text):
        return True
    is_grievance = classification.in_scope and classification.intent.id in GRIEVANCES
    may_complain = is_grievance and classification.is_surely_negative
    return may_complain and not any(map(is_real_question, split_clauses(text)))


def split_clauses(text: str) -> list[str]:
    """The clauses of a text, folded to letters in simplified Chinese."""
    return [clause for clause in fold_letters(text).letters.split(BARRIER) if clause]


def has_fault(clause: str) -> bool:
    """Whether a clause reports a fault or a long wait."""
    late = tells_of_long_wait(clause) and not is_supposed(clause)
    return late or _is_faulty(clause, _LATE) or _is_faulty(clause)


def tells_of_long_wait(clause: str) -> bool:
    """Whether a clause reports a long wait."""
    return _LASTS.search(clause) is not None


def is_supposed(clause: str) -> bool:
    """Whether a clause is about something feared or asked in advance."""
    return _PROSPECT.search(clause) is not None


def is_real_question(clause: str) -> bool:
    """Whether a clause asks something and is no complaint in the form of a question."""
    return _QUESTION_WORDS.search(clause) is not None


def _is_faulty(clause: str, words: re.Pattern[str] = _FAULT) -> bool:
    """Whether a clause matches `words` as a report, not as a fear, a question or own doing."""
    only_asks = is_real_question(clause) and not _HAPPENED.search(clause)
    if only_asks or is_supposed(clause) or _OWN.search(clause):
        return False
    return words.search(clause) is not None
