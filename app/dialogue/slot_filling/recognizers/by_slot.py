"""The recogniser of each slot."""

from collections.abc import Mapping

from app.dialogue.slot_filling.recognizers.ages import recognise_age
from app.dialogue.slot_filling.recognizers.regions import recognise_region
from app.dialogue.slot_filling.recognizers.sizes import recognise_size
from app.dialogue.slot_filling.recognizers.values import Recognise
from app.dialogue.slot_filling.recognizers.visits import recognise_visit

BY_SLOT: Mapping[str, Recognise] = {
    "region": recognise_region,
    "size": recognise_size,
    "visit": recognise_visit,
    "age": recognise_age,
}
