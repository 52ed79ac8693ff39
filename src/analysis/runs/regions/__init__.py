"""Many areas at once: each district evaluated by itself, then what they add up to, wherever a worker is free."""
