"""Wide tables: what their rows and columns mean, shown to a person as a mapping to confirm, then read by it."""
