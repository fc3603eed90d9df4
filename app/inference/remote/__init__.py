"""Models behind HTTP: clients for language-model servers and rerankers."""
