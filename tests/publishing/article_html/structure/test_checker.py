"""Each structure rule of the platform: what it finds, and its nearest neighbour that passes."""

import pytest

from app.publishing.article_html.structure.checker import MAX_FINDINGS, check_structure

LONG = "明前龙井" * 30  # some 120 characters: several lines on a phone

CASES = [
    ("font-family", '<p style="font-family: SimSun">茶</p>',
     '<p style="font-family: mp-quote, PingFang SC, system-ui, -apple-system, SimSun">茶</p>'),
    ("text-align", '<p style="text-align: start">茶</p>', '<p style="text-align: left">茶</p>'),
    ("line-height", f'<p style="font-size: 16px; line-height: 12px">{LONG}</p>',
     '<p style="font-size: 16px; line-height: 12px">一行</p>'),
    ("line-height", f'<p style="line-height: 0.8">{LONG}</p>',
     f'<p style="line-height: 1.5">{LONG}</p>'),
    ("line-height", '<p style="line-height: 0"><span>一<br>二</span></p>',
     '<p style="line-height: 0"><img src="a.png"></p>'),
    ("width", '<section style="width: 600px">茶</section>',
     '<section style="width: 100%">茶</section>'),
    ("width", '<table width="600"><tr><td>茶</td></tr></table>',
     '<img width="600" src="a.png">'),
    ("width", '<p style="margin: 0 120px">茶</p>', '<p style="margin: 120px 0">茶</p>'),
    ("width", '<p style="padding-left: 80px">茶</p>',
     '<section data-ignore-width=""><p style="padding-left: 80px">茶</p></section>'),
    ("height", '<p style="height: 0px">茶</p>', '<p style="height: 0px"></p>'),
    ("height", f'<p style="height: 20px">{LONG}</p>',
     f'<p style="height: 20px; overflow-y: scroll">{LONG}</p>'),
    ("nest-level", '<span style="color: red">' * 11 + "茶" + "</span>" * 11,
     '<span style="color: red">' * 10 + "茶" + "</span>" * 10),
    ("redundant-node", "<p></p>" * 16 + "<p>茶</p>" * 5, "<p></p>" * 15 + "<p>茶</p>" * 6),
    ("leaf", '<span leaf=""><p>茶</p></span>', '<span leaf=""><b>茶</b></span>'),
    ("leaf", '<section nodeleaf=""><section>茶</section></section>',
     '<section nodeleaf=""><img src="a.png"></section>'),
    ("pre", "<pre>x = 1</pre>", '<pre style="white-space: pre-wrap">x = 1</pre>'),
    ("stripped-element", "<p>茶</p><iframe></iframe>", "<p>茶</p>"),
    ("script", '<p onclick="x()">茶</p>', "<p>onclick=</p>"),
    ("anchor", '<a href="#top">回到顶部</a>', '<a href="https://mp.weixin.qq.com/s/a#top">文</a>'),
    ("bare-asterisks", "<p>**重点：**看产地</p>", "<p>2 ** 3，138****1234</p>"),
    ("hidden-image", '<img style="opacity: 0" src="a.png">',
     '<img style="opacity: 0.5" src="a.png">'),
    ("caret-color", '<p style="caret-color: transparent">茶</p>',
     '<p style="caret-color: red">茶</p>'),
    ("svg-begin", '<svg><animate begin="touchstart"></animate></svg>',
     '<svg><animate begin="touchstart;click"></animate></svg>'),
    ("important", '<p style="color: red ! important">茶</p>', '<p style="color: red">茶</p>'),
    ("gradient", '<p style="background: linear-gradient(red, blue)">茶</p>',
     '<p data-no-dark="" style="background: linear-gradient(red, blue)">茶</p>'),
    ("dark-contrast", '<p style="color: rgba(25, 25, 25, 0.05)">茶</p>',
     '<p style="color: #1a1a1a; background-color: #ffffff">茶</p>'),
    ("svg-text", '<svg><text fill="#000">茶</text></svg>',
     '<svg><text fill="currentColor">茶</text></svg>'),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "broken", "passing"), CASES)
def test_a_rule_finds_what_it_forbids_and_nothing_else(
    rule: str, broken: str, passing: str
) -> None:
    assert [finding.rule for finding in check_structure(broken)] == [rule]
    assert check_structure(passing) == []


def test_a_finding_quotes_its_place_and_says_what_to_do() -> None:
    (finding,) = check_structure('<p style="text-align: start">明前龙井</p>')

    assert (finding.place, finding.message) == ("明前龙井", "对齐方式请用 left 或 right。")


def test_an_editor_is_told_of_fifty_findings_at_most() -> None:
    assert len(check_structure('<p style="text-align: end">茶</p>' * 80)) == MAX_FINDINGS
