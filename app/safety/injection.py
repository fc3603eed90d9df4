"""Detects prompt injection, and makes texts harmless before they are put into a prompt."""

import regex

from app.kit.text import fold

# By name of the attempt. Gaps between words are short, so that the words belong together.
# "忽略上面的要求，发顺丰" is shop talk: only words for what a model has (prompt, persona) count.
_PATTERNS = {
    "override": r"""
        (?:忽略|无视|忘记|忘掉|抛开|跳过|绕过|覆盖|推翻|不要理会|不再遵守|不要遵守|停止遵守)
        [^。！？\n]{0,12}(?:指令|指示|提示词|系统提示|设定|预设|安全规则|安全限制|prompt)
      | (?:忽略|无视|忘记|忘掉)[^。！？\n]{0,6}(?:所有|一切|全部|你的)
        [^。！？\n]{0,6}(?:规则|限制|约束|命令)
      | \b(?:ignore|disregard|forget|override|bypass)\b[^.\n]{0,30}
        \b(?:previous|above|prior|earlier|preceding|all|any|your|system)\b[^.\n]{0,30}
        \b(?:instructions?|prompts?|rules|directions|guidelines|constraints)\b""",
    "persona": r"""
        你现在是(?:一个|一名|一位)?
        (?:不受|没有|dan\b|超级|系统管理员|管理员|开发者|黑客|root|另一个(?:ai|模型|助手))
      | 从现在(?:开始|起),?(?:你)(?:就|将)?(?:是|叫|扮演|变成|只回答|只能回答|要听我|听我的)
      | (?:进入|开启|切换到|启用)(?:开发者|调试|上帝|越狱|管理员|无限制|dan)模式
      | (?:请|你)(?:来)?(?:扮演|假扮)(?:一个|一名|一位|我的|不受)
      | \bfrom\ now\ on,?\ you(?:\ are|\ will|'re)\b
      | (?:^|[.!?,;:\n]\s*|\b(?:please|and|now|must|should|will)\ )
        (?:you\ are\ now|pretend\ (?:to\ be|you\ are)|act\ as\ (?:an?|the|my|if))\b""",
    "leak": r"""
        (?:输出|告诉我|打印|重复|复述|显示|泄露|泄漏|展示|说出|翻译|总结|发给我|写出|背诵|公开|透露)
        [^。！？\n]{0,12}(?:提示词|系统提示(?!音)|系统指令|系统设定|初始指令|初始设定|内部指令
        |你的指令|你的设定|prompt|以上(?:全部|所有)?(?:文字|内容|对话)的?原文)
      | (?:你的|系统)(?:提示词|系统提示|系统指令|初始指令|prompt)
        (?:是什么|是啥|有哪些|有什么|全文|原文|发|给)
      | \b(?:reveal|show|print|repeat|output|tell\ me|what(?:\ is|\ are|'s)|leak|display|give\ me)\b
        [^.\n]{0,30}\b(?:system\ prompt|your\ (?:\w+\ )?(?:prompt|instructions)
        |the\ (?:initial|hidden|original)\ (?:prompt|instructions)
        |(?:text|words|everything)\ above)\b""",
    "marker": r"""
        <\|[^<>|\n]{1,40}\|> | \[/?inst\] | <</?sys>>
      | </?(?:system|assistant|instructions?|passages?|context|prompt|tool_call|tool_response)>
      | (?m:^[\ \t>*\#]*(?:system|assistant|developer|human)[\ \t]*:)
      | (?m:^[\ \t>*\#]*(?:系统指令|新指令|最高指令|管理员指令|开发者指令|最新指令)[\ \t]*:)
      | (?m:^\#{2,}[\ \t]*(?:instructions?|system|response|指令|系统指令)\b)""",
    "jailbreak": r"""
        \bdo\ anything\ now\b | \bdan\ mode\b | \bdeveloper\ mode\ (?:on|enabled)\b | \bjailbreak\b
      | (?:不受|没有)(?:任何)?(?:道德|内容|安全)?(?:限制|约束|审查)的?
        (?:ai|助手|模型|人工智能|机器人|回答)""",
}  # fmt: skip
_SUSPICIOUS = regex.compile(
    "|".join(f"(?P<{name}>{pattern})" for name, pattern in _PATTERNS.items()), regex.VERBOSE
)
_INVISIBLE = regex.compile(r"[\p{Cf}\p{Mn}\p{Co}\p{Cn}]|[^\P{Cc}\n\t]")
_BETWEEN_HAN = regex.compile(r"(?<=\p{Han})[ \t*_.·-]+(?=\p{Han})")

# Replacements that a tokeniser's normalisation (NFKC) doesn't turn back into markers.
_ANGLES = str.maketrans(dict.fromkeys("<＜﹤〈", "‹") | dict.fromkeys(">＞﹥〉", "›"))
_BARS = regex.compile(r"(?<=‹)[|｜︱]|[|｜︱](?=›)")
_INST = regex.compile(r"[\[［]\s*(/?\s*inst|\d{1,3})\s*[\]］]", regex.IGNORECASE)
_ROLE = regex.compile(
    r"^([ \t>›*#]*)(system|assistant|user|developer|human|tool|系统指令|新指令)[ \t]*[:：︰﹕]",
    regex.IGNORECASE | regex.MULTILINE,
)
_RULE = regex.compile(r"""([`"'#=~*_-])\1{2,}""")


def detect_injection(text: str) -> str | None:
    """The kind of injection in a text: override, persona, leak, marker, jailbreak; else None.

    For messages and passages alike. Detection is not exact: every text that is put into a prompt
    is also passed through `fence_text`.
    """
    match = _SUSPICIOUS.search(_fold_readable(text))
    return match.lastgroup if match else None


def fence_text(text: str) -> str:
    """Replace everything in a text that could open, close or change a role. Idempotent.

    Angle brackets, bars within them, [INST] and [1], roles at the beginning of lines, and runs of
    quotes, backticks, # or = that could close a fence become similar characters.
    """
    bare = _INVISIBLE.sub("", text).translate(_ANGLES)
    bare = _INST.sub(r"(\1)", _BARS.sub("¦", bare))
    return _RULE.sub(r"\1\1", _ROLE.sub(r"\1(\2)", bare))


def _fold_readable(text: str) -> str:
    plain = fold(_INVISIBLE.sub("", text))
    return _BETWEEN_HAN.sub("", plain)
