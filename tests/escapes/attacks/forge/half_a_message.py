# aim = "A message begins and never ends"
# ending = "timed out"
# uses = "channel"
# points = {curve = 3}
# honest = ["curve"]
# real = "in process allclose"

# %% bump_answer
import signal
signal.signal(signal.SIGINT, signal.SIG_IGN)
box.channel.socket.sendall(b"AG1\n" + struct.pack("<I", 1000) + b'{"body": {')
while True:
    pass
