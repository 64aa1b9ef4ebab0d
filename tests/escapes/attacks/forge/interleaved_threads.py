# aim = "Two answers at once, a piece of one and a piece of the other"
# ending = "lied"
# uses = "channel"
# points = {curve = 3}
# honest = ["curve"]
# real = "cannot be shown: a lie in our own format, which no other judge reads"

# %% bump_answer
def both(self, message):
    text = json.dumps({"body": {"answer": 1}, "blobs": []}).encode()
    whole = b"AG1\n" + struct.pack("<I", len(text)) + text
    for start in range(0, len(whole), 7):
        self.channel.socket.sendall(whole[start:start + 7] * 2)

type(box)._probe = both
