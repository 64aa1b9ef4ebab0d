# aim = "A fork that holds objects tells of its own end, and lives on"
# points = {bump = 1}
# ending = "lied"
# uses = "channel"
# real = "cannot be shown: a lie in our own format, which no other judge reads"

# %% bump_answer
def bump(v):
    if v.requires_grad:
        say({"body": {"probed": None}, "blobs": []})
        time.sleep(0.5)
    return v * torch.sin(v)
