"""What a follower wants: the taxonomy and the head that sorts messages into it."""
