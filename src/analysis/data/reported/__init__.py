"""What departments report beside figures: measures, self-assessment, causes, practice, next year's plan."""
