"""Every mark that a model's template or training leaves in a text, and answers that look alike."""

import time

import pytest

from app.inference.remote.language_models.wire_format import extract_reply

REPLY = "签收后十五天内可以换货，运费由我们承担。[k1]"
THOUGHT = "用户问换货，资料说十五天内可以换货。"
CALL = '{"name": "search", "arguments": {"q": "换货"}}'


@pytest.mark.parametrize(
    ("begin", "end"),
    [
        *[(f"<{tag}>", f"</{tag}>") for tag in (
            "think", "Think", "THINKING", "thinking", "thought", "reasoning", "reflection",
            "seed:think", "analysis", "scratchpad", "inner_monologue", "antThinking",
        )],
        ("<think >", "</think >"), ("< think >", "< /think >"), ("<think>\n", "\n</think>\n\n"),
        ('<think type="long">', "</think>"), ("<think>", "</thinking>"),
        ("<think>我写在 <think> 里。", "</think>"),
        ("＜think＞", "＜/think＞"), ("&lt;think&gt;", "&lt;/think&gt;"),
        (r"\<think\>", r"\</think\>"), ("◁think▷", "◁/think▷"), ("[THINK]", "[/THINK]"),
        ("<|channel>thought\n", "<channel|>"), ("<|START_THINKING|>", "<|END_THINKING|>"),
        ("<|begin_of_thought|>", "<|end_of_thought|>"), ("<|inner_prefix|>", "<|inner_suffix|>"),
        ("<|channel|>analysis<|message|>", "<|end|><|start|>assistant<|channel|>final<|message|>"),
        ("analysis", "assistantfinal"), ("思考：", "\n回答："), ("Thought: ", "\nFinal Answer: "),
        ("Here is my thought process:\n", "\nHere is my response:\n"),
    ],
)  # fmt: skip
def test_a_thought_is_no_reply(begin: str, end: str) -> None:
    whole, cut = f"{begin}{THOUGHT}{end}{REPLY}", f"{begin}{THOUGHT}"

    assert (extract_reply(whole), extract_reply(cut)) == (REPLY, "")


@pytest.mark.parametrize("end", ["</think>\n\n", "</thinking>", "◁/think▷", "[/THINK]"])
def test_a_thought_that_only_ends_began_in_the_prompt(end: str) -> None:
    assert extract_reply(f"{THOUGHT}\n{end}{REPLY}") == REPLY


def test_a_thought_in_the_middle_parts_nothing() -> None:
    text = f"<think>{THOUGHT}</think>{REPLY[:9]}<think>{THOUGHT}</think>{REPLY[9:]}<think/>"

    assert extract_reply(text) == REPLY


def test_a_thought_within_a_thought_is_none_of_the_reply() -> None:
    assert extract_reply(f"<think>一<think>二</think>{THOUGHT}</think>{REPLY}") == REPLY


@pytest.mark.parametrize(
    "call",
    [
        f"<tool_call>\n{CALL}\n</tool_call>\n",
        "<function=search>\n<parameter=q>\n换货\n</parameter>\n</function>\n",
        '<invoke name="search"><parameter name="q">换货</parameter></invoke>',
        '<function_calls>\n<invoke name="s"></invoke>\n</function_calls>',
        '<minimax:tool_call>\n<invoke name="s">\n</invoke>\n</minimax:tool_call>',
        "<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>function<｜tool▁sep｜>search\n"
        '{"q":"换货"}<｜tool▁call▁end｜><｜tool▁calls▁end｜>',
        '<｜DSML｜function_calls>\n<｜DSML｜invoke name="s">\n</｜DSML｜invoke>\n'
        "</｜DSML｜function_calls>",
        "<|tool_calls_section_begin|><|tool_call_begin|>functions.search:0"
        '<|tool_call_argument_begin|>{"q":"x"}<|tool_call_end|><|tool_calls_section_end|>',
        'functions.search:0{"q":"x"}',
        f"<|tool_call|>{CALL}<|/tool_call|>",
        '<|tool_call_start|>[search(q="x")]<|tool_call_end|>',
        f"<|START_ACTION|>[{CALL}]<|END_ACTION|>",
        f"<|action_start|><|plugin|>{CALL}<|action_end|>",
        f"<|FunctionCallBegin|>[{CALL}]<|FunctionCallEnd|>",
        '<|tool_call>call:search{q:<|"|>x<|"|>}<tool_call|>',
        "<start_function_call>call:search{q:x}<end_function_call>",
        f"<|python_tag|>{CALL}<|eom_id|>",
        '```tool_code\nsearch("x")\n```\n',
        f"[TOOL_CALLS][{CALL}]",
        '[TOOL_CALLS]search[CALL_ID]a1[ARGS]{"q":"x"}',
        f"[TOOL_REQUEST]{CALL}[END_TOOL_REQUEST]",
        f"functools[{CALL}]\n",
        f"✿FUNCTION✿: search\n✿ARGS✿: {CALL}\n✿RESULT✿: x\n✿RETURN✿: ",
        '[search(q="换货")]\n',
        f"{CALL}\n",
        f"[{CALL}]\n",
        f"```json\n{CALL}\n```\n",
    ],
)
def test_a_tool_call_is_no_reply(call: str) -> None:
    texts = (call + REPLY, f"{REPLY}\n{call}", call, call[: len(call) * 2 // 3])

    assert [extract_reply(text) for text in texts] == [REPLY, REPLY, "", ""]


@pytest.mark.parametrize(
    "text",
    ['{"answer": "十五天内可以换货。"}', '{\n "answer": "十五天"\n}', "{'name': 'search'}", "{}",
     '{"name": "sea', "[TOOL_CALLS]search", "<|im_start|>user\n那运费呢", "用户：那运费呢？",
     "<think>", "</think>", "\x00", " \n"],
)  # fmt: skip
def test_where_no_reply_is_nothing_is_left(text: str) -> None:
    assert extract_reply(text) == ""


@pytest.mark.parametrize(
    "end",
    ["<|im_end|>", "<end_of_turn>", "</s>", "<eos>", "<|eot_id|>", "<|endoftext|>", "<|return|>",
     "<｜end▁of▁sentence｜>", "<|END_OF_TURN_TOKEN|>", "<turn|>", "<EOT>", "[EOS]", "<|user|>\n嗯",
     "<|im_end|>\n<|im_start|>user\n再问", "<|start_header_id|>user<|end_header_id|>", "<human>: x",
     "[INST] 再问 [/INST] 再答", "<｜User｜>再问", "\n用户：那运费呢？\n助手：运费由我们承担。",
     "\nUser: x", "\n\nHuman: x", "\nUSER: a", "\n### User:\nx", "\n### Instruction:\nx",
     "\n**用户**：x", "\nuser\n那运费呢", "\nassistant\nx", " 用户：那运费呢？ 助手：x",
     "\n客户：那运费呢？", "\n顾客：谢谢\n客服：不客气", "\nQ: x\nA: y", "\n【用户】：x"],
)  # fmt: skip
def test_a_reply_ends_where_its_turn_ends(end: str) -> None:
    assert extract_reply(REPLY + end) == REPLY


@pytest.mark.parametrize(
    "begin",
    ["assistant\n", "assistant: ", "助手：", "客服：", "AI：", "**回答**：", "model\n",
     "<|im_start|>assistant\n", "<|start_header_id|>assistant<|end_header_id|>\n\n", "[/INST] ",
     "<start_of_turn>model\n", "<s>", "<｜Assistant｜>", "[gMASK]<sop>", "问题：多久能换？\n答：",
     "用户：多久能换？\n助手：", "<answer>", "<|begin_of_box|>", "<|START_RESPONSE|>"],
)  # fmt: skip
def test_a_reply_begins_after_the_name_of_its_turn(begin: str) -> None:
    assert extract_reply(begin + REPLY) == REPLY


@pytest.mark.parametrize(
    "fence", ["```\n{}\n```", "```markdown\n{}\n```", "~~~\n{}\n~~~", "```\n{}"]
)
def test_a_fence_around_the_reply_is_taken_off(fence: str) -> None:
    assert extract_reply(fence.format(REPLY)) == REPLY


def test_half_a_character_is_dropped_and_two_halves_are_joined() -> None:
    texts = ("恭喜\ud83d您", "恭喜\ude00\ud83d", "恭喜\ud83d\ude00", "恭喜\ufffd", "恭\x00喜\x1b")

    assert [extract_reply(text) for text in texts] == ["恭喜您", "恭喜", "恭喜😀", "恭喜", "恭喜"]


@pytest.mark.parametrize(
    "text",
    [
        "您要的是「<三件>」套装。", "1<2，满三件更划算。", "A<B 且 C>D 时有货。",
        "满{100}减20，{brand}请您放心。", "《用户手册》里有说明。", "请在备注里写「用户：张三」。",
        "格式如下：用户：张三", "配料：小麦粉。\n用户可在签收后七天内退货。", "支持 [顺丰]。",
        "[三件(红色)]\n有货", "小份：20元\n大份：30元", "A：基础版\nB：高级版", "Model: X1 有货",
        "think系列键盘有货。", "请回复「人工」联系客服：9:00-21:00。", "尺寸<长×宽>：10×20",
        "尺码：S（<50kg）、M（50~60kg）、L（>60kg）。", 'API 返回 {"code": 0} 表示成功。',
        "问题：发票抬头怎么改？请在订单页修改。", "联系方式如下：\n售后：400-111\n客服：400-222",
        "客户：VIP 九折，普通无折扣。", "AI智能客服全天在线。", "第一步\n\n第二步：提交",
        "网址 https://a.cn/?q={id}&x=[1]", "营业时间 9:00–21:00 |周末休息|",
        "function 键在左上角。",
        "您好！\nuser用户名可在设置修改", "恭喜您😀！", "[表情] 收到啦～", "价格 <b>八元</b>。",
    ],
)  # fmt: skip
def test_an_answer_that_looks_alike_stays_as_it_is(text: str) -> None:
    assert extract_reply(text) == text


@pytest.mark.parametrize(
    "text",
    ["<think>", "<", "<|", "用户", '{"', "[", "\n", " ", "*", "<invoke>", "顾客：\n", '[{"a":',
     "```\n", "thought:\n", '{"a":1}\n', "<｜DSML｜", "✿ARGS✿", "&lt;", "<|tool|>", "问：x？\n"],
)  # fmt: skip
def test_no_text_takes_long(text: str) -> None:
    started = time.process_time()

    extract_reply(text * (4_000 // len(text)))

    assert time.process_time() - started < 0.5
