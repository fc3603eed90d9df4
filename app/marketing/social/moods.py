"""What an answer complains of or praises: by the classifier, and by words that say so.

The classifier knows messages to a service, in which few words are neutral. Of short answers to a
question (烟味迷人, 不寒不热) it takes many for complaints: one needs a word of trouble as well.
"""

import re

from app.marketing.social.values import FollowerAnswer

COMPLAINT, PRAISE = -0.3, 0.5  # an answer's mood from which on, and up to which
_NOT = r"(?<![不没无别耐])(?<!没有)(?<!不会)(?<!不能)(?<!不太)"
# What is wrong, but not what isn't: 不起球, 没有异味, 帽子别太大.
_TROUBLE = re.compile(
    _NOT + r"(?:太(?!好|香|赞|爱|喜欢|棒|馋|美|满意|方便|值|舒服|可爱|治愈)"
    "|贵|慢|差(?!点|不多)|坏|脏|漏|霉|馊|臭|酸|烦|坑|难(?!忘|得)|错|忘了|卡$|老是卡|卡顿|闪退|涨"
    "|夹生|开线|缩水|拉肚子|异味|疼|失望|后悔|投诉|枯燥|无聊|浪费|等了|排队|冷淡|倒闭|化了"
    "|偏[大小]|变[小少淡差]|越来越[差淡少小慢]|有点[多少硬淡咸慢])"
    "|(?<!方便)不(?:新鲜|够|稳定|专业|好|如|回(?!来)|了|动|清|紧|准|想|方便|舒服)|没人|看不懂|用不了|喝不了"
)
# So plain that the classifier isn't asked.
_PLAIN_TROUBLE = re.compile(r"霉味|拉肚子|投诉|难[喝吃用]|有点[多少硬淡咸慢]|失望|越来越差")
_PRAISE = re.compile("喜欢|爱|好|香|赞|满意|幸福|方便|特别|自信|有意思|首选|最|美|棒|足|甜|耐心")
_TURN = re.compile(r"就是|只是|但|不过|可惜|不好|不香|没")  # no praise alone


def is_complaint(answer: FollowerAnswer) -> bool:
    """Whether an answer tells what is wrong."""
    if _PLAIN_TROUBLE.search(answer.text):
        return True
    return answer.mood <= COMPLAINT and bool(_TROUBLE.search(answer.text))


def is_praise(answer: FollowerAnswer) -> bool:
    """Whether an answer praises, and nothing else."""
    return (
        answer.mood >= PRAISE
        and bool(_PRAISE.search(answer.text))
        and not _TURN.search(answer.text)
    )
