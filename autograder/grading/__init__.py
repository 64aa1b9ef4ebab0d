"""The story of a class: each submission rebuilt, run in a box, judged from outside, recorded.

submitted/ --rebuild--> cells --run--> evidence --judge--> findings --> ledger --> gradebook
"""
