"""How copy is asked for, mended and put together: prompts, answers, articles, replies."""
