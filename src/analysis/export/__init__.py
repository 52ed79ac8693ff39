"""Figures, tables and pages: what readers see."""
