# aim = "One step with an object is answered twice, to answer the next one, too"
# points = {bump = 1}
# ending = "lied"
# uses = "channel"
# real = "cannot be shown: a lie in our own format, which no other judge reads"

# %% bump_answer
def bump(v):
    if v.requires_grad:
        say({"body": {"answer": None}, "blobs": []})
    return v * torch.sin(v)
