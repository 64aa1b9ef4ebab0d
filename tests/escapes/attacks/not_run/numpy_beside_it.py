# aim = "A file numpy.py or torch.py beside the notebook stands in for the library"
# real = "run: python -c 'import numpy'"

# %% curve_answer
import numpy, torch
x = numpy.x

# %% hand_in
for name in ("numpy.py", "torch.py", "autograder.py", "json.py"):
    (folder / name).write_text("print('reached: I am the library')\nx = 0\n")
