"""`list`, `promote`, `rollback` and `card`: the trained models and the shipped ones."""

import json
from pathlib import Path
from typing import Annotated

import typer

from models.cli.faults import report_faults
from models.cli.options import REGISTRY, AsJson, Folder
from models.cli.output import keep_stdout_for_results, print_note


def list_models(
    task: Annotated[str, typer.Argument(help="all tasks when not given")] = "",
    folder: Folder = REGISTRY,
    as_json: AsJson = False,
) -> None:
    """List the trained models and the shipped ones; a star marks the promoted model of each task.

    The models of public test sets follow; they are for `evaluate --model` only.
    """
    from models.registry import listing
    from models.registry.registry import Registry

    with report_faults("list"):
        entries = listing.list_entries(Registry(folder), task or None)
        benchmark_entries = listing.list_benchmarks(task or None)
    if as_json:
        print(json.dumps(listing.entries_object(entries, benchmark_entries), ensure_ascii=False))
    else:
        listing.print_entries(entries, benchmark_entries)


def promote(
    name: Annotated[
        str, typer.Argument(help="or how it begins; or `latest`; `shipped` goes back to ours")
    ],
    task: Annotated[str, typer.Option(help="whose `latest` or `shipped`")] = "",
    force: Annotated[
        bool, typer.Option("--force", help="although it no longer knows greetings and thanks")
    ] = False,
    folder: Folder = REGISTRY,
) -> None:
    """Try a model, then promote it: workers use it within seconds."""
    from models.registry.registry import Registry

    with report_faults("promote"):
        entry = Registry(folder).promote(name, task or None, force=force)
    print(f"{entry.task}: {entry.name} is promoted")


def rollback(
    task: Annotated[str, typer.Argument(help="whose promotion, as intent")],
    folder: Folder = REGISTRY,
) -> None:
    """Undo the last promotion of a task."""
    from models.registry.registry import Registry

    with report_faults("rollback"):
        entry = Registry(folder).rollback(task)
    print(f"{entry.task}: back to {entry.name}")


def card(
    name: Annotated[str, typer.Argument(help="whose card to show")] = "shipped",
    task: Annotated[str, typer.Option(help="whose `shipped`")] = "intent",
    data: Annotated[
        Path | None, typer.Option(help="write the shipped cards anew, judged by these sets")
    ] = None,
    folder: Folder = REGISTRY,
) -> None:
    """Show a model's card."""
    from models.recipes.shipped import cards
    from models.registry.registry import Registry

    with report_faults("card"):
        if data is not None:
            cards.write_cards(data)
        else:
            print(Registry(folder).card(name, task if name == "shipped" else None))


def agreement(
    data: Annotated[Path, typer.Option(help="holds cic/", exists=True, file_okay=False)],
    n: Annotated[int, typer.Option(min=1, help="texts to compare on")] = 2000,
) -> None:
    """Compare the packed encoder with transformers' BertModel on CIC's texts."""
    with report_faults("agreement"), keep_stdout_for_results():
        from models.recipes.shipped.agreement import compare_on_cic

        figures = compare_on_cic(data, n, print_note)
    print(json.dumps(figures, indent=1))
