"""A product has shorter names that say the same goods."""

import pytest

from app.marketing.content.brief import Language
from app.marketing.content.wording.products import list_short_forms


@pytest.mark.parametrize(
    ("language", "product", "shorter"),
    [
        ("en", "Harbour Lane beginner driving course", ["beginner driving course"]),
        ("en", "Harbour Lane Beginner Driving Course", ["Beginner Driving Course"]),
        ("en", "Millbrook Old Mill Inn, double room", ["Millbrook Old Mill Inn"]),
        ("en", "Shampoo for dogs with sensitive skin", ["Shampoo for dogs"]),
        ("en", "Crispy vegan chicken nuggets", ["vegan chicken nuggets"]),
        ("en", "Crunchy peanut butter cookies", ["peanut butter cookies"]),
        ("en", "Willow & Finch evening ceramics class", ["evening ceramics class"]),
        ("en", "Oakfield Mobile Vet Home Visit Service", ["Home Visit Service"]),
        ("en", "Bread and Butter Pudding", []),
        ("en", "Guided tour of the old town", []),
        ("en", "House of Cards museum guided tour", []),
        ("en", "Running shoes size 42", []),
        ("en", "ThinkPad X1 Carbon Gen 12 laptop", []),
        ("en", "face cream (trial size)", []),
        ("zh", "全麦核桃吐司（两条装）", ["全麦核桃吐司"]),
        ("en", "[New] face", []),
        ("en", ", -", []),
        ("zh", "【新品】面霜", []),
        ("zh", "面霜（试用装）", []),
        ("zh", "Python 入门课 V2", []),
        ("ja", "みなもスイミング 初心者コース", ["初心者コース"]),
    ],
)
def test_a_short_form_names_the_same_goods(
    language: Language, product: str, shorter: list[str]
) -> None:
    forms = list_short_forms(product, language)

    assert forms[: 1 + len(shorter)] == (product, *shorter)
    assert bool(shorter) or len(forms) == 1
