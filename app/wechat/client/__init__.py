"""What we ask of WeChat: the API client, its errors and its quotas."""
