"""From a sentence of a document back to the cell of a form: what a run's own files say, nothing guessed."""
