"""Routes for what followers meet: menus, welcome texts, QR codes, short keys."""
