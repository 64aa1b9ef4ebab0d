"""Questions to a student's work and their replies, over a box's names or a kernel's.

    questions.py     what is asked                        no torch: the clerk reads them too
    replies.py       what came back                       no torch
    tensors.py       values of Python as evidence, and back
    answering.py     the answer, from the names of a namespace

Here is no check, and no expected value: a box may hold all of it.
"""
