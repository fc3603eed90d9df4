"""Measure the conversation: `python -m tests.conversation followups [--json]`."""

import argparse
import asyncio
import json
from pathlib import Path

from tests.conversation import followups

HERE = Path(__file__).parent


def main() -> None:
    parser = argparse.ArgumentParser("python -m tests.conversation", description=__doc__)
    parser.add_argument("what", choices=["followups"])
    parser.add_argument(
        "--set", choices=["shop", "tea", "skincare"], default="shop", help="of questions"
    )
    parser.add_argument("--json", action="store_true", help="the figures alone, as JSON")
    given = parser.parse_args()
    found = asyncio.run(followups.measure(HERE / given.set))
    print(json.dumps(found, ensure_ascii=False) if given.json else followups.markdown(found))


if __name__ == "__main__":
    main()
