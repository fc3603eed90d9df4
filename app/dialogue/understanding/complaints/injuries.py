"""Recognises reports of injuries that the brand may be liable for, so that agents answer. No I/O.

Questions whether an injured person may take part, and dropped phones, are none.
"""

import re

from app.safety.words.normalise import BARRIER, fold_letters

_BODY = (
    "手(?![机表环办工链套])|脚|腿|头(?![发像饰])|脸|膝盖?|腰|胳膊|牙|眼|鼻"
    "|人(?![民气家])|孩子|小孩|宝宝|娃|老人|我[妈爸]|狗|猫"
)
_HIT = "砸|夹|磕|撞|划|割|烫|刮|咬|抓|扎|扭"
_INJURED = re.compile(
    "崴了|崴到|扭伤|拉伤|摔(?:伤|倒|得|了?一?跤|骨折)|滑(?:倒|了一?跤)|烫伤|烧伤|砸伤|夹伤|磕伤|撞伤|划伤|割伤|刮伤|咬伤|抓伤|剪伤|弄伤|压伤"
    "|[练做按]伤|骨折|受伤|流血|出血|起泡"
    rf"|(?:{_HIT})(?:到|伤|破|了)了?(?:我的?|他的?|她的?)?(?:{_BODY})"
    rf"|(?:{_BODY})[指背趾]?[都也又]?(?:被\w{{0,8}})?(?:摔|{_HIT}|弄)(?:到|伤|破|出血|了(?!手机|屏|杯|碗|盘|镜|平板|电脑|东西))"
)
# Possible or past injuries, and trades that treat them.
_PROSPECT = re.compile(
    "会不会|会(?=崴|扭|拉|摔|滑|烫|受|伤)|是不是|怕|担心|万一|如果|要是|假如|容易|避免|防|不(?:受|会)|没(?:有)?(?:受|摔)"
    "|受过|以前|恢复|术后|康复"
)
# Questions about what an injured person may do.
_MAY = re.compile(
    r"(?:能|可以|适合|能不能|可不可以)(?:在\w{0,6}?)?"
    "(?:来|上|练|做|学|参加|带|用|穿|吃|喝|停|请|换|改|延)"
)
_LIABLE = re.compile("赔|负责|医药费|医疗费|医疗险|意外险|有?保险|管不管|管吗|管么|谁管|承担|说法")
_WITH_US = re.compile(
    "被[你您]们|给[剪弄烫按刮打修拔]|(?:在|被|让|给)(?:你|您)们?(?:家|店|馆|这|那|的|教练|老师|技师|师傅|员工|店员|给)"
    "|你们(?:这|那|家|店|馆|的|给|把|员工|教练|老师|技师|师傅|店员)"
    "|[店馆场园]里|在[店馆场园]|门口|台阶|泳池|跑步机|器械|滑梯|蹦床|淋浴间?|电梯|(?:教练|老师|技师|师傅|店员)(?:把|给|弄)"
)


def reports_injury(text: str) -> bool:
    """Whether the text reports an injury, and names liability or the brand's place or staff."""
    letters = fold_letters(text).letters
    injured = any(
        _INJURED.search(clause) and not _PROSPECT.search(clause)
        for clause in letters.split(BARRIER)
    )
    if not injured:
        return False
    return bool(_LIABLE.search(letters)) or (
        bool(_WITH_US.search(letters)) and not _MAY.search(letters)
    )
