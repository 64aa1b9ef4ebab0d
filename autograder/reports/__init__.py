"""Findings in words: for students, in a notebook and in feedback, and for assistants."""
