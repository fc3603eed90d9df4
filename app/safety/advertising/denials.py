"""Tells whether a text denies what stands in a place: 不保过, 不能治病, 能治病吗？不能.

What is denied of other goods (不含糖的酸奶降血脂) denies nothing behind 的, but for 不是. Neither a
condition (不保过不收费) nor a double negation (没有不保过的) nor a question that expects no answer
(谁说不能) denies anything. Texts are folded: the question mark is "?", the comma ",".
"""

import regex

_SAME = r"[^,。!?;:\n]"
_GOES_ON = (
    "错过|也[能可会]|照样|照常|即可|还能|却能|仍能|依然"  # behind it a clause says what is so
)
_NEGATIONS = (  # of a verb: all that follows in the clause is denied
    r"不得(?!不)|禁止|严禁|不能(?!错过|不)|不可(?!错过|多得|思议)|不会|不是(?!所有|每|只|仅|光)|并非|切勿|请勿|谨防|警惕|无法(?!抗拒|拒绝)"
    r"|小心(?!机|思)|(?<![识特分级性个区告类差辨鉴离道])别(?!错过|家|人|的)|勿(?!忘)|不宜|不应|不承诺|不保证"
    r"|不敢|不一定|不见得|不涉及|未(?!来|满)|绝不|从不|不使用|不宣传|远离(?=虚假|夸大)|不(?:代表|等于|意味着|提供|参与|从事|组织|出售"
    r"|支持|鼓励|主张|提倡|推荐|开设|适[合宜用]|建议)|\b(?:not|never|no|don't|doesn't|isn't|aren't)\b"
)
# Of a thing: 拒绝油腻七天美白 denies 油腻 alone, and 没有任何面霜能祛斑 all.
_LACKS = r"不具备?有?|没有(?!理由不)|不搞|不设|不开(?!刀)|不要(?!错过|紧)|拒绝|避免|杜绝|防止|反对"
_LEADS_ON = (
    r"[、或和与及“\"「'得过到说写做用吃喝买卖信试提有出获评称再]|宣传|宣称|声称|承诺|保证|追求|夸大|虚假|绝对|出现|指望"
    r"|(?:证[明据]|表明|说明|把握|办法)能?|(?:保证|承诺|确保|让|使|帮)?[你您他她它]们?"
)
_ANY = "任何|一[种个款家位次切]|哪[种个款家位]|人|谁|什么|所谓"
_GAP = rf"(?:(?!{_GOES_ON}|就[能可会是保包]|的){_SAME})"
_BEFORE = regex.compile(
    rf"(?:(?:{_NEGATIONS})(?:(?!{_GOES_ON}|的){_SAME}){{0,16}}"
    rf"|(?:{_LACKS})(?:{_GAP}?|(?:{_ANY}){_GAP}{{0,14}}|{_GAP}{{0,14}}(?:{_LEADS_ON})"
    rf"|{_GAP}{{0,6}}[“\"「][^”\"」,。!?;:\n]{{0,14}})"
    rf"|不含(?:(?:{_ANY}){_GAP}{{0,8}}|{_GAP}{{0,14}}[、或和与及])?)"
    rf"(?:(?:真正|绝对|所谓|任何)的{_SAME}{{0,6}})?$"
    rf"|(?:不会是|不是(?!所有|每|只|仅|光)|并非)(?:(?!{_GOES_ON}){_SAME}){{0,16}}$"
)
_RIGHT_BEFORE = regex.compile(r"不[卖再]?$")
_PROMISE = regex.compile(  # 喝了不感冒 promises; only what does something to the good is denied
    r"保(?![暖湿温鲜])|包(?!邮)|承诺|确保|提供|治[病疗愈好]|根治|医治|补[血肾气]|[降稳]血?[压糖脂三尿]|减肥|瘦身|[祛美淡]|押题|[提涨]分"
    r"|荐股|带单|喊单|兜底|回购|返[租利]|升值|稳赚|必[涨赚过]|[抗防][癌衰]|消炎|杀菌|增高|丰胸|壮阳|排毒|养[肝胃]|护肝|助眠|安神|一定(?!要)"
)
_SPEAKS = regex.compile(rf"(?:不|别|未|没有?)(?:使?用|写|说|提|打|出现|做|搞|玩){_SAME}{{0,14}}$")
_SPOKEN = regex.compile(  # 不用“根治”这样的词
    rf"{_SAME}{{0,6}}(?:宣传|字[眼样]|词|说法|承诺|噱头|广告|口号|[这那]一?套|套路|生意|营销|表述|用语|标语)"
)
_DENIED_BEHIND = regex.compile(
    rf"{_SAME}{{0,2}}不(?:等于|代表|意味着|说明|表示)"
    rf"|[”\"」]?[这那](?:种|类|样的)(?:话|说法|词|承诺|宣传){_SAME}{{0,4}}(?:不[说讲写信敢]|[别不]要?信)"
)
_DOUBLE = regex.compile(
    rf"(?:没有?|哪[有能会]|怎[能会]|怎么[能会]|岂|难道|谁[说讲敢]|凭什么){_SAME}{{0,10}}(?<!也)[不没]{_SAME}{{0,8}}$"
)
_CONDITION = regex.compile(
    rf"{_SAME}{{0,2}}[,、 ]?(?:(?:就|都|则|全额?|包|立[即马]?|马上|双倍|加倍|我们|我|本店|公司)*"
    r"(?:不(?:收(?![押定])|要钱|花钱|算|叫)|赔|退|免[费单]|分文|一分|重[读学修]|补|回购|负责|买单)|怎[么敢]|哪敢|还叫|都难)"
    rf"|{_SAME}{{0,2}}(?:也|就|都|照样|照|还|却|才)(?:能|可|会|是|有)"
)
_BUT_WE = regex.compile(  # 别人不敢保过，我们敢
    rf"{_SAME}{{0,4}},(?:但是?|可是?|而|只有)?(?:我们|咱们?|我|本[店院校])家?(?:都|就)?(?:敢|能|可以|行|做得到)(?:[,。!]|$)"
)
_CONTRADICTED = regex.compile(r"那是|谁说|错|不信|才不|怎么会|怎么可能")  # 不能根治？那是没来我院
_CLAIMED_STILL = regex.compile(r"[^。!?\n]{0,12}(?:退[款费钱]|不收|不要钱|不算|赔|才怪|免单)")
_ASKS = regex.compile(r"能|可以|可否|真|一定|是否|是不是|有没有")
_ASKS_BARELY = regex.compile(r"^[^会有]*[吗么嘛]$")  # 核桃补脑吗, but not 会感冒吗
_UNSURE = regex.compile(
    r"(?:(?:其实|这|那|也|都|并|很|[,:])*)(?:不一定|未必|不见得|不好说|说不准|因人而异|看情况|要看|取决于|没有?人知道|谁[也都]不)"
)
_ANSWER = regex.compile(
    r"[\"”’』」\s]*(?:答案?[是:]*)?(?:(?:当然|其实|恐怕|显然|抱歉|遗憾|目前|现在|暂时|[说老]?实话?说?|坦白说|很|并|都|肯定|根本|绝对|从|也|谁|我们|我|医生|本[店院]|本机构|[,:])*)"
    r"(?:不(?:(?:能|会|可以|行|对|可能|见得|一定)(?![不少没缺]|错过|后悔)|靠谱|科学|存在|可信|保|包|承诺|提供|是的?[,。!]|[,。!;\n]|$)"
    r"|没有?(?:用|依据|根据|证据|这回事|作用|任何(?:依据|证据))|未必|别信|错[的了,。!]|假的|误区|谣言|骗|否[,。!])"
)


def is_denied(before: str, place: str, after: str, answer: str) -> bool:
    """Whether a place is denied by its sentence, of which `before` and `after` are the rest, or by
    the `answer` that follows it if it asks.
    """
    question = before + place + after
    if answer and not _DOUBLE.search(question) and _answers_no(question, place, answer):
        return True
    if _DOUBLE.search(before) or _BUT_WE.match(after) or _CONTRADICTED.match(answer):
        return False
    if _BEFORE.search(before) or _DENIED_BEHIND.match(after):
        return True
    if _SPEAKS.search(before) and _SPOKEN.match(after):
        return True
    is_direct = _RIGHT_BEFORE.search(before) and _PROMISE.match(place)
    return bool(is_direct) and not _CONDITION.match(after)


def _answers_no(question: str, place: str, answer: str) -> bool:
    if _UNSURE.match(answer):
        return True
    asks = _ASKS.search(question) or _PROMISE.match(place) or _ASKS_BARELY.match(question)
    return bool(asks and _ANSWER.match(answer)) and not _CLAIMED_STILL.match(answer)
