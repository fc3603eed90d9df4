"""HTML pages for operators: the home page and the playground."""
