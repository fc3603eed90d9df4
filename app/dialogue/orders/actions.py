"""Recognises what a follower wants done about an order or booking, such as a refund. No I/O.

Only agents can do these things. Questions about the rules (能退吗, 怎么改地址) don't count.
"""

import re
from collections.abc import Mapping

from app.dialogue.language import in_script
from app.dialogue.orders.texts import Action
from app.dialogue.understanding.complaints.repairs import asks_to_mend
from app.dialogue.understanding.sentences import sentence_kinds
from app.safety.words.normalise import BARRIER, fold_letters

LONGEST = 40  # letters; longer messages are left to their intent
_WISH = "(?<!不)(?:想|要)|申请|需要|帮|给我|麻烦|请(?!假|甲|教|问)|能不能(?=帮|给)"
_NOT_WANTED = re.compile(
    r"不(?:想|要|用|需要|打算)?再?(?:退|换|取消|改)|退给|(?:能|可以)\w{0,6}[退换]"
    "|(?:已经|刚刚?|上次|之前)(?:申请)?[退换改取]|[退换改]了|取消了|别(?:退|换|取消|改)"
    "|退(?:休|役|烧|热|色|出|群|房|潮|伍)|改(?:天|善|造|变|良|装|衣)"
)
_FOR_THEM = re.compile("帮我|麻烦|^请(?!假|甲|教|问)")  # 帮我改下地址可以吗 is a wish
_NOUN_AT_END = re.compile(r"(?:地址|电话)\W*$")  # the noun alone is a question: 你们地址
_OF_AN_ORDER = "订单|预约|预订|订的|约的|课|单子|单"
_ACTIONS: Mapping[Action, re.Pattern[str]] = {
    "refund": re.compile(
        rf"(?:{_WISH})\w{{0,8}}退|退(?:一?下|掉|吧)|^退(?:款|货|钱|卡|课|票|费|订单|定金|押金)吧?$"
        "|[^\\W不]想退$"
    ),
    "exchange": re.compile(
        rf"(?:{_WISH})\w{{0,6}}换货"
        r"|(?:坏|破|碎|裂|缺|脏|错|[小大反]了|不合适|不对|瑕疵|问题)\w{0,4}\W?\w{0,3}(?:想|要|给我|帮我)换"
    ),
    "cancel": re.compile(
        rf"(?:{_WISH})\w{{0,6}}取消(?!关注|订阅|自动)|取消(?:一?下)?(?:我的|这个)?(?:{_OF_AN_ORDER})"
    ),
    "change": re.compile(
        r"[改换](?:一?下|个)?(?:送货|收货|收件|配送|送花|新)?的?(?:地址|收货人|收件人|电话|手机号|日期|时间)"
        r"|(?:地址|电话|手机号|收货人|收件人|名字|贺?卡片?|日期|时间)\w{0,3}[写填留选]错"
    ),
    "today": re.compile(
        r"(?:今[天晚日早]|今儿|马上|立刻|立马|等会儿?|现在"
        r"|(?:中午|下午|晚上)(?:[0-9一二两三四五六七八九十]+点)?(?:之?前)?)(?:\w{0,6}?)(?:就|得|急)*"
        r"(?:要(?=$|[一两二三四五六七八九十几半0-9][束个份盒件桌间张位本台套瓶箱]|送|的$)"
        r"|用(?=$|的$|上)|需要(?=$|[一两]))"
        f"|急[用需]|(?:{_WISH})加急"
    ),
}


def find_action(text: str) -> Action | None:
    """The action that a message wants; None if it asks, tells, or wants something else."""
    letters = fold_letters(text).letters
    question = _NOUN_AT_END.sub("", in_script(text, "simplified"))
    is_question = sentence_kinds.is_question(question) and not _FOR_THEM.search(letters)
    if is_question or len(letters) > LONGEST or asks_to_mend(text):
        return None
    for clause in letters.split(BARRIER):
        if _NOT_WANTED.search(clause):
            continue
        for action, words in _ACTIONS.items():
            if words.search(clause):
                return action
    across = _ACTIONS["exchange"].search(letters) and not _NOT_WANTED.search(letters)
    return "exchange" if across else None
