"""Makes pages with a student's content harmless for the reader's browser.

nbgrader's pages put a student's markdown and outputs in as they are; the filters here replace those
of nbconvert.

    filters   what the pages call; and a notebook reduced to what they may hold
    exporting what makes the pages of them
    texts     markdown, read by markdown-it
    formulas  TeX, as MathML
    elements  HTML, by what is allowed, through nh3
    pictures  data that really are a picture
    budgets   what one page takes of one student's notebook
"""
