"""Alembic migrations of the monitoring database."""
