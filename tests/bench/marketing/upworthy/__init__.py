"""The replay of Upworthy's headline tests: how fast a bandit finds the headline that is clicked."""
