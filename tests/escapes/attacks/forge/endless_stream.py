# aim = "An answer that never stops coming"
# ending = "lied"
# uses = "channel"
# points = {curve = 3}
# honest = ["curve"]
# real = "cannot be shown: a lie in our own format, which no other judge reads"

# %% bump_answer
def flood(self, message):
    while True:
        self.channel.socket.sendall(b"AG1\n" * 100_000)

type(box)._probe = flood
