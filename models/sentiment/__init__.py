"""How a follower feels: positive, neutral or negative."""
