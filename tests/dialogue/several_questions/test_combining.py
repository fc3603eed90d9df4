"""One request for several questions."""

from dataclasses import replace

from app.dialogue import service
from app.dialogue.generate import GenerateAnswer
from app.dialogue.generation.passages import Passage
from app.dialogue.several_questions.combining import merge_requests
from app.dialogue.turn import SeveralActions
from tests.dialogue.several_questions.messages import (
    HOURS,
    understood,
)


def test_a_language_model_is_asked_once_for_all_that_need_it() -> None:
    context = understood("几点开门，有WiFi吗，有充电宝吗", HOURS, None, None)
    passage = Passage("p1", "店里有 WiFi 和充电宝。")
    parts = [context.parts[0], *(replace(p, passages=(passage,)) for p in context.parts[1:])]

    draft = service.draft_reply(replace(context, parts=tuple(parts)))

    assert isinstance(draft.pending_action, SeveralActions)
    writes = [
        d.pending_action
        for d in draft.pending_action.drafts
        if isinstance(d.pending_action, GenerateAnswer)
    ]
    question = merge_requests(writes).question
    assert (question.text, question.passages) == ("有WiFi吗\n有充电宝吗", (passage,))
