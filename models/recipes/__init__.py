"""How what is shipped was made, and what is trained for public benchmarks."""
