"""The menu below the chat: checked, put on the platform, compared with what the platform has."""
