"""Review of a document: numbered paragraphs, departments' comments, answers, approval."""
