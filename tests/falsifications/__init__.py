"""Falsified bundles: what an attacker may do to one whose hashes he makes again."""
