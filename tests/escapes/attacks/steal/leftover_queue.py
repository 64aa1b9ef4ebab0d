# aim = "A message queue outlives the process that made it"
# uses = "calls"
# times = 2
# real = "bare"

# %% added
name = b"left-@clerk@"
if call("mq_open", name, 0, 0, 0) >= 0:
    print("reached: the queue is still there")
    libc.mq_unlink(b"/" + name)
else:
    call("mq_open", name, 0o102, 0o666, 0)
