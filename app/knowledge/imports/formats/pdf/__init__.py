"""PDF files: characters, lines and tables of pages."""
