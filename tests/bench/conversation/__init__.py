"""`make bench-conversation`: a week of traffic, with everything that goes wrong in a week.

Each answer is matched with its message from outside, by what phones showed: a reply belongs to the
delivery that it came in, and the record of turns names the answer that each message got, so that
an answer which came later (as a customer-service message, or before the reply to another message)
is known by its words. Where one follower got the same words twice, they count as two.
"""
