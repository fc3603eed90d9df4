"""Addresses of REST that other modules name, too; it imports nothing."""

IMPORTS = "/api/v1/knowledge/imports"
