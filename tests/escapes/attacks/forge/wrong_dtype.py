# aim = "An array of objects, or of a type that nobody knows"
# ending = "lied"
# uses = "channel"
# points = {curve = 3}
# honest = ["curve"]
# real = "run: python -c 'import numpy as np; np.frombuffer(b\"12345678\", dtype=\"O\")' || echo reached: a reader that believes it fails"

# %% bump_answer
answer_with({"array": ["object", [1], 0]}, b"12345678")
