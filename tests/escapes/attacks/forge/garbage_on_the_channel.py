# aim = "Bytes that are no message at all"
# ending = "lied"
# uses = "channel"
# points = {curve = 3}
# honest = ["curve"]
# real = "cannot be shown: a lie in our own format, which no other judge reads"

# %% bump_answer
box.channel.socket.sendall(os.urandom(1000).replace(b"A", b"B"))
