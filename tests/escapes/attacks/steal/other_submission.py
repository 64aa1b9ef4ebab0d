# aim = "Somebody else's answers can be handed in as one's own"
# real = "without mount landlock user"

# %% added
print(open("@other@").read())
