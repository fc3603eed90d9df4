"""Checks that an intent model recognises greetings, which a model of a few own labels may not."""

from models.encoder.understanding import Understanding

# Text that every follower writes -> the shipped intents that are right for it.
MANNERS = {
    "你好": ("greet",),
    "在吗": ("greet", "urge_reply"),
    "您好，有人吗": ("greet", "urge_reply", "transfer_to_person"),
    "谢谢": ("express_thanks", "thanks_goodbye"),
    "好的": ("say_ok",),
    "再见": ("say_farewell", "thanks_goodbye"),
    "转人工": ("transfer_to_person",),
    "我要找人工客服": ("transfer_to_person",),
}
FORGIVEN = 1  # of these texts may be wrong


def find_lost_greetings(model: Understanding) -> str | None:
    """A sentence on the misread texts where more than FORGIVEN are misread; else None."""
    classifications = model.classify(model.tokenize(list(MANNERS)))
    wrong = [
        (text, classification)
        for (text, intents), classification in zip(MANNERS.items(), classifications, strict=True)
        if classification.intent not in intents or not classification.in_scope
    ]
    if len(wrong) <= FORGIVEN:
        return None
    text, classification = wrong[0]
    misreading = (
        f"takes {text} for {classification.title}"
        if classification.in_scope
        else f"asks back at {text}"
    )
    return (
        f"{misreading}, and understands {len(wrong)} of {len(MANNERS)} greetings and the like "
        "wrongly"
    )
