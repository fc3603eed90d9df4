"""English phrases, by the id of the Chinese phrase that they replace.

Each is a phrase of its own, `ID.en`, that an operator may reword. Most have no slots, since the
values would be Chinese.
"""

import functools
from collections.abc import Mapping

from app.dialogue.wording import english_care
from app.messages.phrases import INTENT, Phrase

ENDING = ".en"
TITLE = "（英文）"
_HUMAN = 'Reply "human" and a colleague will get back to you.'

_TEXTS: Mapping[str, tuple[str, ...]] = {
    "dialogue.offer_person": (
        "I can't answer this one, sorry. Please go by what {brand} has published.",
    ),
    "dialogue.no_person": ("All right, no transfer. What would you like to know?",),
    "dialogue.no_person_unknown": (
        "All right, no transfer. I couldn't find that in my notes; could you put it another way?",
    ),
    "dialogue.not_sure": (f"I don't have anything on that in my notes. {_HUMAN}",),
    "dialogue.prices": ("{prices}.\nWhich one would you like to know more about?",),
    "dialogue.unknown": ("I couldn't find an answer to the rest of your question.",),
    "dialogue.unknown_offer": (
        f"I couldn't find an answer to the rest of your question. {_HUMAN}",
    ),
    "dialogue.unknown_all": ("I don't have the answers to these questions in my notes.",),
    "dialogue.unknown_all_offer": (
        f"I don't have the answers to these questions in my notes. {_HUMAN}",
    ),
    "dialogue.unread": ("Please send me your other questions again, I'll take them next.",),
    "dialogue.choices_opening": ("Do you mean one of these? (The answers are in Chinese.)",),
    "dialogue.choices_one": (
        "Do you mean 「{question}」? (The answer is in Chinese.)\n{answer}\n"
        'If not, put it another way or reply "human".',
    ),
    "dialogue.choices_one_alone": (
        "Do you mean 「{question}」? (The answer is in Chinese.)\n{answer}\n"
        "If not, put it another way.",
    ),
    "dialogue.choices_passage": (
        "Is this what you are looking for? (It is in Chinese.)\n{answer}\n"
        "If not, put it another way and I'll look again.",
    ),
    "dialogue.choices_closing": (
        'Tap one to read it all. If it is none of them, put it another way or reply "human".',
    ),
    "dialogue.choices_closing_alone": (
        "Tap one to read it all. If it is none of them, put it another way.",
    ),
    "dialogue.choices_near": ("The nearest I have: {near} (The answer is in Chinese.)",),
    "dialogue.forgotten": ("Done, I've forgotten what we talked about. How can I help?",),
    "dialogue.here": ("I'm here, sorry to keep you waiting. What can I do for you?",),
    "dialogue.see_you": ("See you then! Just write whenever you need me.",),
    "dialogue.soothe_injury": (
        "Are you all right? Please keep still, and see a doctor if you need one. ",
    ),
    "dialogue.soothe_injury_of_other": (
        "Is everybody all right? Please keep still, and see a doctor if need be. ",
    ),
    "dialogue.soothe_goods": ("I'm sorry it is in such a state. ",),
    "dialogue.soothe_anger": ("I'm sorry you were upset. ",),
    "dialogue.soothe": ("I'm sorry this happened. ",),
    "dialogue.soothe_trouble": ("Sorry for the trouble. ",),
    "dialogue.soothe_waiting": ("Sorry to keep you waiting. ",),
    "dialogue.ask_back": (
        'I couldn\'t read that. Could you put it another way? Reply "human" to reach a colleague.',
    ),
    "dialogue.ask_about": ("What would you like to know about it?",),
    "dialogue.unsure": (
        "I don't have that in my notes. ",
        "I couldn't find that in my notes. ",
    ),
    "dialogue.unsure_again": (
        "I don't have that in my notes either. ",
        "I couldn't find that one either. ",
    ),
    "dialogue.unable": ("That's something I can't do for you myself. ",),
    "dialogue.heard": ("Thanks for telling us; I can't tell yet what to do about it. ",),
    "dialogue.advice": ("I don't have anything in my notes to base advice on. ",),
    "dialogue.wording": ("I can't find the words for you yet. ",),
    "dialogue.ask_person": (_HUMAN,),
    "dialogue.ask_for_help": ('Reply "human" and a colleague will see to it.',),
    "dialogue.ask_for_advice": ('Reply "human" and a colleague will gladly advise you.',),
    "dialogue.ask_person_later": (
        'Our team is off duty now. Reply "human" to leave a message, and a colleague will answer.',
    ),
    "open_talk.weather": (
        "I can't look up the weather; your phone will know better. Ask me anything about {brand}.",
    ),
    "open_talk.news": ("I can't look that up. Ask me anything about {brand}, though.",),
    "open_talk.fun": ("I can't tell jokes or stories yet. Ask me anything about {brand}.",),
    "open_talk.writing": ("I can't write or translate yet. Ask me about {brand} any time.",),
    "open_talk.about_us": (
        "I'm {brand}'s automatic assistant, so I have no life of my own. Ask me about {brand}.",
    ),
    "open_talk.tired": ("Take it easy and look after yourself. Ask me about {brand} any time.",),
    "open_talk.advice": ("I don't have anything on that in my notes. ",),
    "sympathy.mourning": ("It is kind of you to remember them. ",),
    "sympathy.illness": ("I wish a quick recovery. ",),
    "sympathy.upset": ("That sounds hard, take it easy. ",),
    "sympathy.making_up": ("It is kind of you to want to cheer them up. ",),
    "sympathy.pet": ("I can tell you care; if it gets worse, please see a vet. ",),
    "sympathy.body": ("Please don't ignore it; if it gets worse, see a doctor. ",),
    "sympathy.child": ("I can tell how much you care about the child. ",),
    "sympathy.joy": ("Congratulations! ",),
    "sympathy.visit": ("It is thoughtful of you to prepare for it. ",),
    "sympathy.gift": ("It is thoughtful of you to choose with care. ",),
    "sympathy.beginner": ("Everybody starts out that way, take your time. ",),
    "asks.order": ("Could you send me the order number? I'll look it up right away.",),
    "asks.order_for_person": (
        "Could you send me the order number? I'll ask a colleague to check.",
    ),
    "asks.order_passed_on": ("I'm asking a colleague to check where it is. ",),
    "asks.tracking": ("Could you send me the tracking number?",),
    "asks.phone": ("Which phone number was the order placed with?",),
    "asks.product": ("Which one do you mean?",),
    "asks.region": ("Where should it be sent? The name of the city is enough.",),
    "asks.size": ("What size do you usually wear, or how tall are you?",),
    "asks.visit": ("Which day and time would you like to come, and how many of you?",),
    "asks.age": ("How old is the child?",),
    "asks.details": ("Who is it for, for what occasion, and at about what price?",),
    "asks.noted": ("Got it, noted. ",),
    "asks.noted_words": ("Got it, noted. ",),
    "asks.with_value": ("Got it. ",),
    "asks.same_answer": ('Got it. A colleague can tell whether that works: reply "human".',),
    "asks.noted_booking": ("Got it, noted; nothing is booked yet. ",),
    "asks.same_answer_to_booking": (
        'Got it; nothing is booked yet. Reply "human" and a colleague will confirm.',
    ),
    "asks.agent_sees": ("A colleague will see what you wrote.",),
    "asks.see_page": ("The answer isn't in my notes; please go by what we have published.",),
    "asks.agent_answers": (f"The answer isn't in my notes. {_HUMAN}",),
    "asks.numbers_noted": ("Got it, I've noted the number. ",),
    "asks.agent_sees_number": ("A colleague will see it.",),
    "asks.where_tracking": ("You can follow the parcel on the courier's page. ",),
    "asks.agent_checks_number": ('Reply "human" and a colleague can look it up.',),
    "followup.already": ("This is what I have on it: {answer}",),
    "followup.lacking": ("That detail isn't in my notes; what I have is: {answer}",),
    "followup.for_value": ("For {value}: {answer}",),
    "followup.outside": ("{answer} ({value} lies outside of that.)",),
    "followup.unlisted": ("{name} isn't listed by itself; what is written is: {answer}",),
    "followup.day_is": ("{day} is {weekday}. ",),
    "followup.off_day": ("{day} is {weekday}; what is written is: {answer}",),
    "followup.channel": ("This is how to book: {answer}",),
    "followup.missing": ("There is still something missing: {items}.",),
    "followup.request_noted": ("Got it, I've noted {numbers} with your request. ",),
    "followup.agent_goes_on": ('Reply "human" and a colleague will take it from there.',),
    "handover.asked": ("All right, I'll pass you on to a colleague. ",),
    "handover.angry": ("I'm sorry about this. I'm asking a colleague to take care of it. ",),
    "handover.failed": ("I couldn't answer that, so I'm asking a colleague to help you. ",),
    "handover.policy": ("A colleague has to do this for you, I've passed it on. ",),
    "handover.safety": ("This is important. I'm asking a colleague to look at it. ",),
    "handover.care": ("This is important. I'm asking a colleague to look at it. ",),
    "handover.passed_on": ("All right, I've passed this on to a colleague. ",),
    "handover.booking": ("I've asked a colleague to confirm it. ",),
    "handover.answered_badly": (
        "Sorry, my last answer was no help. I'm asking a colleague to help you. ",
    ),
    "handover.order_passed_on": ("Your order number {number} goes along with it. ",),
    "handover.followed_up": ("A colleague will also look into this.",),
    "handover.injury": (
        "I'm asking a colleague to look into this; please keep the bills you get. ",
    ),
    "handover.for_reference": ("For reference (in Chinese): {answer}",),
    "handover.refund": (
        "I'm passing your refund on to a colleague; please add the order number. ",
    ),
    "handover.exchange": (
        "I'm passing this on to a colleague; a picture and the order number will help. ",
    ),
    "handover.cancel": (
        "I'm passing this on to a colleague; nothing is cancelled before they answer. ",
    ),
    "handover.change": (
        "I'm passing this on to a colleague; please add what to change, and the order number. ",
    ),
    "handover.today": ("That's soon; I'm asking a colleague whether it can be done in time. ",),
    "handover.replies_soon": ("They will reply here once they see it.",),
    "handover.replies_within": ("They usually reply within {minutes} minutes.",),
    "handover.replies_from": ("They are off duty now and will reply when they are back.",),
    "handover.replies_in_hours": ("They will reply to you here during their working hours.",),
    "handover.nobody_there": ("Nobody is on duty now; your message has been kept.",),
    "handover.rides": (" The reply comes with your next message, so please write again later.",),
    "handover.at_desk_now": ("Please send one more message with your question to be connected.",),
    "handover.at_desk_later": ('They are off duty now. Please reply "human" again later.',),
    "handover.or_a_person": (_HUMAN,),
    "handover.no_desk": ("I can't do this for you, and there is no staff to chat with here.",),
    "handover.waits": ("Your question is with our team; nobody has picked it up yet. ",),
    "handover.waits_minutes": (
        "Your question is with our team; you have been waiting for {minutes} minutes. ",
    ),
    "handover.first_in_line": ("You are next in line. ",),
    "handover.in_line": ("There are {ahead} people before you. ",),
    "handover.waits_away": ("Your question has been noted. ",),
    "handover.hours": ("Our team's chat hours: {hours}. ",),
    "handover.hours_unknown": (f"I don't have our team's chat hours in my notes. {_HUMAN}",),
    "handover.open": ('They are on duty now: reply "human".',),
    "handover.closed": ('They are off duty now: reply "human" to leave a message.',),
    "system.failed": (
        "Something went wrong on my side and I lost your message, sorry. Please send it again.",
    ),
    "kind.empty": ("I received an empty message. How can I help?",),
    "kind.voice": ("I couldn't make out your voice message. Could you type it, please?",),
    "kind.image": ('I can\'t read pictures yet. Tell me in words, or reply "human".',),
    "kind.video": ('I can\'t watch videos yet. Tell me in words, or reply "human".',),
    "kind.location": ("I've received the location. Is it about a store near you, or an address?",),
    "kind.link": ("I've received the link. What would you like to know about it?",),
    "kind.file": ("I can't open files yet. Could you tell me in words, please?",),
    "kind.mini_program": ("I can't open mini programs yet. Could you tell me in words, please?",),
    "kind.unsupported": ("I can't see what is in it. Could you tell me in words, please?",),
    "kind.scan": ("Welcome back! This is {brand}'s assistant. How can I help?",),
    "kind.tap": ("All your questions have been answered. What else would you like to know?",),
    "kind.click": ("Hello, what would you like to know?",),
    "gesture.agrees": ("Great. I'm here whenever you need me.",),
    "gesture.upset": ('You seem unhappy. Tell me what happened, or reply "human".',),
    "gesture.puzzled": ("Wasn't I clear? Tell me what you would like to know.",),
    "gesture.silent": ("I'm here, take your time.",),
    "gesture.smiles": ("I'm here. Ask me anything.",),
    "order.unpaid": ("Order {number} hasn't been paid yet. ",),
    "order.paid": ("Order {number} has been paid and is being prepared. ",),
    "order.shipped": ("Order {number} has been shipped. ",),
    "order.delivering": ("Order {number} is out for delivery. ",),
    "order.signed": ("Order {number} has been delivered. ",),
    "order.cancelled": ("Order {number} has been cancelled. ",),
    "order.refunding": ("Order {number} is being refunded. ",),
    "order.refunded": ("Order {number} has been refunded. ",),
    "order.closed": ("Order {number} is closed. ",),
    "order.other": ("Status of order {number}: {status}. ",),
    "order.ships_by": ("It should leave by {date}. ",),
    "order.parcel": ("Parcel: {parcel}. ",),
    "order.latest": ("Latest: {latest}. ",),
    "order.arrives": ("It should arrive on {date}. ",),
    "order.unknown": (
        'I found no order {number}. Please check the number, or reply "human" to have it checked.',
    ),
    "order.failed": ('Our order system didn\'t answer. Try again later, or reply "human".',),
    "safety.refused": ("I can't talk about that. I'm glad to help with anything about {brand}.",),
    "safety.safe": (f"I can't answer that here. {_HUMAN}",),
    "safety.slow_down": ("You are writing faster than I can read. Please give me a moment.",),
    "safety.enough_today": ("That's a lot for one day. Please come back tomorrow.",),
    "data.consent": (
        "I'm {brand}'s automatic assistant; some replies are made by AI and chats are kept to"
        " serve you. Reply 「隐私」 for details.",
    ),
    "data.privacy": (
        "I'm {brand}'s automatic assistant; some replies are made by AI. To answer you we keep your"
        " messages for at most {days} days, and erase them when you unfollow us. Send"
        " 「导出我的数据」 to see them, or 「删除我的数据」 to erase them at any time.",
    ),
    "data.erased": ("Your data has been erased. What you send from now on is recorded anew.",),
    "data.nothing_kept": ("We keep no messages of yours.",),
    "data.kept": ("We keep {count} messages of yours, the latest are:",),
    "data.how_to_erase": ("Send 「删除我的数据」 if you want to have all of them erased.",),
    **english_care.TEXTS,
}  # fmt: skip
# Replies of intents that say more than "not known" or "a person was called".
_REPLIES: Mapping[str, tuple[str, ...]] = {
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
    "bot_identity": (f"I'm {{brand}}'s automatic assistant, not a person. {_HUMAN}",),
    "unsubscribe_privacy": (f"You can unfollow us on our account page. About your data: {_HUMAN}",),
    "complain_angry": ("I'm sorry about this. I'm passing it on to a colleague. ",),
    "urge_reply": ("Sorry to keep you waiting. I'm passing this on to a colleague. ",),
    "transfer_to_person": ("Sure, I'm passing you on to a colleague. ",),
    "chitchat": ("Thanks for telling me. Ask me anything about {brand}.",),
    "out_of_scope": ("I can't help with that, but ask me anything about {brand}.",),
}  # fmt: skip


# Notes around an answer in Chinese; they have no Chinese counterpart.
NOTES_OPENING = Phrase(
    f"dialogue.notes_opening{ENDING}",
    f"答案是中文资料：开头{TITLE}",
    ("Here is what our notes say (in Chinese):",),
)
NOTES_CLOSING = Phrase(
    f"dialogue.notes_closing{ENDING}",
    f"答案是中文资料：结尾{TITLE}",
    ('For English help, reply "human".',),
)
IN_ENGLISH_ALONE: Mapping[str, Phrase] = {
    phrase.id: phrase for phrase in (NOTES_OPENING, NOTES_CLOSING)
}


@functools.cache
def translate_phrase(phrase: Phrase) -> Phrase | None:
    """The English counterpart of a phrase, or None."""
    texts = _TEXTS.get(phrase.id)
    if texts is None:
        return None
    return Phrase(phrase.id + ENDING, phrase.title + TITLE, texts, phrase.slots, phrase.needed)


def get_replies(intent: str) -> tuple[str, ...]:
    """The English replies of an intent, by its id; () if it has none."""
    return _REPLIES.get(intent, ())


INTENTS: Mapping[str, Phrase] = {
    intent: Phrase(INTENT + intent + ENDING, f"意图 {intent}{TITLE}", texts)
    for intent, texts in _REPLIES.items()
}
