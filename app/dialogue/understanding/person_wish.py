"""Recognises by words whether a message asks for a person or refuses one. No I/O.

The intent model takes nearly every text with 人工 for a call, 人工费怎么收 and 别转人工 too. The
words after 人工 decide: a closed list in a call, an open one (费, 草坪, 养殖 ...) in other words.
"""

import re
from typing import Literal

from app.safety.words.normalise import BARRIER, fold_letters

# unnamed: no word for a person, so that the model decides. part: only inside other words.
# hours: asks when agents are there.
Wish = Literal["asks", "refused", "part", "hours", "unnamed"]

LONGEST_INQUIRY = 24  # letters; a longer message isn't only a call for a person
LONGEST_CALL = 14

PERSON = "人[工公功攻]|真人|活人"  # 人公 and the like are typing errors
_MENTION = re.compile(PERSON)

# Words that follow 人工 in a call for a person, where the clause goes on.
_FOLLOWED = (
    rf"{PERSON}|[a-z0-9]|客服|服务(?!费)|咨询(?!费)|处理(?!费)|[坐座]席|专员|人员|前台|热线|电话"
    rf"|窗口|通道"
    "|渠道|入口|接(?![种生枝骨])|回|解答|解决|沟通|对话|聊|谈|介入|售[前后]|支持|帮|理我"
    "|小[姐哥]|来(?!做)"
    "|在|有人|有没有|没[人有]|能[帮接来处回]|可以[帮接来处回]|行不行|好(?![贵多用])|谢|请|快|急"
    "|马上|立刻|立即|赶紧"
    "|现在|吗|嘛|么|呢|呐|吧|啊|呀|哦|噢|喔|哈|了|啦|呗|哪|几点|什么时候|啥时"
    "|多久[能可会才来接回]|要[等排]"
    "|死(?=[哪到去了光活翘绝透]|$)|去了?哪|跑(?=哪|到哪|去哪|了|路)|都(?=去|死|跑|不|没|在|下班"
    "|睡)|还(?=没[人来回理上在]|不[来回理]|在吗|有人)"
    "|不(?=[回理接来见]|在线|搭理)|没(?=反应|动静|回|理|来|上线)|一直|老是|总是|迟迟|半天|是不是"
    "|失踪|消失|睡着|掉线|离线|下线"
    "|滚?出来|干[嘛吗什啥]|吃饭|罢工|放假|休息|倒闭|等|排队|到底|怎么(?![收算计卖做])"
    "|咋(?![收算计卖做])|为什么|为啥|麻烦|拜托|你|您|我|转|先|再|一下|上班|下班"
)
_STANDS = re.compile(
    # 转人工 is a call, whatever follows; but 转人工费 is about a fee.
    rf"(?<=转)(?:{PERSON})(?![费草智养成降湖])|(?<=联系)(?:{PERSON})(?![费草智养成降湖])"
    rf"|(?<![纯全半含包算收省靠费非免])(?<!加工)(?<!手工)(?:{PERSON})(?=$|{BARRIER}|{_FOLLOWED})"
)

_NOT = (
    # 要不转人工, 能不能转人工, 还不转人工, 再不转人工, 你们不转人工吗: no refusals, 不转人工 is one
    rf"(?<![能可要是会还用需再])不(?=[转找接叫换]|给我)(?![^{BARRIER}]*[吗嘛么])"
    "|(?:能不能|可不可以|可以|能否|可否|能)不(?:用|要|再|给我)?(?=[转找接叫换])"
    "|(?<![能可要是会用需])不(?:用|要|需要?|想要?|必|准|许|愿意?)|不是(?=[要想找])"
    "|(?<![特区级性类个各差识告])别"
    "|甭|勿|莫|唔好|唔使|唔要|无需|无须|没必要|用不着|取消|拒绝|停止"
)
_BETWEEN = (
    "(?:再|又|给我?|帮我?|替我|让我|把我|我|老是?|总是?|一直|随便|乱|急着|着急|先|就|去|动不动"
    "|麻烦|打扰|惊动"
    "|转|接入?|找|要|想|叫|喊|换|请|联系|切换?|跳转?|呼叫|进|派|来|用|需要|跟|和|个|一下|到|成"
    "|为)*"
)
_REFUSED = re.compile(
    # 不转人工我就投诉 is a call for a person.
    rf"(?:{_NOT}){_BETWEEN}(?P<person>{PERSON}|客服)(?=$|{BARRIER}|{_FOLLOWED})"
    "(?!(?:客服|服务)?(?:的话)?[我俺]?们?(?:就|等着|投诉|退))"
)
_CALL_FOR_PERSON = re.compile(
    rf"[转找接叫换]接?(?:到|个|一下)?(?:{PERSON}|客服)(?!.{{0,4}}(?:几点|时间))|快来|人呢"
)
_WHY = re.compile("为什么|为何|为啥|怎么|咋|干[嘛吗]|凭什么|何不")  # 为什么一直不转人工 asks
# 人工客服几点上班: a question about hours.
_STAFF = f"(?:{PERSON})?(?:在线)?(?:客服|坐席|座席|值班)|{PERSON}"
_HOURS = re.compile(
    rf"(?:{_STAFF})(?:服务|咨询|热线|小姐姐|人员|的)*(?:一?般|都|是|每天|你们|早上|晚上|周末"
    rf"|节假日|周[一二三四五六日天]|今天|明天)*(?:"
    "(?:从|到)?(?:几点|什么时候|啥时候?|多久|何时)(?:钟)?(?:开始|才)?(?:上班|下班|上线|下线|在线"
    "|在(?!哪)|有人(?!吗)|工作|营业|值班|服务|休息|开门|关门|到几点)"
    "|(?:上班|工作|服务|在线|值班|营业)的?时间|(?:上班|下班|工作|休息)(?:了)?[吗么没]|(?:周末"
    "|节假日|晚上|夜里|半夜|中午)(?:也|还)?(?:在|有|上班|休息|值班))"
    rf"|(?:几点|什么时候|啥时候?|何时|哪个时间段?|周末|节假日|晚上|半夜|夜里|中午)(?:钟)?(?:开始"
    rf"|才|也|还|会|能)?有(?:没有)?(?:{_STAFF})"
)
_COMMAND = re.compile(
    r"(?:(?:请|麻烦|帮我|给我|我要|我想|快)*(?:转|找|接|叫|换)?(?:接|一下|个)?"
    rf"(?:{PERSON})(?:客服|服务|坐席)?)+[吧啊呀呢谢]*"
)


_IN_ENGLISH = re.compile(
    r"\W*(?:(?:please|can|could|may|i|you|want|need|would|like|i'd|let|me|to|talk|speak|chat|connect"
    r"|transfer|get|with)\s+)*(?:a|an|the|your)?\s*(?:real|live|actual)?\s*"
    r"(?:human(?:\s(?:being|agent))?|agent|(?:real|live)\sperson|person|representative"
    r"|staff(?:\smember)?|customer\sservice|someone)(?:\s(?:please|now|here))*\W*",
    re.IGNORECASE,
)

_WHO = f"(?:{PERSON}|客服|同事|专员|人|老板|店家|商家|小姐姐|小哥)"
_INQUIRY = re.compile(
    r"(?:喂|你好|您好|请问|那|那个|这|哎|唉|亲|亲亲|hello|hi|hey|怎么|到底|我说|麻烦|啊|呃|咋"
    r"|咋个|你们|现在|老?半天|都)*(?:"
    rf"{_WHO}(?:呢|在哪|哪去了|去哪了?|跑哪去了?|都?(?:去|跑|死)哪儿?(?:里)?去?了|还?在不在"
    rf"|还?在吗?|还没来|还不来|什么时候来|啥时候来|多久来|来了)"
    rf"|(?:还|都|有)*(?:没|没有|有|冇)(?:{_WHO}|来人)(?:在|来|理我?|回我?|回复|接|管|应|搭理"
    rf"|理睬|吗|上班)*(?:我)?"
    "|(?:还)?(?:在不在|在吗|在么|在嘛|还在)|(?:还)?(?:要|得"
    "|需要)?(?:我)?(?:再)?等(?:待)?(?:到)?(?:多久|多长时间|几分钟|什么时候|啥时候)|还要等"
    "|(?:还要|还得|大概)?多久(?:能|才|可以|会)?(?:有?人?回我?|有人|来人|轮到我|接入?|接通|转接?"
    "|回复)|(?:什么时候|啥时候|几时)(?:能|才|会|可以)?(?:有人|来人?|回我?|轮到我|回复我?|接通?)"
    "|(?:现在)?排(?:队)?(?:到)?(?:我|第几|几号|多少号|哪)|我?前面还?有?(?:多少|几)个?人"
    "|(?:我)?(?:是)?第几(?:个|位)?"
    "|(?:帮我)?(?:转|接|转接|接通)(?:好|上|过去|到)?了(?:没|吗|没有)?|(?:帮我|再)?催(?:一?下"
    "|一催|催)?|快(?:点|一点|些)?(?:来人|回我?|理我)?|(?:理|回|回复|答复)(?:一?下)?我(?:一?下)?"
    "|(?:我|都|已经|在这)*等(?:了)?(?:你们)?(?:半天|好久|很久|这么久|那么久|老半天"
    "|[0-9一二两三四五六七八九十几半好多]+(?:个)?(?:分钟?|小时|钟头|钟))(?:了)?(?:还没人?(?:来"
    "|回|理)?)?"
    "|(?:还|怎么|都|又)*(?:不|没)(?:人)?(?:来|回|理|回复|说话|应|搭理)(?:我|人|消息)?|说话"
    "|吱个?声|人都?没有?|喂|hello|hi"
    ")(?:[啊呀呢吗嘛么哦噢喔吧了的哈呐没滴咯呗诶欸]|请|快点|急|谢谢|在线等|到底|亲|喂|我)*"
)  # fmt: skip


def read_wish(text: str) -> Wish:
    """The wish for a person in a text, in either script and with any spacing.

    One call for a person outweighs all other mentions: 人工费怎么退，转人工.
    """
    if _IN_ENGLISH.fullmatch(text):
        return "asks"
    letters = fold_letters(text).letters
    refused = [
        match.span("person")
        for match in _REFUSED.finditer(letters)
        if not _WHY.search(letters[: match.start()].rpartition(BARRIER)[2])
    ]
    mentions = [match.span() for match in _MENTION.finditer(letters)]
    if not (refused or mentions):
        return "hours" if _HOURS.search(letters) else "unnamed"
    if _HOURS.search(letters) and not _CALL_FOR_PERSON.search(letters):
        return "hours"
    calls = (match.span() for match in _STANDS.finditer(letters))
    if any(span not in refused for span in calls):
        return "asks"
    return "refused" if refused else "part"


def asks_after_person(text: str) -> bool:
    """Whether a follower who waits for an agent asks about the wait, or calls again.

    The whole of a short message has to say so: 多久能到 asks about a parcel.
    """
    if not text.strip() or not text.strip("?？!！。…~ "):
        return "?" in text or "？" in text
    clauses = [clause for clause in fold_letters(text).letters.split(BARRIER) if clause]
    letters = "".join(clauses)
    if len(letters) > LONGEST_INQUIRY:
        return False
    whole = _INQUIRY.fullmatch(letters) or all(map(_INQUIRY.fullmatch, clauses))
    return bool(whole) or commands_person(text) or _calls_only(text)


def _calls_only(text: str) -> bool:
    return read_wish(text) == "asks" and len(fold_letters(text).letters) <= LONGEST_CALL


def commands_person(text: str) -> bool:
    """Whether the text is only the command that the phrases tell followers to send, 人工 or
    "human"; it calls an agent whatever the model's classification.
    """
    whole = fold_letters(text).letters.replace(BARRIER, "")
    return bool(_COMMAND.fullmatch(whole) or _IN_ENGLISH.fullmatch(text))
