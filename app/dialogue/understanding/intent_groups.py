"""Groups of intents that are treated alike."""

# Short courtesies, for which the intent's own replies are enough.
COURTESIES = frozenset({
    "greet", "say_ok", "say_wait", "say_farewell", "express_thanks", "express_apology",
    "thanks_goodbye",
})  # fmt: skip
# Intents about the conversation itself: never searched with the previous question.
CONVERSATION_INTENTS = COURTESIES | {
    "praise", "complain_angry", "urge_reply", "bot_identity", "transfer_to_person",
    "unsubscribe_privacy",
}  # fmt: skip
# Subjects that aren't the brand's; also the model's guess for short questions such as 要钱吗.
OFF_TOPIC_INTENTS = frozenset({"chitchat", "out_of_scope"})
