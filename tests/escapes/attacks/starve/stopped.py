# aim = "A process that stops itself can neither answer nor be interrupted"
# points = {curve = 3}
# honest = ["curve"]
# container = {ending = "timed out", points = {curve = 3}}
# real = "cannot be shown: the first process of a namespace cannot stop itself, others are killed for it"

# %% bump_answer
import os, signal
os.kill(os.getpid(), signal.SIGSTOP)
