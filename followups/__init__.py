"""What becomes of decisions: assignments, status reports, the report to the next meeting."""
