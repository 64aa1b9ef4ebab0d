"""TeX as MathML, which browsers show by themselves: no script reads what a student wrote.

Elements and attributes are those of a list; a formula that needs others is shown as it was written.
"""

import html
import re
from xml.etree.ElementTree import Element

from latex2mathml.converter import Converter

from autograder.sanitizing.budgets import FORMULA_CHARACTERS, Page

_ELEMENTS = re.compile(
    "math|mrow|mi|mn|mo|mtext|mspace|ms|msup|msub|msubsup|mover|munder|munderover|mfrac|msqrt|"
    "mroot|mtable|mtr|mtd|mpadded|mphantom|mstyle|menclose|mmultiscripts|mprescripts|none"
)
_WORDS = re.compile(
    "accent|accentunder|columnlines|display|displaystyle|fence|form|frame|largeop|linebreak|"
    "mathbackground|mathcolor|mathvariant|movablelimits|notation|rowlines|scriptlevel|"
    "separator|stretchy|symmetric"
)
_WORD = re.compile(r"[a-zA-Z0-9+\- ]{1,60}|#[0-9a-fA-F]{3,6}")
_LENGTHS = re.compile(
    "columnspacing|depth|height|linethickness|lspace|mathsize|maxsize|minsize|rowspacing|"
    "rspace|voffset|width"
)
_SIDES = frozenset({"left", "right", "center"})
# No formula is shifted over its neighbours: what goes back is small.
_LENGTH = re.compile(
    r"(?:\d{1,2}(?:\.\d{1,6})?|\d?\.\d{1,6}|-0?\.[0-3]\d{0,5})(?:em|ex|px|pt|mu|%)?"
)
# Definitions can grow without end.
_DEFINES = re.compile(r"\\(?:(?:re)?new|provide|def|let|gdef|edef|xdef|Declare|require|catcode)")
_DEEPEST = 60
_FONT = "font-family: 'STIX Two Math', 'Cambria Math', 'Latin Modern Math', 'STIX Math', math"
_COST = 20  # of a formula, however short


def formula(source: str, page: Page, *, display: bool) -> str:
    """HTML that shows a formula, or else its source."""
    sign = "$$" if display else "$"
    written = html.escape(f"{sign}{source.strip()}{sign}")
    if not page.take(formulas=len(source) + _COST):
        return written
    made = _mathml(source, display=display) if _is_modest(source) else None
    return made or f"<code>{written}</code>"


def _is_modest(source: str) -> bool:
    if len(source) > FORMULA_CHARACTERS or _DEFINES.search(source):
        return False
    deepest = depth = 0
    for brace in re.finditer(r"\\.|([{}])", source, re.DOTALL):
        depth += {"{": 1, "}": -1}.get(brace[1] or "", 0)
        deepest = max(deepest, depth)
    return deepest <= _DEEPEST


def _mathml(source: str, *, display: bool) -> str | None:
    try:
        tree = Converter(display="block" if display else "inline").convert_to_element(source)
        shown = _written(tree)
    except Exception:  # whatever a stranger's formula does to the converter
        return None
    air = "; margin: 0.8em 0" if display else ""
    return shown.replace("<math", f'<math style="{_FONT}{air}"', 1)


def _written(element: Element) -> str:
    """An element of the list as text.  Raises ValueError for any other."""
    if not _ELEMENTS.fullmatch(element.tag):
        raise ValueError(element.tag)
    attributes = "".join(_attribute(name, value) for name, value in element.attrib.items())
    # Symbols stand in the tree as references.
    inside = html.escape(html.unescape(element.text or "")) + "".join(map(_written, element))
    tail = html.escape(html.unescape(element.tail or ""))
    return f"<{element.tag}{attributes}>{inside}</{element.tag}>{tail}"


def _attribute(name: str, value: str) -> str:
    if name == "columnalign" and value in _SIDES:
        return f' style="text-align: {value}"'  # browsers know no other way
    known = ((_WORDS, _WORD), (_LENGTHS, _LENGTH))
    is_known = any(names.fullmatch(name) and good.fullmatch(value) for names, good in known)
    return f' {name}="{value}"' if is_known else ""
