# title = "The process is ended before any check"
# student = "cleo"
# ending = "died"
# [points]
# softplus = 0

# %% softplus_answer
import os

os._exit(0)
