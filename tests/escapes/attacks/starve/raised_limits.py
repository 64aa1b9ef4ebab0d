# aim = "A soft limit is raised again, or a hard one"
# points = {curve = 3}
# honest = ["curve"]
# real = "cannot be shown: limits hold in every box, and root may raise them in a weakened one"

# %% bump_answer
import resource
for name in ("AS", "DATA", "CPU", "FSIZE", "NOFILE", "NPROC", "CORE"):
    kind = getattr(resource, f"RLIMIT_{name}")
    soft, hard = resource.getrlimit(kind)
    if hard == resource.RLIM_INFINITY and name != "STACK":
        print("reached: no limit of", name)
        continue
    try:
        resource.setrlimit(kind, (hard + 1, hard + 1))
        print("reached: more", name)
    except (ValueError, OSError) as problem:
        print(type(problem).__name__)
