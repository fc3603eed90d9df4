"""The command line of models/: `python -m models VERB`; without a verb it lists all verbs."""

import typer

from models.cli import (
    ads,
    evaluate,
    explain,
    fetch,
    prepare,
    pretrain,
    rebuild,
    registry,
    train,
    tune,
)

HELP = """Train, judge and promote the models of the bot.

From a table of labelled sentences to a model at work: prepare, train, evaluate, promote.
docs/training.md walks through an example.
"""
MAINTENANCE = "The shipped models"

app = typer.Typer(
    help=HELP, no_args_is_help=True, pretty_exceptions_enable=False, add_completion=False
)
app.command()(fetch.fetch)
app.command()(prepare.prepare)
app.command()(pretrain.pretrain)
app.command()(train.train)
app.command()(tune.tune)
app.command()(evaluate.evaluate)
app.command()(explain.explain)
app.command()(ads.rank)
app.command()(ads.sample_ads)
app.command()(registry.card)
app.command("list")(registry.list_models)
app.command()(registry.promote)
app.command()(registry.rollback)
app.command(rich_help_panel=MAINTENANCE)(rebuild.rebuild)
app.command(rich_help_panel=MAINTENANCE)(registry.agreement)

if __name__ == "__main__":
    app()
