# aim = "A configuration file, run as Python by the next command of the grader"
# real = "without mount landlock user"

# %% added
open("@course@/nbgrader_config.py", "w").write("print('reached: I am the grader')")
