"""A worker as a process of its own that takes jobs and answers late or never.

`python -m tests.slow_worker REDIS_URL DATABASE_URL FOLDER [SECONDS]`: it answers after SECONDS, by
default never. For tests that kill or freeze it.
"""

import asyncio
import sys
from pathlib import Path

from tests.service import GatedClassifier, service


async def main(redis_url: str, database_url: str, folder: str, seconds: str = "inf") -> None:
    classifier = GatedClassifier()
    async with service(
        redis_url, Path(folder), database_url=database_url, classifier=classifier, apis=0
    ):
        if seconds == "inf":
            await asyncio.Event().wait()
        classifier.seconds = float(seconds)
        classifier.gate.set()
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
