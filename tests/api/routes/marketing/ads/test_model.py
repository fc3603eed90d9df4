"""An account's own click model over REST."""

from app.marketing.ctr.model_jobs import KIND
from app.marketing.jobs.nightly import AUTHOR
from app.worker.marketing_parts import list_nightly_times
from tests.marketing.week.steps import finish_job
from tests.service import Service, client

MODEL = "/api/v1/ads/model"


async def test_a_training_without_tests_says_how_many_are_needed(huiyin: Service) -> None:
    async with client(huiyin) as http:
        before = (await http.get(MODEL)).json()
        training = await finish_job(http, "ads/model/train", "ads/model/trainings")
        after = (await http.get(MODEL)).json()
        listed = (await http.get(f"{MODEL}/trainings")).json()["trainings"]
        nobody = await http.get(f"{MODEL}/trainings/{'0' * 32}")

    by_hand = [each for each in listed if each["author"] != AUTHOR]
    assert by_hand == [training]
    assert (training["outcome"], training["tests"], training["trial"]) == ("too_few", 0, None)
    assert training["note"].endswith("还差 10 个测试、还差 200 次点击")
    assert nobody.status_code == 404
    assert {name: before[name] for name in before if name != "last_training"} == {
        "account": "default", "model": "fake-clicks-1", "date": "2026-12-01", "is_own": True,
        "account_share": 0.1, "languages": {"en": 0.9, "zh": 0.1}, "figures": {"later_tests": 4.0},
        "sources": [
            {"name": "public", "is_own": False, "rows": 90, "languages": {"en": 90}},
            {"name": "own", "is_own": True, "rows": 10, "languages": {"zh": 10}},
        ],
        "english": None, "needed_tests": 10, "needed_clicks": 200,
    }  # fmt: skip
    assert after["last_training"]["outcome"] == "too_few"


def test_the_night_trains_unless_a_setting_says_no(huiyin: Service) -> None:
    kinds = [kind for _, kind in list_nightly_times(huiyin.settings)]
    without = huiyin.settings.model_copy(update={"train_clicks_nightly": False})

    assert kinds == ["profiles", KIND, "strategy"]
    assert [kind for _, kind in list_nightly_times(without)] == ["profiles", "strategy"]
