# aim = "A shape with a zero in it, and with sizes beyond every number of a machine"
# uses = "channel"
# ending = "lied"
# points = {curve = 3}
# honest = ["curve"]
# real = "run: python -c 'import numpy as np; np.zeros((0, 2**62, 2**62))' || echo reached: a reader that believes it fails"

# %% bump_answer
answer_with({"array": ["float32", [0, 2**62, 2**62], 0]}, b"")
