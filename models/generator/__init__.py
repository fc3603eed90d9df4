"""A causal language model at work: in int8 on a CPU, batched continuously on a GPU."""
