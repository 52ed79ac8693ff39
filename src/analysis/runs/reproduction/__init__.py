"""A run as one file that somebody else can check: bundled, unpacked with care, run again, compared, judged."""
