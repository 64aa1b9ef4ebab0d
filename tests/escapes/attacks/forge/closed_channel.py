# aim = "The channel is closed, and the process lives on"
# ending = "died"
# uses = "channel"
# points = {curve = 3}
# honest = ["curve"]
# real = "in process allclose"

# %% bump_answer
box.channel.socket.close()
