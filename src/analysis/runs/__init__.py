"""From inputs to a finished run folder: the engine that executes notebooks, and what it writes."""
