"""What grading costs, measured beside stock nbgrader and beside the limit of what is possible.

courses    the same assignments and submissions, for both graders
commands   both graders, as their users run them
limit      the bare loop of the students' cells in one warm process
phases     where a submission's milliseconds go, and what the start costs
growth     memory while a class is graded; workers; the size of the class
figures    medians, ratios and spreads
pages      the tables, in the terminal and in the document
plot       the picture
"""
