"""Images of articles: loaded, checked, converted, uploaded once, and named in the content."""
