"""Questions that found no answer: collected, clustered, drafted, decided."""
