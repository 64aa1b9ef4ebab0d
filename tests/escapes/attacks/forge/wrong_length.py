# aim = "An array that is longer than its bytes, to read what lies behind them"
# ending = "lied"
# uses = "channel"
# points = {curve = 3}
# honest = ["curve"]
# real = "trusting reader"

# %% bump_answer
answer_with({"array": ["float32", [20], 0]}, bytes(79))
