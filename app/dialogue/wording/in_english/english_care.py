"""The care texts in English, with the same telephone numbers as app/safety/care_texts.py."""

from collections.abc import Mapping

from app.dialogue.wording.in_english.english_emergencies import EMERGENCY_TEXTS

TEXTS: Mapping[str, tuple[str, ...]] = {
    "care.suicide": (
        "Thank you for telling me. This must be very hard, and you don't have to carry it alone."
        " Please make no decision now. Call 12356, China's mental health support line, or ask"
        " somebody you trust to come and stay with you. If you are in danger, or have already taken"
        " something or hurt yourself, move away from what could harm you and call 120 or 110 right"
        " now. If it is about somebody near you, stay with them and call together.",
    ),
    "care.self_harm": (
        "Thank you for telling me; nobody will blame you. If a wound is bleeding, press a clean"
        " cloth on it; if it is deep or doesn't stop, or you took too much medicine, call 120 now."
        " Put blades and pills out of reach and ask somebody you trust to come. You can talk to"
        " 12356, the mental health support line, or to 12355 if you are under age.",
    ),
    "care.violence": (
        "This isn't your fault, and nobody has the right to treat you like this. Please get to a"
        " safe place. If you are in danger now, call 110; if you can't speak, text 12110 with the"
        " last three digits of the area code. If you are hurt, call 120. Keep photos, messages and"
        " medical records. The women's line 12338 and, for minors, 12355 can advise you.",
    ),
    "care.child_distress": (
        "Thank you for telling me, you did the right thing, and it isn't your fault. If there is"
        " danger now, or somebody hurts or touches you, call 110; if you are injured, 120. You can"
        " also call 12355, and please tell an adult you trust. If a child near you needs help,"
        " stay with the child and call 110.",
    ),
    "care.food_poisoning": (
        "We are very sorry that you feel unwell. Please stop eating it, drink enough and rest. With"
        " heavy vomiting, fever, blood, dizziness, or if it is a child, an elderly or a pregnant"
        " person, see a doctor soon; if it is severe, call 120. Please keep what is left of the"
        " food, the receipt and medical records, and tell me what was eaten and when. You can also"
        " report it to 12315.",
    ),
    "care.adverse_reaction": (
        "We are very sorry about this. Please stop using the product and rinse the place gently"
        " with clean water. If it is hard to breathe, the face or throat swells, or a child"
        " swallowed it, call 120 now and don't induce vomiting. Otherwise see a doctor soon and"
        " bring the product along. Please keep the product, the packaging and records. You can"
        " also report it to 12315.",
    ),
    **EMERGENCY_TEXTS,
    "care.queued_first": ("I've put your message first, a colleague will look at it. ",),
    "care.do_not_wait": ("Please don't wait for us: call the numbers above first.",),
}
