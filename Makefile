# make demo and make test need python3.11, pip and nothing else; PIP_ARGS goes to pip.
PYTHON ?= python3.11
PIP_ARGS ?=
BIN := .venv/bin
# nbgrader calls alembic by name.
export PATH := $(CURDIR)/$(BIN):$(PATH)

# Enough tests to run boxes, judges and gradings; pyproject.toml has the floor.
CONDUCTOR := $(addprefix tests/unit/,asking boxes grading judging) \
	$(patsubst %,tests/integration/test_%.py,box box_endings box_names command questions \
	regrading replays student_check)

.PHONY: demo test coverage escapes fuzz lint bench soak docs clean
.DEFAULT_GOAL := demo

demo: .venv/done
	$(BIN)/python -m tools.demo

test: .venv/done
	$(BIN)/python -m pytest tests -n 2 --dist loadfile --no-loadscope-reorder --durations=15

coverage: .venv/done
	mkdir -p build && $(BIN)/coverage erase
	$(BIN)/coverage run -m pytest $(CONDUCTOR) -n 2 --dist loadfile --no-loadscope-reorder
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report

# The attacks as root, as an ordinary user, and as one in a container; ESCAPES=--others leaves out
# what `make test` has run.
escapes: .venv/done
	$(BIN)/python -m tools.escapes $(ESCAPES)

# The same searches as in the tests, for minutes instead of seconds.
fuzz: .venv/done
	$(BIN)/python -m pytest tests/unit/evidence tests/unit/notebooks -n 2 --dist load \
		--hypothesis-profile=fuzz --timeout=1200

lint: .venv/done
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: .venv/done
	$(BIN)/python -m tools.bench --page docs/performance.md

soak: .venv/done
	$(BIN)/python -m tools.soak

docs: .venv/done
	$(BIN)/python -m pytest tests/integration/test_documents.py

.venv/done: pyproject.toml constraints.txt tools/bootstrap.py
	$(PYTHON) tools/bootstrap.py $(PIP_ARGS)

clean:
	rm -rf .venv demo .autograder build
