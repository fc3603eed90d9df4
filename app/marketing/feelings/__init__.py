"""What followers feel by their words: complaints, sorrow, praise, or nothing of these."""
