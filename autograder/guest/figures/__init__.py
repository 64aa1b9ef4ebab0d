"""Figures that cost less: axes that wait to be made, and a drawing that remembers."""
