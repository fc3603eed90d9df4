"""What an experiment tests and how: its plan, the days it needs, and predicted rates."""
