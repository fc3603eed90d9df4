"""The worker: order, failure, take-over, and what is remembered and forgotten."""

import asyncio
import json
import time
from dataclasses import dataclass

from app.delivery.user_queue import Admission, UserQueues
from app.jobs import TURN_JOB, MessageJob
from app.messages.texts import FAILED
from app.messages.values import Text, as_plain_text, from_json
from app.redis import keys, scripts
from app.sessions.store import Session, SessionTurn, parse_session
from app.simulator.callback.wechat import Outcome, WeChat
from app.simulator.phones import messages
from app.simulator.phones.phone import Phone
from tests.conftest import Open
from tests.pace import seconds
from tests.service import SHIPPED, SHIPPING, GatedClassifier, Service, make_timing, until, working


def content(outcome: Outcome) -> str | None:
    return outcome.reply.content if outcome.reply else None


async def queued(
    running: Service, wechat: WeChat, openid: str, texts: list[str]
) -> list[asyncio.Task[Outcome]]:
    """The messages, each said when the one before stands in the mailbox."""
    saying = []
    for number, text in enumerate(texts, 1):
        saying.append(asyncio.create_task(Phone(wechat, openid).say(text)))
        await until(lambda number=number: is_mail(running, openid, number))  # type: ignore[misc]
    return saying


async def is_mail(running: Service, openid: str, number: int) -> bool:
    return await running.mail(openid) == number


async def test_a_user_has_one_turn_at_a_time_and_in_order_with_two_workers(
    open_service: Open,
) -> None:
    slow = GatedClassifier(seconds=0.02)
    slow.gate.set()
    texts = {
        who: [f"我是{who}，请问第{n}次什么时候可以发货呢" for n in range(6)]
        for who in ("mei", "lei", "fan")
    }
    async with open_service(classifier=slow, workers=0) as running, running.wechat() as wechat:
        saying = [await queued(running, wechat, who, mine) for who, mine in texts.items()]
        async with working(running.worker()), working(running.worker()):
            outcomes = [await asyncio.gather(*mine) for mine in saying]

    # Each once: unanswered questions are embedded later on.
    history = dict.fromkeys(slow.history)
    turns = {who: [(what, t) for what, t in history if who in t] for who in texts}
    assert turns == {
        who: [(what, text) for text in mine for what in ("begun", "ended")]
        for who, mine in texts.items()
    }
    assert [[content(o) for o in mine] for mine in outcomes] == [[SHIPPED] * 6] * 3


async def test_a_text_the_model_fails_on_fails_alone_and_ends_with_an_apology(
    open_service: Open,
) -> None:
    people = ["mei", "lei", "fan"]
    async with open_service(workers=0) as running, running.wechat() as wechat:
        saying = [
            (await queued(running, wechat, who, [text]))[0]
            for who, text in zip(people, [SHIPPING, "毒药", SHIPPING], strict=True)
        ]
        async with working(running.worker()):
            outcomes = await asyncio.gather(*saying)
        dead = await running.redis.xrange(keys.DEAD_LETTERS)

    assert [content(outcome) for outcome in outcomes] == [SHIPPED, FAILED.first, SHIPPED]
    assert sum(texts.count("毒药") for texts in running.classifier.classified_texts) == 3
    letters = [(TURN_JOB.validate_json(fields["job"]), fields["error"]) for _, fields in dead]
    assert [(job.openid, getattr(job, "text", None), error) for job, error in letters] == [
        ("lei", "毒药", "ClassificationFailed('毒药')")
    ]


async def test_a_message_to_an_account_that_is_gone_fails_alone(open_service: Open) -> None:
    async with open_service(workers=0) as running, running.wechat() as wechat:
        gone = MessageJob(
            id="wx9:1", account="closed", openid="fan", kind="text", text=SHIPPING,
            received=time.time(),
        )  # fmt: skip
        mailboxes = UserQueues(running.redis)
        await mailboxes.admit(gone.id, "closed:fan", gone.model_dump_json(), "a t 0", time.time())
        [saying] = await queued(running, wechat, "mei", [SHIPPING])
        async with working(running.worker()):
            outcome = await saying

            async def is_given_up() -> bool:
                return bool(await running.redis.xlen(keys.DEAD_LETTERS))

            await until(is_given_up)
        dead = await running.redis.xrange(keys.DEAD_LETTERS)

    assert (content(outcome), outcome.answered_in) == (SHIPPED, 1)
    assert [fields["error"] for _, fields in dead] == [
        "UnknownAccount(\"no account is named 'closed'\")"
    ]


async def queue_unreadable_jobs(running: Service) -> None:
    """A message of a newer version from fan, and from lei a job that is no JSON."""
    newer = {
        "type": "talk", "id": "wx9:1", "account": "default", "openid": "fan", "kind": "hologram",
        "received": time.time(),
    }  # fmt: skip
    queues, waiter = UserQueues(running.redis), "api token 9999999999"
    fan, lei = keys.user("default", "fan"), keys.user("default", "lei")
    await queues.admit("wx9:1", fan, json.dumps(newer), waiter, time.time())
    await queues.admit("wx9:2", lei, "no JSON", waiter, time.time())


async def gave_up(running: Service, count: int) -> bool:
    return bool(await running.redis.xlen(keys.DEAD_LETTERS) == count)


UNREADABLE_ERRORS = {
    "no JSON": "the job can't be read: Invalid JSON: expected ident at line 1 column 2",
    "hologram": "the job can't be read: Input should be 'text', 'voice', 'image', 'video', "
    "'location', 'link', 'file', 'mini_program', 'unsupported', 'subscribe', 'scan', 'click' "
    "or 'tap'",
}


async def unreadable_outcome(running: Service) -> tuple[str, dict[str, str], int]:
    """The reply of the newer message, the errors by kind of job, and the jobs that still wait."""
    dead = await running.redis.xrange(keys.DEAD_LETTERS)
    errors = {
        ("no JSON" if fields["job"] == "no JSON" else json.loads(fields["job"])["kind"]): fields[
            "error"
        ]
        for _, fields in dead
    }
    reply = await running.redis.hget(keys.delivery("wx9:1"), "reply")
    waiting = await running.mail("fan") + await running.mail("lei")
    return as_plain_text(from_json(reply)), errors, waiting


async def test_jobs_that_can_not_be_read_fail_alone_and_end_with_an_apology(
    open_service: Open,
) -> None:
    async with open_service(workers=0) as running, running.wechat() as wechat:
        await queue_unreadable_jobs(running)
        [saying] = await queued(running, wechat, "mei", [SHIPPING])
        async with working(running.worker()):
            outcome = await saying
            await until(lambda: gave_up(running, 2))
        unreadable = await unreadable_outcome(running)

    assert (content(outcome), outcome.answered_in) == (SHIPPED, 1)
    assert unreadable == (FAILED.first, UNREADABLE_ERRORS, 0)


async def test_jobs_that_can_not_be_read_do_not_hold_up_others_of_a_dead_worker(
    open_service: Open,
) -> None:
    async with open_service(workers=0) as running, running.wechat() as wechat:
        await running.redis.xgroup_create(keys.USER_STREAM, keys.GROUP, "0", mkstream=True)
        await queue_unreadable_jobs(running)
        [saying] = await queued(running, wechat, "mei", [SHIPPING])
        await running.redis.xreadgroup(keys.GROUP, "dead", {keys.USER_STREAM: ">"})
        async with working(running.worker()):
            outcome = await saying
            await until(lambda: gave_up(running, 2))
        unreadable = await unreadable_outcome(running)

    assert content(outcome) == SHIPPED
    assert unreadable == (FAILED.first, UNREADABLE_ERRORS, 0)


@dataclass(frozen=True)
class Hello:
    """A first message of mei's, said to a process that isn't there."""

    running: Service
    id: str = "wx0123456789abcdef:1"
    user: str = keys.user("default", "mei")

    async def again(
        self, at: float, job: str = "", waiter: str = "api token 9999999999"
    ) -> Admission:
        """Another delivery of it."""
        return await UserQueues(self.running.redis).admit(self.id, self.user, job, waiter, at)

    async def is_answered(self) -> bool:
        return bool(await self.running.redis.hexists(keys.delivery(self.id), "reply"))

    async def confirm(self) -> None:
        async with self.running.redis.pipeline(transaction=False) as pipe:
            UserQueues(self.running.redis).confirm(scripts.ScriptQueue(pipe), self.id, self.user)
            await pipe.execute()


async def hello(running: Service, waiter: str) -> Hello:
    greeting = Hello(running)
    job = MessageJob(
        id=greeting.id,
        account="default",
        openid="mei",
        kind="text",
        text="你好",
        received=time.time(),
    )
    await greeting.again(time.time(), job.model_dump_json(), waiter)
    return greeting


async def test_an_answer_made_between_two_deliveries_is_not_overtaken_by_the_next_one(
    open_service: Open,
) -> None:
    async with open_service(workers=0) as running, running.wechat() as wechat:
        waits_no_more = "api token 0"
        first = await hello(running, waits_no_more)
        [saying] = await queued(running, wechat, "mei", [SHIPPING])
        async with working(running.worker()):
            outcome = await saying
        again = await first.again(time.time() + 9)

    assert content(outcome) in {
        f"{hello}\n\n{SHIPPED}" for hello in ("您好，回音为您服务。", "您好呀。")
    }
    assert outcome.answered_in == 1
    assert again.outcome == "done"


async def test_an_answer_that_a_dead_process_has_goes_before_the_next_one(
    open_service: Open,
) -> None:
    async with open_service(workers=0) as running, running.wechat() as wechat:
        first = await hello(running, "dead token 9999999999")
        [saying] = await queued(running, wechat, "mei", [SHIPPING])
        async with working(running.worker()):
            await until(first.is_answered)
            await asyncio.sleep(0.7)
            waits = not saying.done()
            again = await first.again(time.time())
            await first.confirm()
            outcome = await saying

    assert (waits, again.outcome, again.reply) in {
        (True, "reply", Text(content=hello)) for hello in ("您好，回音为您服务。", "您好呀。")
    }
    assert (content(outcome), outcome.answered_in) == (SHIPPED, 1)


async def test_what_nobody_confirms_holds_the_next_one_up_no_longer_than_wechat_listens(
    open_service: Open,
) -> None:
    hurried = make_timing(1.0, hold_until=1.2, last_delivery_after=1.0, claim_after=5.0)
    async with (
        open_service(workers=0, timing=hurried) as running,
        running.wechat(hang_up_after=seconds(1.1)) as wechat,
    ):
        await hello(running, "dead token 9999999999")
        [saying] = await queued(running, wechat, "mei", [SHIPPING])
        async with working(running.worker()):
            outcome = await saying

    assert (content(outcome), outcome.answered_in) == (SHIPPED, 2)


async def test_after_a_text_that_failed_the_conversation_goes_on(huiyin: Service) -> None:
    async with huiyin.wechat() as wechat:
        outcomes = [await Phone(wechat, "mei").say(text) for text in ("毒", SHIPPING)]

    assert [content(outcome) for outcome in outcomes] == [FAILED.first, SHIPPED]


async def test_a_job_of_a_dead_worker_is_answered_once_by_the_next_within_seconds(
    open_service: Open,
) -> None:
    async with open_service(workers=0) as running, running.wechat() as wechat:
        await running.redis.xgroup_create(keys.USER_STREAM, keys.GROUP, "0", mkstream=True)
        [saying] = await queued(running, wechat, "mei", [SHIPPING])
        entries = await running.redis.xreadgroup(keys.GROUP, "dead", {keys.USER_STREAM: ">"})
        async with working(running.worker()), working(running.worker()):
            outcome = await saying
        left = await running.redis.xlen(keys.USER_STREAM)

    assert len(entries) == 1
    assert (content(outcome), outcome.answered_in) == (SHIPPED, 1)
    assert (running.classifier.classified_texts, left) == ([[SHIPPING]], 0)


async def test_a_worker_that_is_slow_but_alive_keeps_its_job(open_service: Open) -> None:
    slow = GatedClassifier(seconds=3.5)
    slow.gate.set()
    async with open_service(classifier=slow, workers=2) as running, running.wechat() as wechat:
        outcome = await Phone(wechat, "mei").say(SHIPPING)

    assert (content(outcome), slow.classified_texts) == (SHIPPED, [[SHIPPING]])


async def test_a_job_that_took_three_workers_down_is_given_up_with_an_apology(
    open_service: Open,
) -> None:
    async with open_service(workers=0) as running:
        outcome = await killed(running, {"tries": 2})
        dead = await running.redis.xrange(keys.DEAD_LETTERS)

    assert content(outcome) == FAILED.first
    assert [fields["error"] for _, fields in dead] == ["the worker died on it"]


async def test_workers_that_died_while_a_model_was_writing_are_not_laid_to_the_message(
    open_service: Open,
) -> None:
    async with open_service(workers=0) as running:
        outcome = await killed(running, {"tries": 2, "judged": 1})
        dead = await running.redis.xlen(keys.DEAD_LETTERS)

    assert (content(outcome), dead) == (SHIPPED, 0)


async def killed(running: Service, delivery_fields: dict[str, int]) -> Outcome:
    """What becomes of a message whose worker has died, with this known of its delivery."""
    async with running.wechat() as wechat:
        await running.redis.xgroup_create(keys.USER_STREAM, keys.GROUP, "0", mkstream=True)
        stamped = wechat.stamp(messages.text(SHIPPING), "mei")
        delivery = keys.delivery(f"wx0123456789abcdef:{stamped['MsgId']}")
        saying = asyncio.create_task(wechat.push(stamped))
        await until(lambda: is_mail(running, "mei", 1))
        await running.redis.hset(delivery, mapping=delivery_fields)
        await running.redis.xreadgroup(keys.GROUP, "dead", {keys.USER_STREAM: ">"})
        async with working(running.worker()):
            return await saying


async def session_of(running: Service, openid: str) -> Session:
    return parse_session(await running.redis.get(keys.session(keys.user("default", openid))))


async def test_the_session_remembers_the_turns(huiyin: Service) -> None:
    async with huiyin.wechat() as wechat:
        for text in (SHIPPING, "发货 2"):
            await Phone(wechat, "mei").say(text)
        await Phone(wechat, "lei").say("月亮")

    sessions = [await session_of(huiyin, who) for who in ("mei", "lei", "fan")]
    life = await huiyin.redis.ttl(keys.session("default:mei"))
    assert sessions[0] == Session(
        turns=(
            SessionTurn(text=SHIPPING, answer=SHIPPED),
            SessionTurn(text="发货 2", answer=SHIPPED),
        ),
        intent="ask_ship_time",
        last_question="发货 2",
        question="发货 2",
        declined=True,
        outcome="collected",
    )
    assert [sessions[1].unclear, sessions[2]] == [1, Session()]
    assert 1790 <= life <= 1800


async def is_recorded(running: Service, texts: list[str]) -> bool:
    return await running.follower_messages() == texts


async def test_turns_are_recorded_and_unsubscribing_erases_them_and_the_session(
    huiyin: Service,
) -> None:
    async with huiyin.wechat() as wechat:
        for who in ("mei", "lei"):
            await Phone(wechat, who).say(SHIPPING)
        await until(lambda: is_recorded(huiyin, [SHIPPING, SHIPPING]))
        await Phone(wechat, "mei").unsubscribe()
        await until(lambda: is_recorded(huiyin, [SHIPPING]))

    sessions = [len((await session_of(huiyin, who)).turns) for who in ("mei", "lei")]
    assert sessions == [0, 1]


async def keys_with(running: Service, openid: str) -> list[str]:
    """Redis keys that name the follower or hold their words."""
    matches = []
    async for key in running.redis.scan_iter("*"):
        kind = await running.redis.type(key)
        value = await running.redis.hgetall(key) if kind == "hash" else ""
        if openid in key or openid in str(value):
            matches.append(key)
    return matches


async def test_unsubscribing_leaves_no_word_of_the_follower_in_redis(huiyin: Service) -> None:
    async with huiyin.wechat() as wechat:
        await Phone(wechat, "oMei").say(SHIPPING)
        await Phone(wechat, "oMei").unsubscribe()
        await asyncio.sleep(0.2)

    left = []
    for key in await keys_with(huiyin, "oMei"):
        left += [await huiyin.redis.hget(key, "reply")]
    assert [answer for answer in left if answer] == []


async def test_what_one_worker_has_yet_to_record_is_erased_when_another_is_told_to(
    open_service: Open,
) -> None:
    async with open_service(workers=0) as running, running.wechat() as wechat:
        await running.redis.xgroup_create(keys.USER_STREAM, keys.GROUP, "0", mkstream=True)
        first, second = running.worker(), running.worker()
        for worker, message in ((first, messages.text(SHIPPING)), (second, messages.unsubscribe())):
            doing = asyncio.create_task(Phone(wechat, "mei").send(message))
            await until(lambda: is_mail(running, "mei", 1))
            [[_, entries]] = await running.redis.xreadgroup(
                keys.GROUP, worker.name, {keys.USER_STREAM: ">"}
            )
            await worker.answer_users([(entry, fields["user"]) for entry, fields in entries])
            await doing
        async with working(first), working(second):
            await asyncio.sleep(1.5)

    assert await running.follower_messages() == []


async def test_a_worker_that_is_stopped_finishes_what_it_has_begun(open_service: Open) -> None:
    slow = GatedClassifier(seconds=0.3)
    async with open_service(classifier=slow, workers=0) as running, running.wechat() as wechat:
        worker = running.worker()
        at_work = asyncio.create_task(worker.run())
        saying = asyncio.create_task(Phone(wechat, "mei").say(SHIPPING))
        await until(lambda: has_begun(slow))
        worker.stop()
        slow.gate.set()
        await at_work
        outcome = await saying

    assert (content(outcome), await running.follower_messages()) == (SHIPPED, [SHIPPING])


async def has_begun(slow: GatedClassifier) -> bool:
    return bool(slow.history)


@dataclass
class Raising(GatedClassifier):
    """Raises once, as a bug would, and is well afterwards."""

    async def classify(self, texts: list[str]) -> list[object]:  # type: ignore[override]
        if not self.history:
            self.history.append(("raised", texts[0]))
            raise ZeroDivisionError
        return await super().classify(texts)  # type: ignore[return-value]


async def test_a_bug_of_the_classifier_does_not_lose_the_message(open_service: Open) -> None:
    faulty = Raising()
    faulty.gate.set()
    async with open_service(classifier=faulty) as running, running.wechat() as wechat:
        outcome = await Phone(wechat, "mei").say(SHIPPING)

    assert content(outcome) == SHIPPED


async def test_texts_that_wait_together_are_judged_together(open_service: Open) -> None:
    people = [f"follower{n}" for n in range(16)]
    async with open_service(workers=0) as running, running.wechat() as wechat:
        texts = [f"{SHIPPING}，我是{who}" for who in people]
        saying = [(await queued(running, wechat, who, [text]))[0]
                  for who, text in zip(people, texts, strict=True)]  # fmt: skip
        async with working(running.worker()):
            outcomes = await asyncio.gather(*saying)

    assert [content(outcome) for outcome in outcomes] == [SHIPPED] * 16
    assert running.classifier.classified_texts == [texts]
