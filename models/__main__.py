"""The command line of models/: `python -m models VERB`; without a verb it lists all verbs."""

import typer

from models.cli import evaluate, explain, fetch, prepare, pretrain, rebuild, registry, train, tune

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False, add_completion=False)
app.command()(fetch.fetch)
app.command()(prepare.prepare)
app.command()(pretrain.pretrain)
app.command()(train.train)
app.command()(tune.tune)
app.command()(evaluate.evaluate)
app.command()(explain.explain)
app.command()(registry.card)
app.command("list")(registry.list_models)
app.command()(registry.promote)
app.command()(registry.rollback)
app.command()(rebuild.rebuild)
app.command()(registry.agreement)

if __name__ == "__main__":
    app()
