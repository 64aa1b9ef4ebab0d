# aim = "A mount hides what was there, or shows what was hidden"
# uses = "calls"
# real = "bare"

# %% added
if call("unshare", 0x10020000) == 0 and call("mount", b"none", b"/tmp", b"tmpfs", 0, 0) == 0:
    print("reached: another /tmp")
