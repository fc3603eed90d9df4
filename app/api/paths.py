"""Addresses of REST that other modules name, too; it imports nothing."""

EVENT_IMPORTS = "/api/v1/events/import"
ITEM_IMPORTS = "/api/v1/items/import"
IMPORTS = "/api/v1/knowledge/imports"
