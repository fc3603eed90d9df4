"""Measure the conversation: `python -m tests.conversation followups|unrelated [--json]`."""

import argparse
import asyncio
import json
from pathlib import Path

from tests.conversation import followups, unrelated

HERE = Path(__file__).parent


def main() -> None:
    parser = argparse.ArgumentParser("python -m tests.conversation", description=__doc__)
    parser.add_argument("what", choices=["followups", "unrelated"])
    parser.add_argument(
        "--set", choices=["shop", "tea", "skincare"], default="shop", help="of questions"
    )
    parser.add_argument(
        "--texts", type=Path, help="of `unrelated`: JSON Lines, `text` and `label` (a title)"
    )
    parser.add_argument("--json", action="store_true", help="the figures alone, as JSON")
    given = parser.parse_args()
    if given.what == "unrelated":
        if given.texts is None:
            parser.error("unrelated needs --texts FILE")
        print(json.dumps(asyncio.run(unrelated.measure(given.texts)), indent=2))
        return
    found = asyncio.run(followups.measure(HERE / given.set))
    print(json.dumps(found, ensure_ascii=False) if given.json else followups.markdown(found))


if __name__ == "__main__":
    main()
