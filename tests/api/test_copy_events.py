"""The events of a job while it runs, from the rows that a worker stores."""

from sqlalchemy.ext.asyncio import AsyncEngine

from app.api.marketing.copy_events import CopyJobEvents
from app.marketing.content.copy_jobs import KIND
from app.marketing.jobs.queue import MarketingJobs

ORDER = {"brief": "0" * 32, "brief_version": 1, "count": 2}


async def follow(jobs: MarketingJobs, job: str, variants: int) -> list[str]:
    events = CopyJobEvents(jobs=jobs, account="default", job=job, longest=0.2)
    return [event async for event in events.follow(variants)]


async def test_variants_are_sent_as_they_are_written_and_not_twice(engine: AsyncEngine) -> None:
    jobs = MarketingJobs(engine)
    job = await jobs.add("default", KIND, "小林", ORDER)
    await jobs.lease_next("w", [KIND])
    await jobs.record_progress(job, "w", 0.5, {"variants": [{"text": "一"}, {"text": "二"}]})

    events = await follow(jobs, job.id, 0)
    again = await follow(jobs, job.id, 2)

    assert events == [
        "retry: 1000\n\n",
        'event: variant\nid: 1\ndata: {"text":"一"}\n\n',
        'event: variant\nid: 2\ndata: {"text":"二"}\n\n',
        'event: progress\nid: 2\ndata: {"progress":0.5}\n\n',
    ]
    assert again == [events[0], events[3]]


async def test_chosen_variants_that_were_not_sent_come_before_the_end(engine: AsyncEngine) -> None:
    jobs = MarketingJobs(engine)
    job = await jobs.add("default", KIND, "小林", ORDER)
    await jobs.lease_next("w", [KIND])
    await jobs.record_progress(job, "w", 0.5, {"variants": [{"text": "一"}, {"text": "二"}]})
    events = CopyJobEvents(jobs=jobs, account="default", job=job.id).follow(1)

    first_events = [await anext(events) for _ in range(3)]  # with the progress
    await jobs.finish(job, "w", {"variants": [{"text": "三"}, {"text": "二"}], "similarity": 0.1})
    chosen = [event async for event in events]
    late = await follow(jobs, job.id, 0)

    assert first_events[1] == 'event: variant\nid: 2\ndata: {"text":"二"}\n\n'
    assert chosen[0] == 'event: variant\nid: 3\ndata: {"text":"三"}\n\n'
    assert [event.partition("\n")[0] for event in chosen] == ["event: variant", "event: done"]
    assert [event.partition("\n")[0] for event in late[1:]] == [
        "event: variant", "event: variant", "event: done",
    ]  # fmt: skip
