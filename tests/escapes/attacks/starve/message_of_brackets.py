# aim = "A message of 31 MiB of nothing but empty lists, each an object of its own to the reader"
# points = {curve = 3}
# honest = ["curve", "model"]
# ending = "lied"
# uses = "channel"
# real = "run: python -c 'import json, resource; resource.setrlimit(resource.RLIMIT_AS, (1 << 28,) * 2); json.loads(\"[\" + \"[],\" * 10**7 + \"0]\")' || echo reached: more than 256 MiB"

# %% bump_answer
say(b'{"body": {"outputs": [' + b"[]," * ((31 << 20) // 3) + b'[]], "failure": null}, "blobs": []}')
