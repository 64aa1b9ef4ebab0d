# aim = "A profile of IPython, written at run time, hooks the next shell"
# real = "run: HOME=$PWD ipython -c pass"

# %% curve_answer
x = 0

# %% hand_in
place = folder / ".ipython/profile_default/startup"
place.mkdir(parents=True)
(place / "00.py").write_text("print('reached: I run before you')")
(folder / "ipython_config.py").write_text("print('reached: I run before you')")
