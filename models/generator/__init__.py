"""Generators, causal language models: int8 on a CPU, continuous batching on a GPU."""
