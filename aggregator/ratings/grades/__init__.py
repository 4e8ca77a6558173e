"""Grades: words of the scale, of praise and of blame, and whether they are used as such."""
