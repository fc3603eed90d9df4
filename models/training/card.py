"""Writes the card of a model that was trained on the user's files."""

from pathlib import Path

from models.encoder.heads import HeadManifest


def write_card(manifest: HeadManifest, folder: Path) -> None:
    """Write the card as README.md in `folder`."""
    rows = [f"| {name} | {value} |" for name, value in manifest.metrics.items()]
    data = ", ".join(f"{name} {count:,} rows" for name, count in manifest.data.items())
    lines = [
        f"# {manifest.version}",
        "",
        f"{len(manifest.labels)} labels over {manifest.base} `{manifest.base_sha256[:12]}`; "
        f"{manifest.method}. Seed {manifest.seed}, {manifest.date}.",
        manifest.precision,
        "",
        f"Learnt from {data}. Temperature {manifest.temperature}, threshold {manifest.threshold}.",
        "",
        "On the rows held out, which also chose the epoch and the temperature:",
        "",
        "| figure | value |",
        "|---|---|",
        *rows,
    ]
    (folder / "README.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
