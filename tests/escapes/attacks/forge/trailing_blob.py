# aim = "Bytes that belong to nothing, and a message behind the message"
# ending = "lied"
# uses = "channel"
# points = {curve = 3}
# honest = ["curve"]
# real = "trusting reader"

# %% bump_answer
answer_with(None, b"more than was asked")
