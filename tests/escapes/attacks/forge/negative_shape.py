# aim = "A shape of negative sizes, whose product is right"
# ending = "lied"
# uses = "channel"
# points = {curve = 3}
# honest = ["curve"]
# real = "run: python -c 'import math; print(\"reached: the length fits\") if math.prod([-2, -10]) * 4 == 80 else 0'"

# %% bump_answer
answer_with({"array": ["float32", [-2, -10], 0]}, bytes(80))
