# aim = "A script that runs in the browser of whoever reads the page"
# unseen = ["<script", "onerror", "javascript:", "<iframe", "<object", "<svg"]
# real = "run: grep -q '<script' hw.ipynb && echo reached: it is in the notebook"

# %% added
from IPython.display import HTML, SVG, Javascript, Markdown, Latex, display
bad = "<script>alert(1)</script><img src=x onerror=alert(1)><a href='javascript:alert(1)'>x</a>"
for make in (HTML, Markdown, Latex):
    display(make(bad + "<iframe src=x></iframe><object data=x></object>"))
display(SVG("<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"), Javascript("alert(1)"))
display({"text/html": bad, "application/vnd.evil": bad}, raw=True)
