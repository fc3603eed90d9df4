"""The platform's own customer-service desk (客服): its agents and their sessions."""
