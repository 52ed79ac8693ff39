"""Forms for the departments: written from the plan's indicators, read back tolerantly, strict about meaning."""
