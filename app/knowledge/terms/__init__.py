"""Words that exclude, narrow or stand for one another: occasions, places, kinds, homophones."""
