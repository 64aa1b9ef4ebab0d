# aim = "A message announces four gigabytes"
# ending = "lied"
# uses = "channel"
# points = {curve = 3}
# honest = ["curve"]
# real = "run: python -c 'import resource; resource.setrlimit(resource.RLIMIT_AS, (1 << 30,) * 2); bytearray(2**32 - 1)' || echo reached: a reader that believes it has no memory left"

# %% bump_answer
box.channel.socket.sendall(b"AG1\n" + struct.pack("<I", 2**32 - 1))
