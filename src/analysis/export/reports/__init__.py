"""The official documents, each a function of facts and stored tables that returns HTML a notebook displays."""
