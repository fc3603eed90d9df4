"""Who leaves before their exposure is written is counted in the experiment, without a name."""

import json
import time

from app.dialogue.wording.variant_wordings import VariantWording
from app.jobs import EraseFollowerJob, MessageJob
from app.marketing.events.repository import EventFilter, Events
from app.marketing.experiments.serving.reply_wordings import build_exposure_record
from app.privacy.pseudonym import is_anonym
from app.redis import keys
from tests.service import CMS_KEY, Service


async def test_exposures_that_wait_to_be_written_are_counted_before_an_erasure(
    api_only: Service,
) -> None:
    now = time.time()
    greeting = MessageJob(
        id="wx1:a", account="default", openid="mei", kind="text", text="你好", received=now - 1
    )
    wording = VariantWording(
        target="intent.greet", text="在的。", experiment="e" * 32, variant="B", assigned=now - 0.5
    )
    exposure = build_exposure_record(greeting, wording, CMS_KEY)
    record = {"turn": {"account": "default", "openid": "mei"}, "exposures": [exposure]}
    await api_only.redis.rpush(keys.RECORDS, json.dumps(record))
    erasure = EraseFollowerJob(id="wx1:b", account="default", openid="mei")

    silent_jobs = api_only.worker().turns.silent_jobs
    for _ in range(2):  # again after a crash
        await silent_jobs.run(erasure)

    [event] = await Events(api_only.engine).list_page("default", EventFilter())
    assert (event.kind, event.experiment, event.variant) == ("exposure", "e" * 32, "B")
    assert is_anonym(event.pseudonym)
    assert event.properties == {}
