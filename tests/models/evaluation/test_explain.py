"""`explain`: what each part of a text did to its label."""

import json
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from models.cli.explain import explain as verb
from models.encoder.bundle import INTENT, SENTIMENT
from models.encoder.classifier import HeadClassifier
from models.evaluation.explain import page as explain_page
from models.evaluation.explain.explain import (
    Explanation,
    IntegrationPrecision,
    LabelProbability,
    Token,
    Unexplainable,
    explain_label,
)
from models.intent import taxonomy

TITLES = {kind.id: kind.title for kind in taxonomy.load_taxonomy().intents}
EXPLANATION = Explanation(
    text="<b>退货& 行吗，后面没读",
    label="want_return_refund",
    title="退货<退款>",
    probability=0.875,
    tokens=(
        Token("<b>", 0, 3, -1.0),
        Token("退货", 3, 5, 4.0),
        Token("行", 7, 8, 0.01),
        Token("吗", 8, 9, 0.5),
    ),
    remainder=0.25,
    completeness_error=0.0123,
    steps=50,
    model="intent-1",
    others=(LabelProbability("haggle", "议价", 0.1),),
    notes=("Only a part <was> read.",),
    read=10,
)

app = typer.Typer()
app.command()(verb)

with_weights = [pytest.mark.weights, pytest.mark.timeout(120)]


class Page(HTMLParser):
    """The tags that are open or were, and the text outside of the style."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.texts.append(data)


def run(*words: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(app, list(words))
    return done.exit_code, done.stdout, done.stderr


def test_a_page_is_well_formed_escaped_and_without_scripts() -> None:
    page = Page(explain_page.render_html(EXPLANATION))

    page_text = "".join(page.texts)
    assert page.open == []
    assert {tag for tag, _ in page.tags} & {"script", "link", "img", "b", "iframe"} == set()
    assert "<b>退货& 行吗，后面没读" in page_text
    assert "退货<退款> 87.5%" in page_text
    assert "Only a part <was> read." in page_text
    assert "其余（前缀与特殊符号） prefix and special tokens+0.250" in page_text
    assert "Completeness error 1.23%" in page_text


def test_blue_is_for_and_orange_against_the_stronger_the_more_it_weighs() -> None:
    page = Page(explain_page.render_html(EXPLANATION))

    coloured = [
        (attrs["class"], attrs["style"], attrs["title"])
        for tag, attrs in page.tags
        if tag == "span" and "title" in attrs
    ]
    assert coloured == [
        ("against", "--w:0.36", "-1.00"),
        ("for", "--w:1.00", "+4.00"),
        ("for", "--w:0.26", "+0.50"),
    ]
    assert ("span", {"class": "unread"}) in page.tags


def test_a_terminal_shows_the_text_what_weighed_most_and_what_else_it_may_be() -> None:
    odd = replace(EXPLANATION, tokens=(Token("<\x1b>", 0, 3, -1.0), *EXPLANATION.tokens[1:]))

    lines = list(explain_page.render_lines(odd))

    assert [line.plain for line in lines] == [
        "退货<退款> (want_return_refund) 87.5%  intent-1",
        "< >退货& 行吗，…",
        "退货 +4.00  < > -1.00  吗 +0.50  行 +0.01",
        "next best: 议价 (haggle) 10.0%",
        "remainder +0.25, completeness error 1.23%, 50 steps",
    ]
    assert [str(span.style) for span in lines[1].spans] == [
        "underline black on rgb(250,223,195)",
        "black on rgb(127,181,240)",
        "black on rgb(222,236,251)",
        "dim",
    ]


@pytest.fixture(scope="module")
def model() -> HeadClassifier:
    return HeadClassifier.load(INTENT)


@pytest.fixture(scope="module")
def explanation(model: HeadClassifier) -> Explanation:
    return explain_label("什么时候发货", model, TITLES)


class TestWithTheShippedModel:
    pytestmark = with_weights

    def test_the_weights_add_up_to_the_difference_of_logits(
        self, explanation: Explanation, model: HeadClassifier
    ) -> None:
        encoding = model.encoder.tokenizer.encode(model.encoder.facts.prefix + explanation.text)
        mask = model.encoder.tokenizer.token_to_id("<mask>") or 0
        masked = [*encoding.ids[:5], *[mask] * (len(encoding.ids) - 6), encoding.ids[-1]]
        column = model.head.manifest.labels.index(explanation.label)

        end, start = model.head.logits(model.encoder.encode([encoding.ids, masked]))[:, column]

        total = sum(token.weight for token in explanation.tokens) + explanation.remainder
        assert total == pytest.approx(float(end - start), rel=0.02)
        assert explanation.completeness_error < IntegrationPrecision().exact

    def test_parts_are_pieces_of_the_text_in_order(self, explanation: Explanation) -> None:
        pieces = [(token.text, token.start, token.end) for token in explanation.tokens]

        assert (explanation.label, explanation.title) == ("ask_ship_time", "买家咨询发货时间")
        assert pieces == [("什么时候", 0, 4), ("发", 4, 5), ("货", 5, 6)]
        assert (explanation.remainder, explanation.steps, explanation.read, explanation.notes) == (
            0,
            50,
            6,
            (),
        )
        assert [other.label == explanation.label for other in explanation.others] == [False] * 3
        assert (
            1
            >= explanation.probability
            > explanation.others[0].probability
            > explanation.others[2].probability
        )

    def test_what_a_text_is_named_for_weighs_most(self, model: HeadClassifier) -> None:
        explanation = explain_label("昨天买的裙子，我要退货", model, TITLES)

        strongest = max(explanation.tokens, key=lambda token: token.weight)
        assert strongest.text in {"退", "货", "退货", "要"}

    def test_latin_words_stay_whole_and_spaces_are_no_part_of_them(
        self, model: HeadClassifier
    ) -> None:
        text = "  hello wonderful ㍿ iPhone15\u3000怎么买"

        explanation = explain_label(text, model, TITLES)

        words = [token.text for token in explanation.tokens if token.text.strip()]
        assert words[:4] == ["hello", "wonderful", "㍿", "iPhone15"]
        assert all(text[token.start : token.end] == token.text for token in explanation.tokens)
        assert all(
            before.end <= after.start
            for before, after in zip(explanation.tokens, explanation.tokens[1:], strict=False)
        )

    @pytest.mark.parametrize("label", ["want_return_refund", "买家表示需要退货退款"])
    def test_another_label_is_explained_by_id_or_title(
        self, model: HeadClassifier, explanation: Explanation, label: str
    ) -> None:
        other = explain_label(explanation.text, model, TITLES, label)

        assert other.label == "want_return_refund"
        assert sum(token.weight for token in other.tokens) < 0 < other.probability + 1e-3
        assert other.others[0].label == explanation.label

    @pytest.mark.parametrize(
        ("text", "label", "complaint"),
        [
            ("", "", "the text is empty"),
            (" \n\u3000", "", "the text is empty"),
            ("\x01\x02", "", "no character that the model reads"),
            ("好\udcff", "", "isn't UTF-8"),
            ("好", "nonsense", "knows no label 'nonsense'"),
        ],
    )
    def test_what_cannot_be_explained_is_refused(
        self, model: HeadClassifier, text: str, label: str, complaint: str
    ) -> None:
        with pytest.raises(Unexplainable, match=complaint):
            explain_label(text, model, TITLES, label)

    def test_a_long_text_is_cut_and_that_is_said(self, model: HeadClassifier) -> None:
        fast = IntegrationPrecision(fewest=2, most=2)

        explanation = explain_label("我要退货" * 2500, model, TITLES, precision=fast)

        assert explanation.read == explanation.tokens[-1].end < 800
        assert (
            f"Only the first {explanation.read} of 10,000 characters were read"
            in explanation.notes[0]
        )
        assert explanation.steps == 2

    def test_the_steps_double_until_the_weights_are_exact_and_else_it_warns(
        self, model: HeadClassifier
    ) -> None:
        never = IntegrationPrecision(fewest=1, most=4, exact=0.0, warn=0.0)

        explanation = explain_label("我要退货", model, TITLES, precision=never)

        assert explanation.steps == 4
        assert explanation.notes[0].startswith("The weights add up to the logit with an error of")

    def test_a_text_that_nobody_understands_gets_a_note(self, model: HeadClassifier) -> None:
        explanation = explain_label("放一首周杰伦的歌", model, TITLES)

        assert explanation.label == "out_of_scope"
        assert "the bot answers that it hasn't understood" in explanation.notes[0]


class TestCommand:
    pytestmark = with_weights

    def test_json_is_one_object_with_all_that_is_known(self, tmp_path: Path) -> None:
        code, output, _ = run("我要退货", "--json", "--registry", str(tmp_path))

        fields = json.loads(output)
        assert code == 0
        assert list(fields) == [
            "text", "label", "title", "probability", "tokens", "remainder", "completeness_error",
            "steps", "model", "others", "notes", "read",
        ]  # fmt: skip
        assert list(fields["tokens"][0]) == ["text", "start", "end", "weight"]
        assert list(fields["others"][0]) == ["label", "title", "probability"]

    def test_a_page_is_written_where_it_should_be(self, tmp_path: Path) -> None:
        file = tmp_path / "why.html"

        code, output, _ = run("我要退货", "--out", str(file), "--registry", str(tmp_path))

        assert (code, output) == (0, f"{file}\n")
        assert "我要" in "".join(Page(file.read_text("utf-8")).texts)

    def test_a_mood_has_a_title_and_may_be_neutral_to_the_bot(self, tmp_path: Path) -> None:
        code, output, warned = run(
            "质量太差了，但是物流挺快", "--task", "sentiment", "--registry", str(tmp_path)
        )

        assert code == 0
        assert ("负面 (negative)" in output) or ("正面 (positive)" in output)
        assert ("the bot calls this mood neutral" in warned) == bool(warned)

    @pytest.mark.parametrize(
        ("words", "complaint"),
        [
            (["  "], "explain: the text is empty"),
            (["好", "--label", "nonsense"], "knows no label 'nonsense'"),
            (["好", "--model", "nonsense"], "no model's name begins with 'nonsense'"),
            (["好", "--model", str(SENTIMENT)], "is a model for sentiment, not for intent"),
            (["好", "--out", "/nowhere/why.html"], "/nowhere/why.html"),
        ],
    )
    def test_bad_input_is_one_sentence(
        self, tmp_path: Path, words: list[str], complaint: str
    ) -> None:
        code, output, complained = run(*words, "--registry", str(tmp_path))

        assert (code, output) == (2, "")
        assert complaint in complained
        assert complained.count("\n") == 1
