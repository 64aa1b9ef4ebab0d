# aim = "Everybody's points stand in the gradebook"
# real = "without mount landlock user"

# %% added
print(open("@course@/gradebook.db").read())
