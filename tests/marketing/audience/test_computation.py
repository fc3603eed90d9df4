"""The profiles of an account: who has one, and what the summary counts."""

from app.marketing.audience.computation import compute_profiles
from app.marketing.events.values import EventKind
from tests.marketing.audience.activities import NOW, make_activity

VIEW, FOLLOW, UNFOLLOW = EventKind.VIEW, EventKind.FOLLOW, EventKind.UNFOLLOW


def test_an_erased_follower_has_no_profile_and_one_who_left_is_gone() -> None:
    activity = make_activity(
        [
            ("f-li", VIEW, 40, {"item": "tea"}),
            ("f-li", VIEW, 3, {"item": "tea"}),
            ("x-asked", FOLLOW, 60),
            ("x-asked", VIEW, 2, {"item": "cup", "value": 5.0}),
            ("x-back-and-asked", UNFOLLOW, 50),
            ("x-back-and-asked", FOLLOW, 30),
            ("x-left", VIEW, 20),
            ("x-left", UNFOLLOW, 10),
            ("f-mei", VIEW, 1, {"item": "cup"}),
        ]
    )
    items = {"tea": ("明前龙井", ["茶"]), "cup": ("青瓷杯", ["杯子"])}

    computed = compute_profiles(activity, items, NOW)

    columns, summary = computed.columns, computed.summary
    assert columns["pseudonym"] == ["f-li", "f-mei", "x-left"]
    assert columns["views"] == [2, 1, 1]
    assert columns["is_following"] == [True, True, False]
    assert {len(values) for values in columns.values()} == {3}
    assert (summary.followers, summary.gone, summary.events) == (2, 1, 9)
    assert summary.stages == {"active": 1, "new": 1}
