"""What a meeting decided: record, decisions, minutes, press release."""
