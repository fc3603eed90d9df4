"""`explain TEXT`: shows which parts of a text are for its label, and which against it."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from models.cli.faults import report_faults
from models.cli.options import REGISTRY, AsJson, Folder
from models.cli.output import print_note

if TYPE_CHECKING:
    from models.evaluation.explain.explain import Explanation

MOODS = {"positive": "正面", "negative": "负面"}


ExplainableTask = Literal["intent", "sentiment"]


def explain(  # noqa: PLR0913 - a command's options
    text: Annotated[str, typer.Argument(help="what a follower wrote")],
    task: Annotated[ExplainableTask, typer.Option(help="whose labels")] = "intent",
    model: Annotated[
        str, typer.Option(help="a name of list, a benchmark, or a folder; else what answers now")
    ] = "",
    label: Annotated[str, typer.Option(help="an id or a title; else the likeliest")] = "",
    out: Annotated[
        Path | None, typer.Option(help="write a coloured page: FILE.html", dir_okay=False)
    ] = None,
    registry: Folder = REGISTRY,
    as_json: AsJson = False,
) -> None:
    """Show why a text got its intent, or why another one didn't: --label."""
    from dataclasses import asdict

    from models.encoder.classifier import HeadClassifier
    from models.evaluation.evaluate import find_model_folder
    from models.evaluation.explain import page as explain_page
    from models.evaluation.explain.explain import explain_label as explained
    from models.registry.registry import Registry

    with report_faults("explain"):
        current = Registry(registry).current(task)
        model_folder = find_model_folder(task, model, registry) if model else current
        explanation = explained(
            text, HeadClassifier.load(model_folder), _load_titles(task, model_folder), label
        )
        if out is not None:
            out.write_text(explain_page.render_html(explanation), encoding="utf-8")
    for sentence in explanation.notes:
        print_note(f"explain: {sentence}")
    if as_json:
        print(json.dumps(asdict(explanation), ensure_ascii=False))
    elif out is not None:
        print(out)
    else:
        _print_lines(explanation)


def _print_lines(explanation: "Explanation") -> None:
    from rich.console import Console

    from models.evaluation.explain import page

    Console(highlight=False).print(*page.render_lines(explanation), sep="\n", soft_wrap=True)


def _load_titles(task: ExplainableTask, folder: Path) -> dict[str, str]:
    """Label -> title for people."""
    from models.encoder import bundle

    if task == "sentiment":
        return MOODS
    return {kind.id: kind.title for kind in bundle.load_taxonomy_of(folder).intents}
