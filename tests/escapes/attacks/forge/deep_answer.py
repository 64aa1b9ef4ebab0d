# aim = "An answer that nests just deeper than the format allows"
# ending = "lied"
# uses = "channel"
# points = {curve = 3}
# honest = ["curve"]
# real = "trusting reader"

# %% bump_answer
tree = 1
for _ in range(25):
    tree = [tree]
answer_with(tree)
