# aim = "A halt of the kernel at any page, which many attacks on it need"
# uses = "calls"
# real = "bare"

# %% added
if call("userfaultfd", 1) >= 0:
    print("reached: page faults are mine")
