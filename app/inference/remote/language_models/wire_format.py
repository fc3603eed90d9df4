"""Extracts the reply from a model's output: removes thoughts, tool calls and template marks.

Servers with a matching reasoning or tool parser remove these themselves; others pass them on as
text. No I/O; the result may be empty.
"""

import json

import regex
from regex import Pattern

# A tag's bracket: plain, full-width, or escaped for HTML or Markdown.
_LT, _GT = r"(?:\\?[<＜]|&lt;)", r"(?:\\?[>＞]|&gt;)"
_BAR = r"[|｜]"  # DeepSeek's is full-width
_NAMESPACE = r"(?:[\w.-]{1,20}:)?"
_THOUGHT = (
    r"(?:ant)?(?:think(?:ing)?|thoughts?|reason(?:ing)?|reflections?|analysis|scratchpad"
    r"|inner_?monologue|cot_budget_reflect|chain_?of_?thought)"
)
_TOOL = (
    r"(?:tool(?:s|_\w+)?|function(?:s|_\w+)?|invoke|parameters?|arguments|use_mcp_tool"
    r"|start_function_\w+)"
)

# Speakers' names before a colon. Some of them mark a turn only in certain places: see below.
_ASKER = r"用户|顾客|客户|买家|访客|问|问题|提问|user|human|customer|q|question"
_ANSWERS = r"助手|客服|答|回答|答案|答复|回复|assistant|ai|bot|answer"
_ANSWERER = rf"{_ANSWERS}|小\w|卖家|商家|a"  # 小份：20元 stands in answers, too

# Marks that begin and end a thought. Any of these may pair up: models mix them.
_THOUGHT_BEGINS: tuple[tuple[str, str], ...] = (
    ("DeepSeek, Qwen, GLM, MiniMax, EXAONE, Seed (<seed:think>)",
     rf"{_LT}\s*{_NAMESPACE}{_THOUGHT}(?:\s[^<>]{{0,80}})?{_GT}"),
    ("Kimi", r"◁\s*think\s*▷"),
    ("Magistral", r"\[THINK\]"),
    ("Gemma", r"<\|channel>[ \t]*\w*"),
    ("Cohere, OpenThinker, Apertus",
     rf"<{_BAR}(?:begin_of_|start_(?:of_)?)?(?:{_THOUGHT}|inner_prefix)(?:_(?:start|begin))?{_BAR}>"),
)  # fmt: skip
_THOUGHT_ENDS: tuple[tuple[str, str], ...] = (
    ("as above", rf"{_LT}\s*/\s*{_NAMESPACE}{_THOUGHT}\s*{_GT}"),
    ("Kimi", r"◁\s*/\s*think\s*▷"),
    ("Magistral", r"\[/THINK\]"),
    ("Gemma", r"<channel\|>"),
    ("Cohere, OpenThinker, Apertus",
     rf"<{_BAR}(?:/|end_of_|end_)(?:{_THOUGHT}){_BAR}>"
     rf"|<{_BAR}(?:{_THOUGHT}_end|inner_suffix){_BAR}>"),
    ("gpt-oss, its marks dropped by the tokenizer", r"(?<=\S)assistant\s?final(?=\P{Latin})"),
)  # fmt: skip
_THOUGHTS_IN_WORDS: tuple[tuple[str, str], ...] = (
    ("ReAct prompts",
     r"^[ \t*#]*(?:thought|action|action input|observation|思考|思考过程|推理过程)[ \t*]*[:：]"
     r".*?(?:^[ \t*#]*(?:final answer|(?:最终)?(?:答案|回答|回复|答复))[ \t*]*[:：][ \t*]*|\Z)"),
    ("Granite", r"^here is my thought process:.*?(?:^here is my response:|\Z)"),
    ("gpt-oss, its marks dropped by the tokenizer",
     r"\A(?:analysis|commentary)(?=\P{Latin})(?!.*assistant\s?final).*"),
)  # fmt: skip

# Tags around an answer: removed, while their content is kept.
_WRAPPERS: tuple[tuple[str, str], ...] = (
    ("Hunyuan, GLM, ERNIE",
     rf"{_LT}\s*/?\s*(?:answer|response|output|final(?:_answer)?|solution|reply)\s*{_GT}"),
    ("GLM-V", rf"<{_BAR}(?:begin|end)_of_box{_BAR}>"),
    ("Cohere, OpenThinker", rf"<{_BAR}(?:START|END)_RESPONSE{_BAR}>"
     rf"|<{_BAR}(?:begin|end)_of_solution{_BAR}>"),
    ("a thought without words", rf"{_LT}\s*{_NAMESPACE}{_THOUGHT}\s*/{_GT}"),
)  # fmt: skip

# Tool calls with an end mark; without the mark they extend to the end of the text.
_CALLS: tuple[tuple[str, str], ...] = (
    ("DeepSeek, Kimi, Granite, LFM, InternLM, Cohere, Doubao, Llama (<|python_tag|>), Gemma",
     r"<[|｜](?:[^<>|｜]{0,30}(?:tool|function|plugin|action|python_tag)[^<>|｜]{0,30})[|｜]?>"
     r"(?:.*<(?:[|｜][^<>|｜]{0,40}end[^<>|｜]{0,20}[|｜]|[|｜]/tool_\w+[|｜]|tool_\w+\||\|eom_id\|)>"
     r"|.*)"),
    ("Qwen, Hermes, GLM, Llama (<function=…>), Claude (<invoke …>), MiniMax, functiongemma",
     rf"{_LT}\s*{_NAMESPACE}(?<name>{_TOOL})\b[^<>]*{_GT}"
     rf".*?(?:{_LT}\s*/\s*{_NAMESPACE}(?P=name)\s*{_GT}|<end_function_\w+>|\Z)"),
    ("DeepSeek's DSML", rf"{_LT}{_BAR}{{1,2}}DSML{_BAR}{{1,2}}"
     rf"(?:.*{_LT}/{_BAR}{{1,2}}DSML{_BAR}{{1,2}}[^<>]*{_GT}|.*)"),
    ("Gemma 3, and whoever puts JSON into a fence",
     r"```+\s*(?:tool_\w+|function_call|json)\b.*?(?:```+|\Z)"),
    ("LM Studio", r"\[TOOL_REQUEST\].*?(?:\[END_TOOL_REQUEST\]|\Z)"),
    ("Qwen-Agent", r"✿\s*(?:FUNCTION|ARGS|RESULT)\s*✿.*?(?:✿\s*RETURN\s*✿\s*[:：]?|\Z)"),
    ("Llama, called as in Python", r"^[ \t]*\[[a-z_]\w*\([^\n]*(?:\)\][ \t]*$|\Z)"),
)  # fmt: skip
# Tool calls that end with their JSON.
_CALLS_IN_JSON: tuple[tuple[str, str], ...] = (
    ("Mistral", r"\[TOOL_(?:CALLS|RESULTS)\]\s*[\w.-]*(?:\[CALL_ID\][\w-]*)?(?:\[ARGS\])?\s*"),
    ("Kimi", r"\bfunctions\.[\w-]+(?::\d*\s*|\s*(?=[{\[]))"),
    ("Phi", r"\bfunctools\s*(?=\[)"),
    ("any, of its own accord", r"^[ \t]*(?=\{\s*[\"'}]|\[\s*\{\s*[\"'])"),
)  # fmt: skip

# Marks and names in front of an answer.
_TURN_BEGINS: tuple[tuple[str, str], ...] = (
    ("Llama 3", r"<\|start_header_id\|>\s*assistant\s*<\|end_header_id\|>"),
    ("Qwen, Yi (ChatML)", r"<\|im_start\|>\s*(?:assistant\b)?"),
    ("Gemma", r"<start_of_turn>\s*(?:model\b)?|<\|turn>\s*(?:model\b)?"),
    ("GLM, Phi, DeepSeek", r"<[|｜]Assistant[|｜]>"),
    ("Llama 2, Mistral", r"\[/INST\]"),
    ("GLM, the beginning of a text", r"\[gMASK\]|<sop>|<s>|<bos>|<[|｜]begin[▁_]of[▁_]\w+[|｜]>"),
    ("ChatML, its marks dropped by the tokenizer", r"(?:assistant|model)[ \t]*(?:\n|\Z)"),
    ("any, the question once more",
     rf"(?:{_ASKER})[ \t*]*[:：][^\n]{{0,200}}\n\s*(?=(?:{_ANSWERER})[:：])"),
    ("any", rf"[*#]*[ \t]*(?:{_ANSWERS})[ \t*]*[:：]\**"),
)  # fmt: skip
# Marks of a turn's end, or of a next turn that the model made up: removed with all that follows.
_TURN_ENDS: tuple[tuple[str, str], ...] = (
    ("Qwen, Llama 3, Phi, GLM, DeepSeek, gpt-oss, Cohere: any mark in bars",
     rf"<{_BAR}[^<>|｜\n]{{1,40}}{_BAR}>"),
    ("Llama 2, Mistral", r"</?s>|\[/?INST\]|<</?SYS>>|\[/?(?:EOS|BOS|SYSTEM_PROMPT)\]"),
    ("Gemma", r"<(?:start_of_turn|end_of_turn|eos|bos|pad)>|<\|?turn\|?>"),
    ("Baichuan, Falcon, Dolly", r"<(?:reserved_\d+|human|user|bot|assistant)>:?"),
    ("RWKV, older models", r"<(?:EOT|END|EOD|unk)>"),
    ("Vicuna, Alpaca, and our own prompt (用户：)",
     r"(?:^|(?<=[。！？!?…~～\]】]))[ \t*#【\[]*(?:用户|user|human|助手|assistant|instruction)"
     r"[ \t*】\]]*[:：]"),
    ("any: a question of somebody, or words of theirs and an answer",
     rf"^[ \t*#]*(?:{_ASKER})[ \t*]*[:：]"
     rf"(?=[^\n]{{0,200}}[？?][ \t]*$|.{{0,300}}^[ \t*#]*(?:{_ANSWERER})[ \t*]*[:：])"),
    ("ChatML, its marks dropped by the tokenizer", r"^[ \t#]*(?:user|system|assistant)[ \t]*$"),
)  # fmt: skip

_CHANNEL = regex.compile(r"<\|channel\|>(?P<name>[^<]*).*?<\|message\|>(?P<text>.*)", regex.DOTALL)
_CHANNEL_ENDS = regex.compile(r"<\|(?:end|start|call|return)\|>")
_FENCE = regex.compile(
    r"\A(```+|~~~+)[ \t]*\w*[ \t]*\n(?P<text>.*?)(?:\n?\1\s*\Z|\Z)", regex.DOTALL
)
# Not allowed in XML 1.0, the format of passive replies.
_UNWRITABLE = regex.compile(r"[\p{Cc}\p{Cs}\uFFFD-\uFFFF--[\n\t]]", regex.V1)


def extract_reply(text: str) -> str:
    """The reply in a model's output, stripped; "" where there is none.

    A thought with an end mark only begins with the text: templates put the opening tag into the
    prompt. A JSON object is never a reply, whatever it holds.
    """
    text = _drop_unwritable(text)
    for step in (_take_final_channel, _drop_thoughts, _drop_calls, _drop_turns, _drop_fence):
        text = step(text)
    # Again, since the removed fence may have held JSON.
    return _drop_json_calls(text).strip()


def extract_json(text: str) -> str:
    """What a model wrote instead of a reply where JSON was asked for: without thoughts, with all
    that stands around the JSON; `json_answers` reads it.
    """
    text = _drop_unwritable(text)
    for step in (_take_final_channel, _drop_thoughts):
        text = step(text)
    return text.strip()


def _compile_patterns(
    patterns: tuple[tuple[str, str], ...], around: str = "(?:{})"
) -> Pattern[str]:
    either = "|".join(pattern for _, pattern in patterns)
    return regex.compile(around.format(either), regex.I | regex.M | regex.DOTALL)


_THOUGHT_MARK = _compile_patterns(
    (("begins", f"(?<begins>{'|'.join(p for _, p in _THOUGHT_BEGINS)})"), *_THOUGHT_ENDS)
)
_SPOKEN_THOUGHT, _WRAPPER = _compile_patterns(_THOUGHTS_IN_WORDS), _compile_patterns(_WRAPPERS)
_EACH_CALL = [_compile_patterns((row,)) for row in _CALLS]
_JSON_CALL = _compile_patterns(_CALLS_IN_JSON)
_TURN_BEGIN, _TURN_END = (
    _compile_patterns(_TURN_BEGINS, r"\A(?:{})\s*"),
    _compile_patterns(_TURN_ENDS),
)


def _drop_unwritable(text: str) -> str:
    """Join surrogate pairs that came in two pieces; drop lone surrogates and control characters."""
    whole = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return _UNWRITABLE.sub("", whole.replace("\r\n", "\n").replace("\r", "\n"))


def _take_final_channel(text: str) -> str:
    """Keep the final channel of gpt-oss's harmony format; other text is unchanged."""
    before, mark, rest = text.partition("<|channel|>")
    if not mark:
        return text
    parts = [_CHANNEL.match(mark + part) for part in rest.split(mark)]
    final = [
        _CHANNEL_ENDS.split(part["text"])[0]
        for part in parts
        if part and part["name"].strip().lower().startswith("final")
    ]
    return "".join([_CHANNEL_ENDS.split(before)[0], *final])


def _drop_thoughts(text: str) -> str:
    """Remove thoughts with their marks; an end mark alone ends a thought that began the text."""
    text = _SPOKEN_THOUGHT.sub("", _WRAPPER.sub("", text))
    reply, at, thinking = "", 0, False
    for mark in _THOUGHT_MARK.finditer(text):
        if not thinking:
            reply += text[at : mark.start()]
        if mark["begins"]:
            thinking = True
        else:
            reply, thinking = reply if thinking else "", False
        at = mark.end()
    return reply if thinking else reply + text[at:]


def _drop_calls(text: str) -> str:
    for call in _EACH_CALL:
        text = call.sub("", text)
    return _drop_json_calls(text)


def _drop_json_calls(text: str) -> str:
    """Remove tool calls with their JSON; where it is invalid, all to the end of the text."""
    while call := _JSON_CALL.search(text):
        try:
            _, end = json.JSONDecoder().raw_decode(text, call.end())
        except (ValueError, RecursionError):
            end = len(text)
        text = text[: call.start()] + text[end:]
    return text


def _drop_turns(text: str) -> str:
    """Remove marks and names in front of the answer, and all from its turn's end on."""
    text = text.strip()
    while begin := _TURN_BEGIN.match(text):
        text = text[begin.end() :]
    return _TURN_END.split(text, maxsplit=1)[0]


def _drop_fence(text: str) -> str:
    fence = _FENCE.match(text.strip())
    return fence["text"] if fence else text
