"""A worker as a process of its own that takes jobs and never answers: `python -m tests.slow_worker
REDIS_URL FOLDER`. For a test that kills it.
"""

import asyncio
import sys
from pathlib import Path

from tests.service import GatedClassifier, service


async def main(redis_url: str, folder: str) -> None:
    async with service(redis_url, Path(folder), classifier=GatedClassifier(), apis=0):
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
