# aim = "Outputs in a form that no notebook has"
# ending = "finished"
# uses = "channel"
# points = {curve = 3}
# honest = ["curve"]
# unseen = ["evil"]
# real = "cannot be shown: a lie in our own format, which no other judge reads"

# %% bump_answer
def run(self, **_):
    odd = [7, None, {"output_type": "evil"}, {"output_type": "stream", "name": "stdout", "text": ["evil"]},
           {"output_type": "error", "ename": 1, "evalue": "", "traceback": []},
           {"output_type": "display_data", "data": {"text/html": {"evil": 1}}, "metadata": {"evil": 1}}]
    say({"body": {"outputs": odd, "failure": None}, "blobs": []})

type(box)._run = run
