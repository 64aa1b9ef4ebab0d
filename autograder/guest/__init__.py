"""All that runs in the template and in a box; started as a process, imported by nothing of ours.

template ── fork ──> box: confined, runs cells, pauses at each grade cell
                      └── fork ──> a probe that runs student code, and leaves no trace
"""
