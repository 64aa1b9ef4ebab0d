# aim = "Say of each question that the machine refused a fork for it, so that it is our failure for ever"
# points = {curve = 1}
# ending = "died"
# honest = ["curve", "bump", "model"]
# uses = "channel"
# real = "cannot be shown: nobody else is told so by a box"

# %% added
probe = type(box)._probe
def refuse(self, message):
    if message.body["probe"]["ask"] == "value" and "rerun" not in message.body["probe"]:
        return probe(self, message)
    say({"body": {"probed": "refused"}, "blobs": []})
type(box)._probe = refuse
