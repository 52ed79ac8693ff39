"""Facts first, then wording: sentences take frozen facts and compute nothing."""
