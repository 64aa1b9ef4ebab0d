# aim = "The processor's counters, which tell what others do"
# uses = "calls"
# real = "bare"

# %% added
attributes = struct.pack("IIQ", 1, 120, 0) + bytes(24) + struct.pack("Q", 0x61) + bytes(72)
if call("perf_event_open", attributes, 0, -1, -1, 0) >= 0:
    print("reached: a counter")
