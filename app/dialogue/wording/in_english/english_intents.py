"""English replies of intents, by the intent's id."""

from collections.abc import Mapping

from app.dialogue.wording.in_english.english_texts import HUMAN

# Replies of intents that say more than "not known" or "a person was called".
INTENT_REPLIES: Mapping[str, tuple[str, ...]] = {
    "greet": ("Hello, this is {brand}. How can I help?", "Hi, I'm here. What can I do for you?"),
    "say_ok": ("Great. Just write if anything else comes up.",),
    "say_wait": ("Sure, take your time.",),
    "say_farewell": ("See you! Just write whenever you need me.",),
    "express_thanks": ("You're welcome. Just write whenever you need me.", "You're welcome!"),
    "express_apology": ("No problem at all. How can I help?",),
    "thanks_goodbye": ("You're welcome, goodbye!",),
    "praise": ("Thank you, we're very glad to hear that.",),
    "feel_sad": ("I'm sorry to hear that. If it is about us, please tell me what happened.",),
    "confused": ("Tell me what isn't clear, and I'll try to say it another way.",),
    "loyal_customer": ("Thank you for coming back to {brand}. What would you like to know?",),
    "express_preference": ("Noted. Ask me if you'd like to know more about it.",),
    "browse_more": ("Sure, take your time. Ask me whenever you like.",),
    "buy_to_try": ("Good idea. Tell us how you like it.",),
    "will_pay_now": ("Thank you for choosing {brand}.",),
    "have_paid": ('Thank you for your order. Reply "human" if anything has to be changed.',),
    "have_received": ('Glad it arrived. If anything is wrong with it, reply "human".',),
    "want_return_refund": ('To return something, please reply "human" to have it arranged.',),
    "cancel_purchase": ('To cancel an order or a booking, please reply "human".',),
    "ask_logistics_status": (
        'I can\'t see where parcels are; your order\'s page shows it. Or reply "human" to ask.',
    ),
    "ask_tracking_number": ("You find the tracking number on your order's page.",),
    "bot_identity": (f"I'm {{brand}}'s automatic assistant, not a person. {HUMAN}",),
    "unsubscribe_privacy": (f"You can unfollow us on our account page. About your data: {HUMAN}",),
    "complain_angry": ("I'm sorry about this. I'm passing it on to a colleague. ",),
    "urge_reply": ("Sorry to keep you waiting. I'm passing this on to a colleague. ",),
    "transfer_to_person": ("Sure, I'm passing you on to a colleague. ",),
    "chitchat": ("Thanks for telling me. Ask me anything about {brand}.",),
    "out_of_scope": ("I can't help with that, but ask me anything about {brand}.",),
}  # fmt: skip
