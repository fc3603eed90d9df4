"""Measure the conversation: `python -m tests.conversation followups|unrelated|questions`."""

import argparse
import asyncio
import json
from pathlib import Path

from tests.conversation import followups, questions, unrelated

HERE = Path(__file__).parent


def main() -> None:
    parser = argparse.ArgumentParser("python -m tests.conversation", description=__doc__)
    parser.add_argument("what", choices=["followups", "unrelated", "questions"])
    parser.add_argument(
        "--set", choices=["shop", "tea", "skincare"], default="shop", help="of questions"
    )
    parser.add_argument(
        "--texts", type=Path, help="of `unrelated`: JSON Lines, `text` and `label` (a title)"
    )
    parser.add_argument("--json", action="store_true", help="the figures alone, as JSON")
    parser.add_argument("--without-base", action="store_true", help="`questions` without entries")
    parser.add_argument("--faults", action="store_true", help="of `questions`, one a line")
    arguments = parser.parse_args()
    if arguments.what == "questions":
        counts, faults = asyncio.run(questions.measure(base=not arguments.without_base))
        print(questions.lines(counts, faults, with_faults=arguments.faults))
        return
    if arguments.what == "unrelated":
        if arguments.texts is None:
            parser.error("unrelated needs --texts FILE")
        print(json.dumps(asyncio.run(unrelated.measure(arguments.texts)), indent=2))
        return
    figures = asyncio.run(followups.measure(HERE / arguments.set))
    print(
        json.dumps(figures, ensure_ascii=False) if arguments.json else followups.markdown(figures)
    )


if __name__ == "__main__":
    main()
