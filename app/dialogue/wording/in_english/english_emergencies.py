"""The texts on emergencies, injuries and sad news in English: app/safety/emergency_texts.py."""

from collections.abc import Mapping

EMERGENCY_TEXTS: Mapping[str, tuple[str, ...]] = {
    "care.drowning": (
        "Call 110 and 120 now, and shout for help. Don't jump in, unless you are a trained"
        " lifeguard: throw something that floats, or lie down and reach out with a pole or a rope."
        " Once out of the water and not breathing, give rescue breaths and chest compressions"
        " until help comes; don't try to drain water.",
    ),
    "care.collapse": (
        "Call 120 now and stay on the line. If they are awake, let them sit or half lie down,"
        " without walking, eating or drinking. If they don't respond and don't breathe normally,"
        " lay them flat and push hard on the middle of the chest, 100 to 120 times a minute, 5 to"
        " 6 cm deep; send somebody for the nearest AED. Go on until help takes over.",
    ),
    "care.choking": (
        "Have somebody call 120 now. If they can cough or speak, let them cough. If they can't: 5"
        " firm blows between the shoulder blades, then 5 quick thrusts inward and upward just"
        " above the navel, from behind, in turn until it comes out. For a baby under one: 5 back"
        " blows and 5 chest thrusts. If they pass out, start CPR.",
    ),
    "care.electric_shock": (
        "Call 120 now. Don't touch them: switch the power off first, or push the wire away with"
        " something dry that doesn't conduct. With a power line, stay at least 8 metres away and"
        " call 110. Once the power is off, and they don't respond or breathe, start CPR and use an"
        " AED. Even if they feel well, a doctor has to check the heart.",
    ),
    "care.fire": (
        "Get out first, then call 119 and tell them the address and whether anybody is inside."
        " Don't go back, don't take the lift; stay low and cover nose and mouth with a wet cloth."
        " If you can't get out, close the door, block the gaps and signal from a window. For"
        " burning oil, turn off the heat and put a lid on it, never water. If anybody is hurt,"
        " call 120.",
    ),
    "care.traffic_accident": (
        "Call 122 for the police, and 120 if anybody is hurt. Put on the hazard lights, get"
        " everybody off the road and set up the warning triangle (50 m behind, 150 m on a"
        " motorway). Don't move the injured unless there is fire or another danger; press on what"
        " bleeds with a clean cloth.",
    ),
    "care.missing_person": (
        "Call 110 now; you don't have to wait for 24 hours. Tell them name, age, clothes and where"
        " they were last seen, and have a photo ready. In a mall, station or park, ask the staff"
        " to announce it, watch the exits and check the cameras. Let one person wait at that"
        " place, and look near water and roads first.",
    ),
    "care.gas_leak": (
        "Don't touch switches and don't phone inside. Close the valve and open the windows if you"
        " can do it at once, get everybody out, then call 119; call 120 if anybody is dizzy, sick"
        " or unconscious. Bring them into fresh air and lay them on their side; if they don't"
        " breathe, start CPR. Don't go back in until it has been checked.",
    ),
    "care.poisoning": (
        "Call 120 now and tell them what it was and how much. Don't make them vomit, and give"
        " nothing to drink unless 120 tells you to. Take the container along. If they are"
        " unconscious, lay them on their side; if they don't breathe, start CPR.",
    ),
    "care.accident": (
        "Call 120 now; if somebody is trapped, call 119, too, and 110 if in doubt. Don't move the"
        " injured. Press hard on heavy bleeding with a clean cloth and don't let go. After a snake"
        " bite keep still: no cutting, sucking or tying off. If something sharp was swallowed,"
        " don't induce vomiting. If they don't respond or breathe, start CPR.",
    ),
    "care.tooth_injury": (
        "Bite on clean gauze to stop the bleeding. Hold a tooth that came out by its crown, don't"
        " scrub the root, keep it in cold milk or saline, and see a dentist within an hour if you"
        " can; don't put a baby tooth back. With a blow to the head and vomiting or drowsiness, or"
        " bleeding that doesn't stop, call 120.",
    ),
    "care.burn": (
        "Cool it under running water for 15 to 20 minutes and take off clothes that don't stick."
        " Don't open blisters, use no ice, toothpaste or ointment. Cover it with clean gauze and"
        " see a doctor. If it is large, on the face or hands, or a child or an elderly person, or"
        " it is hard to breathe, call 120.",
    ),
    "care.animal_bite": (
        "Wash the wound with soap and running water for 15 minutes, then disinfect it. Even if the"
        " skin is hardly broken, see a clinic for bites today, so that a doctor decides on the"
        " rabies vaccine. If it is deep, on the head, or doesn't stop bleeding, call 120.",
    ),
    "care.injury": (
        "That must hurt. Please see a doctor soon. Press a clean cloth on what bleeds; don't pull"
        " out a hook or anything else that is deep in, and ask about a tetanus shot. With a sprain"
        " or a possible fracture, don't move it, cool it and keep it raised. If an eye is hurt, or"
        " the bleeding doesn't stop, call 120.",
    ),
    "care.pet_harm": (
        "Please take your pet to a vet nearby right away, and phone ahead. Keep it calm and still,"
        " give no food; press a clean cloth on what bleeds, and support a leg that may be broken."
        " If it ate something harmful, don't make it vomit, and take the packaging along. If it"
        " happened with us, please keep photos and the vet's records.",
    ),
    "care.bereavement": (
        "Thank you for telling us. We are so sorry for your loss. Take all the time you need, and"
        " be with people who are good to you.",
    ),
    "care.illness": (
        "We are very sorry to hear this. It must be hard; please don't carry it alone. Ask the"
        " doctor to explain every option, and get a second opinion if you like. We wish you all"
        " the best.",
    ),
}
