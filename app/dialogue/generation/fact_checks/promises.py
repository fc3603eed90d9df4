"""Finds promises: free delivery, refunds, stock, warranties. No I/O."""

from collections.abc import Iterator

import regex

from app.dialogue.generation.fact_checks.fact_values import Fact

_PROMISES = {
    "包邮": "包邮|免运费|免邮|free (?:shipping|delivery)|(?:shipping|delivery|postage) is free",
    "免费": r"免费|不收费|不要钱|complimentary|at no (?:extra )?(?:cost|charge)"
    r"|(?<!feel |sugar |caffeine |(?:shipping|delivery|postage) is |-)\bfree\b"
    r"(?! to\b| time\b| shipping| delivery| gift|-)",
    "不收费": r"不(?:另|再|额外)?收(?:您|取)?\p{Han}{1,4}费",
    "无理由": "无理由|no[- ]questions|for no reason|without (?:any |giving a )?reason",
    "全额": "全额|全款退|full refund", "赔付": "赔付|赔偿|包赔|假一赔|compensat",
    "保修": "保修|质保|包换|warranty", "终身": "终身|永久|lifetime",
    "有货": r"有货|现货|有库存|库存充足|\bin stock",
    "缺货": "缺货|没货|售罄|断货|无货|out of stock|sold out",
    "当天": "当天|当日|今天就?发|即日|same[- ]day",
    "次日": "次日|隔天|隔日|明天就?[发到]|next[- ]day",
    "半价": "半价|五折|对折|half[- ]price", "赠送": "赠送|买一送一|送赠品|免费送|free gift|buy one",
    "优惠": "优惠券|满减|打折|折扣|discount|coupon|voucher",
    "运费险": "运费险", "上门": "上门|door[- ]to[- ]door|at your door",
}  # fmt: skip
_PROMISE = {name: regex.compile(words) for name, words in _PROMISES.items()}
_NOT = regex.compile(
    r"(?:不|无|没有?|非|未|勿|不能|不可以?|不支持|不提供|暂不|不享受?|\b(?:no|not|isn't"
    r"|never)\b.{0,4})$"
)


def find_promises(text: str) -> Iterator[Fact]:
    """The promises in a folded text; denied ones begin with 不."""
    for name, pattern in _PROMISE.items():
        for match in pattern.finditer(text):
            negated = _NOT.search(text, max(0, match.start() - 8), match.start())
            yield Fact("promise", f"{'不' if negated else ''}{name}", quote=match.group())
