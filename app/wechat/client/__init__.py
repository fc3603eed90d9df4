"""The client of WeChat's API, its errors and its quotas."""
