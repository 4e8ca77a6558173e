"""Verdicts: whose a grade is, of what, when, and whether it is stated at all."""
