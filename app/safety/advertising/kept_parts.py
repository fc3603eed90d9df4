"""What of a clause stays when a place in it goes: the noun behind an epithet, clauses beside it.

全网唯一的旗舰店 stays 旗舰店. Which goods a clause names is told by subjects.py.
"""

from collections.abc import Sequence

import regex

from app.safety.advertising.clauses import PlacedClause
from app.safety.advertising.values import AdvertisingFinding

_MODIFIED = regex.compile(  # what an epithet modifies: a noun, behind 的 or a word of rank
    r"(?:水准|品质|水平|级别|标准|规格|档次)?的?"
    r"(?!的|品质|口感|服务|体验|享受|原料|面料|工艺|技术|配方|味道|风味|质感|效果|设计|水准|团队|师资"
    r"|地段|手感|有|是|就|都|也|还|来|了|不|很|更)(?P<noun>\p{Han}{2,}.*)"
)
_SHORTEST_NOUN = 3  # characters: 小区 alone says nothing
_LABELS = regex.compile(r"(?:专用|特供|专供|指定|同款|御用)的?$")  # of a noun: 国宴专用大米
_RANKED = regex.compile(  # what only leads to a rank or an owner that goes: 全网销量, 某
    r"(?:(?:全(?:[网国球城市省县区]|西安|上海|北京|广州|深圳|杭州|成都|重庆|武汉|南京|天津|苏州)|行业内?|业内|同类|本地)的?)?(?:销量|销售额|人气|口碑|评分|评价)?(?:稳居|位居|排名)?某*$"
)
_TAUTOLOGY = regex.compile(r"(?P<noun>\p{Han}{2,})是(?P=noun)$")  # 精油是精油
_NONE_OTHER = regex.compile(r"(?:再?没有|再?难|找不[到出]|无人|没人|谁)")  # 没有第二家机构能做到
_LEADS = regex.compile(r"(?:这是|这款|这台|一款|一台|选用|我们的|本店的)?")
_ENDS_OPEN = regex.compile(r"[很更最比被把在和与及、得]$")
_DEPENDENT = regex.compile(  # a clause that goes on about what is no longer said
    r"(?:跟着?(?:[他她它]|老师|大师)|请?大?家?(?:擦亮眼睛|[别不]要?(?:上当|被骗)|[小当]心上当)|多亏|幸亏|全靠|强烈推荐|墙裂推荐|闭眼入|如今|还|也|就|都|连|更|才|却|又|再|并|而|且|让|把|从此|从[这它]|这样|于是|结果|后来|复查|家家"
    r"|人人有份|人手一[份件个]|见者有份|名额不?限|数量不?限|先到先得|送完(?:为止|即止))"
)
_GOES_ON = regex.compile(  # marks of a result, in a clause beside a claim that is replaced
    r"[也都就还再不没无能会让更才敢越]|放心|安心|省心|轻松|成功|有效|盛赞|返还|一样|全[家员好]|免单|适合所有人|(?:一年|每[天月年])省|自己|重新|起来$|往前|得很|[变成]了?[^分本]|了$"
)
_STANDS_ALONE = regex.compile(  # an offer, a fact or advice; no result of the claim before it
    r"^(?:欢迎|请|建议|可以?(?:到店|来店|预约|试|提前|选)|支持|注意|孕妇|过敏|不适用?于|详情|具体)|[慎禁忌]用|遵医嘱|包邮"
    r"|[0-9一二两三四五六七八九十] ?(?:元|折|点|号|[克斤]|毫升|码|款|种|色)"
    r"|[0-9] ?(?:月|日|ml|g\b|kg|cm|mm)"
    r"|随借随还|^(?:办公室|出差|旅行|晚上|早上|周末|在家|路上|户外|车里|宿舍|一个人|带回家)里?也(?:能|可以?)?[喝吃用带上学洗约戴穿看]$"
    r"|更(?:香|甜|鲜|好[吃喝]|入味|方便|省事|划算|优惠)$|(?:清爽|质地)?不(?:黏|粘|油|腻|含|加|添加|另收)\p{Han}{0,4}$"
)
_BROKEN = regex.compile(  # what is left when an epithet takes the noun or verb that it belongs to
    r"^(?:[让使把被由的用]|.{0,3}(?:人民大会堂|中南海)|(?:意大利|德国|法国|日本|美国)$)"
)
_OWN = regex.compile(r"(?:我们|咱们?|本[店品司]|小店|我[家店]|自家|欢迎|[请来]|快来|到店)")
_EMPHASIS = "没有之一"  # a clause that says nothing without the rank before it
_SUBORDINATE = regex.compile(  # a clause that only leads to what is no longer said
    r"(?:连续|未来|自从|随着|只要|如果|因为|听说|据说|[你您]不来$|孩子不[学补报练].{0,6}$|从.{1,20}[到至]"
    r"|[0-9一二两三四五六七八九十几]+(?:年|个月|天)后|(?:上午|下午|早上|晚上)[做打]"
    r"|(?:吃|喝|用|做|敷|涂|戴|贴|洗|住|投|学|睡前[吃喝嚼])(?:了|上|完|过|下|好|一|满|够)|买一[套间份]|(?:现在|今天|马上)(?:买|入手|下单|投|入场)?$"
    r"|(?:达不到|没达到|考不[到上过]|提不到|没考[上过]|不达标)"
    r"|(?:别家|别人家|别的|隔壁|街?对面|同行|其他|外面|市面)"
    r"|(?:买|用|装|穿|睡|枕|戴|坐)(?:了|上)?(?:我们|咱家|这|它).{0,8}$|(?:报|上|装|买|背|试|交|用|选|抹|涂)(?:了|上|会|完|过).{0,8}$"
    r"|(?:[抹涂贴戴用穿枕]上|买下|住)(?:它|这里)$|跟着(?:我们)?学$|(?:十年|多年|几年|一直以来)来?$|一[瓶盒支袋罐]见底$|等.{1,4}长大$"
    r"|论.{1,6}$|您能想到的.{0,4}$|(?:全网|全城)(?:找|问|跑)遍$|(?:这样|这么好)的地段$|万一.{1,4}$|孩子交给我们$|洗完.{1,2}$"
    r"|.{0,8}(?:转(?:发|到|给)|集[齐满]).{0,10}$"
    r"|.{0,14}的(?:业主|住户|客户|顾客|用户|会员|学员|学生|同学|孩子|家长|老师|患者|病人|朋友|姐妹|网友|粉丝|街坊|邻居)们?$"
    r"|.{0,8}(?:做|用|喝|吃|敷|洗)完(?:一次)?$|.{1,6}一[通开到]$|一次\p{Han}{1,4}$)"
)

_ON_CLAIM = regex.compile(  # a clause that goes on about a claim which is no longer made, or is one
    r"[你您]也(?:可以|能|行)|算我们的|没负担|亲测|不用愁|都(?:喝|用|吃|买)过|从来不[用吃喝]|现在上车|押金|兼职|日结"
    r"|血统|不收[钱费]|(?<!(?:不满意|不合适|无理由|随时|开课前|试听|申请|余下)[^，,。]{0,10})退[钱款费]|再付[钱款]|^不是$|^(?:说明|证明|可见)了?|才(?:放心|靠谱|敢)|好说话|不用慌"
    r"|返还本息|稳收益|(?:^|，)没有?人不|包生|[涨赚]了[你您]拿"
)
_PROMISE = regex.compile(  # a word of promise and a result that no rule found: the last guard
    r"(?:保证|保准|包管|铁定|(?<![书钱面红背])包(?![括含装邮裹间子场])|一定能?|百分之?百|100[%％]|必(?![须需要备修选读]))"
    r"[^，,。！!？?；;]{0,8}(?:过(?![年节户境夜程滤敏来去])|[满高]分|[0-9一二三四五六七八九十百]分(?!钟)|拿[本证照奖]"
    r"|成绩|录取|[省市校国家]队|学会|考上|上岸|[见有]效|根治|治好|瘦|[掉得长犯]|赚|回本)"
    r"|[零0]\s?(?:挂科|补考(?!费)|失败)"
    r"|(?:保证|承诺|签约|包)[^，,。！!？?；;]{0,12}(?:进步|提高|提升|上涨|回购|收益|名次|[0-9]名)|(?:用|管|好|美|吃)一辈子|脱胎换骨"
    r"|[0-9一二两三四五六七八九十半]+(?:天|周|次|个月|分钟|小时)[^，,。！!？?；;]{0,3}(?:[止消退降治瘦]|见效|除根|一个涨停)|年拿.{0,2}证"
    r"|[0-9一二两三四五六七八九十半]+(?:天|周|次|个月|分钟|小时)[^，,。！!？?；;]{0,2}(?:重回|变回|回到)|秒变|一[洗抹擦涂喷]就?[黑白亮]|聊得飞起"
    r"|(?:只会|肯定|必然|一定)(?:更高|更好|上涨|升值|涨)"
)
_FACT = regex.compile(r"[0-9]+ ?(?:月|日|号|点|元|折)")  # a date or price that a reader needs


def remove_epithets(clause: PlacedClause, places: Sequence[AdvertisingFinding]) -> str:
    """The clause without places that only modify a noun of it; "" if one of them says more."""
    text = clause.text
    for place in sorted(places, key=lambda each: each.start, reverse=True):
        start, end = place.start - clause.start, place.end - clause.start
        modified = _MODIFIED.fullmatch(text[end:])
        if not modified or not _is_epithet(place, text[:start], text[end:]):
            return ""
        text = _RANKED.sub("", text[:start]) + modified["noun"]
        if _TAUTOLOGY.search(text):
            return ""
    return "" if _BROKEN.match(text) else text


def _is_epithet(place: AdvertisingFinding, before: str, after: str) -> bool:
    if _LABELS.search(place.text):
        return True
    if _NONE_OTHER.match(place.text) or "，" in place.text:
        return False
    if place.rule.startswith("absolute."):
        return not _ENDS_OPEN.search(before) and len(before + after.strip("的")) >= _SHORTEST_NOUN
    joined = after.startswith("的") or place.text.endswith("的")
    return joined and len(after) > _SHORTEST_NOUN and bool(_LEADS.fullmatch(before))


def reads_badly(place: AdvertisingFinding, clause: PlacedClause) -> bool:
    """Whether a wording stands before a noun that it can't modify: 很强扫地机器人, 讲究鲜美."""
    after = clause.text[place.end - clause.start :]
    wording = place.suggestion
    is_adverbial = "很" in wording[:3] and not wording.endswith("的")
    return (is_adverbial or wording in {"讲究", "不错"}) and bool(
        regex.match(r"(?!的)\p{Han}", after)
    )


def leads_to_next(clause: PlacedClause) -> bool:
    """Whether a clause makes no sense without the next: 连续十年, and a question (熬夜伤肝？)."""
    return clause.marks.startswith(("？", "?")) or (
        not clause.ends_sentence and _SUBORDINATE.match(clause.text.strip()) is not None
    )


def goes_on(clause: PlacedClause) -> bool:
    """Whether a clause makes no sense without the one before it: 如今搬进洗面奶."""
    return _DEPENDENT.match(clause.text.strip()) is not None


def continues_promise(clause: PlacedClause) -> bool:
    """Whether a clause is the rest of a promise: 戴一整天也不会不舒服, 三甲医院的医生自己也戴."""
    text = clause.text.strip()
    return _GOES_ON.search(text) is not None and not _STANDS_ALONE.search(text)


def speaks_of_own_goods(clause: PlacedClause) -> bool:
    """Whether a clause speaks of the shop itself or invites to it: 我们的镜片, 欢迎来尝."""
    return _OWN.match(clause.text.strip()) is not None


def only_stresses(clause: PlacedClause) -> bool:
    """Whether a clause only stresses the one before it: 没有之一."""
    return clause.text.strip() == _EMPHASIS


def rests_on_claim(clause: PlacedClause) -> bool:
    """Whether a clause is a claim, or half of one, without the claim that was replaced."""
    text = clause.text.strip()
    return _ON_CLAIM.search(text) is not None or _PROMISE.search(text) is not None


def states_fact(clause: PlacedClause) -> bool:
    """Whether a clause states a date or a price: 洁家不粘锅259元."""
    return _FACT.search(clause.text) is not None


def has_fact_beside(clause: PlacedClause, places: Sequence[AdvertisingFinding]) -> bool:
    """Whether a clause states a date or a price beside its places: 城东首家店 12 月 8 日开业."""
    text = clause.text
    for place in places:
        text = text.replace(place.text, "\n")
    return _FACT.search(text) is not None
