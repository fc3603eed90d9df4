"""From candidates of the search to the words of an answer."""
