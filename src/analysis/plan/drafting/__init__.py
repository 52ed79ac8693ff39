"""From a plan's document to plan data: reading, drafting, a workbook to review, and the folder built from it."""
