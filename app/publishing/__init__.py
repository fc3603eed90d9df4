"""Articles of an account: from Markdown or HTML to what the platform publishes."""
