"""Redis: every key with its lifetime, and the calling of Lua scripts."""
