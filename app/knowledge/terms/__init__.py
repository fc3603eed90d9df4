"""Relations between words: excluding classes, narrower terms, regions and homophones."""
