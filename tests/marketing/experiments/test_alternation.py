"""Days alternate between the variants, in blocks of one day each."""

from app.marketing.experiments.alternation import choose_variant_of_day, number_day
from app.marketing.experiments.assignment import BUCKETS, Allocation, VariantShare

THIRDS = Allocation(
    namespace="default",
    salt="one",
    buckets=((0, BUCKETS),),
    variants=(*(VariantShare(name, 1 / 3) for name in "ABC"), VariantShare("D", 0.0)),
)


def test_each_block_of_days_has_every_variant_once() -> None:
    variants = [choose_variant_of_day(day, THIRDS) for day in range(300)]

    blocks = ["".join(variants[at : at + 3]) for at in range(0, 300, 3)]
    assert {"".join(sorted(block)) for block in blocks} == {"ABC"}
    assert len(set(blocks)) == 6  # every order occurs


def test_a_day_begins_at_chinas_midnight() -> None:
    midnight = 1_774_972_800  # 2026-04-01 in China

    assert number_day(midnight) == number_day(midnight - 1) + 1
