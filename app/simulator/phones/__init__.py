"""What a follower sends, taps and reads."""
