"""The channel to WeChat: XML, openids and error codes stop here."""
