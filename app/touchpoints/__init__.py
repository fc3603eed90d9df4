"""Where followers meet the account: menus, welcome texts, QR codes, short keys."""
