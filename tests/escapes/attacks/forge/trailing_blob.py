# aim = "Bytes that belong to nothing, and a message behind the message"
# ending = "lied"
# uses = "channel"
# points = {curve = 3}
# honest = ["curve"]
# real = "cannot be shown: a lie in our own format, which no other judge reads"

# %% bump_answer
answer_with(None, b"more than was asked")
