"""A sentence for each error type of pydantic that our schemas raise, in English and Chinese.

The names in braces are of the error's context, as pydantic documents them. docs:
https://docs.pydantic.dev/latest/errors/validation_errors/
"""

from collections.abc import Mapping

Sentence = tuple[str, str]  # English, Chinese

_OBJECT = ("must be an object", "应为一个对象")
_LIST = ("must be a list", "应为一个列表")
_NUMBER = ("must be a number", "应为数字")
_WHOLE = ("must be a whole number", "应为整数")
_TEXT = ("must be a text", "应为文字")
_YES_OR_NO = ("must be true or false", "应为 true 或 false")
_DATE = ("must be a date like 2026-12-01", "应为日期，如 2026-12-01")
_TIME = (
    "must be a time like 2026-12-01T08:00:00+08:00",
    "应为时间，如 2026-12-01T08:00:00+08:00",
)
_ONE_OF = ("must be {expected}", "只能是 {expected}")
_NO_FIELD = (
    "there is no such field: leave it out, or correct its name",
    "没有这个字段，请删除或改正名称",
)

# With the value that was received behind it.
ABOUT_VALUES: Mapping[str, Sentence] = {
    "bool_parsing": _YES_OR_NO,
    "bool_type": _YES_OR_NO,
    "dataclass_type": _OBJECT,
    "date_from_datetime_inexact": _DATE,
    "date_from_datetime_parsing": _DATE,
    "date_parsing": _DATE,
    "date_type": _DATE,
    "datetime_from_date_parsing": _TIME,
    "datetime_object_invalid": _TIME,
    "datetime_parsing": _TIME,
    "datetime_type": _TIME,
    "dict_type": _OBJECT,
    "empty": ("must not be empty", "不能为空"),  # too short where at least 1 is asked for
    "enum": _ONE_OF,
    "finite_number": ("must be a finite number", "应为有限的数字"),
    "float_parsing": _NUMBER,
    "float_type": _NUMBER,
    "frozen_set_type": _LIST,
    "greater_than": ("must be more than {gt}", "应大于 {gt}"),
    "greater_than_equal": ("must be {ge} or more", "不能小于 {ge}"),
    "int_from_float": _WHOLE,
    "int_parsing": _WHOLE,
    "int_parsing_size": _WHOLE,
    "int_type": _WHOLE,
    "less_than": ("must be less than {lt}", "应小于 {lt}"),
    "less_than_equal": ("must be {le} or less", "不能大于 {le}"),
    "list_type": _LIST,
    "literal_error": _ONE_OF,
    "mapping_type": _OBJECT,
    "model_attributes_type": _OBJECT,
    "model_type": _OBJECT,
    "none_required": ("must be null", "只能是 null"),
    "set_type": _LIST,
    "string_pattern_mismatch": ("must be {form}", "应为{form}"),
    "string_too_long": ("must have {max_length} characters or less", "最多 {max_length} 个字符"),
    "string_too_short": ("must have {min_length} characters or more", "至少 {min_length} 个字符"),
    "string_type": _TEXT,
    "timezone_aware": ("must name its time zone, like +08:00", "要写明时区，如 +08:00"),
    "too_long": ("must have {max_length} items or less", "最多 {max_length} 项"),
    "too_short": ("must have {min_length} items or more", "至少 {min_length} 项"),
    "tuple_type": _LIST,
}
# These say it all.
WHOLE: Mapping[str, Sentence] = {
    "assertion_error": ("{error}", "{error}"),
    "extra_forbidden": _NO_FIELD,
    "json_invalid": (
        "this is no JSON: {error}, at character {last}",
        "这不是 JSON：第 {last} 个字符处 {error}",
    ),
    "json_full_width": (
        "this is no JSON: write {sign} in place of {character}, at character {last}",
        "这不是 JSON：第 {last} 个字符处的 {character} 应写成半角的 {sign}",
    ),
    "missing": ("required, but missing", "必填，但没有给出"),
    "unexpected_keyword_argument": _NO_FIELD,  # of a dataclass
    "union_tag_invalid": (
        "{discriminator} must be one of {expected_tags}, got '{tag}'",
        "{discriminator} 只能是 {expected_tags} 之一，收到 '{tag}'",
    ),
    "union_tag_not_found": (
        "{discriminator} is required, but missing",
        "{discriminator} 必填，但没有给出",
    ),
    "unstorable_text": (
        "NUL and halves of surrogate pairs can't be kept: leave the character out",
        "不能保存 NUL 或半个代理对，请删除这个字符",
    ),
    "value_error": ("{error}", "{chinese}"),
}
# Signs that Chinese keyboards give, and what JSON has in their place.
FULL_WIDTH_SIGNS: Mapping[str, str] = dict.fromkeys("“”„‟＂‘’＇「」", '"') | dict(
    zip("，、：｛｝［］", ",,:{}[]", strict=True)
)
# What the patterns of our schemas mean; others are quoted.
FORMS: Mapping[str, Sentence] = {
    r"^[0-9a-f]{32}$": ("an id: 32 of 0-9 and a-f", "编号：32 位 0-9 和 a-f"),
    r"^[0-9a-f]{16}$": ("an id: 16 of 0-9 and a-f", "编号：16 位 0-9 和 a-f"),
    r"^([0-9a-f]{16})?$": (
        "empty, or an id: 16 of 0-9 and a-f",
        "空，或者编号：16 位 0-9 和 a-f",
    ),
    r"^[a-z0-9]{1,15}-[0-9a-f]{32}$": (
        "an id as the list shows it",
        "列表中显示的编号",
    ),
    r"^([0-9]_)?[0-9]{1,12}(\.[0-9]{1,9})?_[0-9a-f]{32}$": (
        "the `next` of the page before",
        "上一页的 next",
    ),
    r"^(\$|[0-9]{1,16}-[0-9]{1,16})$": (
        "$, or the id of the event received last",
        "$，或者最后收到的事件编号",
    ),
    r"^[^\x00-\x1f\x7f]*$": (
        "a text without line breaks and control characters",
        "不含换行和控制字符的文字",
    ),
    r"^[^\x00-\x1f\x7f]+$": (
        "a text without line breaks and control characters",
        "不含换行和控制字符的文字",
    ),
    r"^[A-Za-z0-9_-]{1,64}$": (
        "1 to 64 of A-Z, a-z, 0-9, _ and -",
        "1 到 64 位字母、数字、_ 或 -",
    ),
    r"^[A-Za-z0-9_.:-]{1,64}$": (
        "1 to 64 of A-Z, a-z, 0-9, _, ., : and -",
        "1 到 64 位字母、数字、_、.、: 或 -",
    ),
    r"^[\w-]+$": ("letters, digits, _ and - only", "由字母、数字、_ 或 - 组成的文字"),
    r"^[\w-]{1,32}$": ("1 to 32 letters, digits, _ or -", "1 到 32 位字母、数字、_ 或 -"),
    r"^[\w-]{1,50}$": ("1 to 50 letters, digits, _ or -", "1 到 50 位字母、数字、_ 或 -"),
    r"^[\w-]{1,64}$": ("1 to 64 letters, digits, _ or -", "1 到 64 位字母、数字、_ 或 -"),
    r"^[\w-]{1,128}$": ("1 to 128 letters, digits, _ or -", "1 到 128 位字母、数字、_ 或 -"),
    r"^([a-z0-9]{1,15}\.)?[\w-]{1,64}$": (
        "an openid of letters, digits, _ and -, after its channel and a dot where it has one",
        "由字母、数字、_ 或 - 组成的 openid，有渠道时前面是渠道和一个点",
    ),
    r"^([a-z0-9]{1,15})?$": ("up to 15 of a-z and 0-9", "最多 15 位小写字母和数字"),
    r"^[a-z][a-z0-9_.]{2,60}$": (
        "a rule's id: 3 to 61 of a-z, 0-9, _ and ., a letter first",
        "规则编号：3 到 61 位小写字母、数字、_ 或 .，以字母开头",
    ),
    r"^(https?://[^\s/]+\S*)?$": (
        "an address that begins with https:// or http://, or empty",
        "以 https:// 或 http:// 开头的网址，或者空",
    ),
    r"^(|https?://[^\s]+)$": (
        "an address that begins with https:// or http://, or empty",
        "以 https:// 或 http:// 开头的网址，或者空",
    ),
    r"^(|f-[0-9a-f]{16})$": (
        "a pseudonym: f- and 16 of 0-9 and a-f",
        "化名：f- 和 16 位 0-9、a-f",
    ),
    r"^wx[0-9a-f]{16}$": (
        "an AppID: wx and 16 of 0-9 and a-f",
        "AppID：wx 和 16 位 0-9、a-f",
    ),
    r'^[^\s"<>]{1,256}$': (
        "1 to 256 characters without spaces, quotation marks, < and >",
        "1 到 256 个字符，不含空格、引号、< 和 >",
    ),
}  # fmt: skip
