# aim = "A reply to a cell is sent before the cell has ended"
# ending = "lied"
# uses = "channel"
# points = {curve = 3}
# honest = ["curve"]
# real = "cannot be shown: a lie in our own format, which no other judge reads"

# %% bump_answer
say({"body": {"outputs": [], "failure": None}, "blobs": []})
def bump(v):
    return v
