"""How well shops are answered: the corpus of models/shops, played through the webhook and graded.

corpus reads the shops, stage starts the service, playing has followers write, records reads what
the service wrote down, grading judges each reply, figures counts, transcript is for people.
"""
