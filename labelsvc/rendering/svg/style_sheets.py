"""CSS of an SVG file: ``<style>`` and ``style="…"``, cascaded onto the elements that they mean.

Read: selectors by type, class, id and attribute, grouped, and of what stands within what; ``!important``. Whatever else
a sheet says (imports, animations) is refused; fonts that it brings are ignored, as faces are ours.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from labelsvc.domain.errors import DesignRefused, Problem
from labelsvc.rendering.svg.xml_source import SVG

MOST_CSS, MOST_RULES = 400_000, 4_000
MOST_MATCHES = 300_000
"""Elements times selectors that must be tried on each of them: the work of matching."""
_MOST_STEPS, _LONGEST_SELECTOR = 3, 2_000
"""Compounds of a selector, as ``g .a rect`` has: every further one tries all elements around once more."""
_PRINTED_MEDIA = frozenset({"all", "print", "screen", ""})
_STEPS = re.compile(r"[\s>+~]+")
_TYPES = frozenset({"", "text/css"})
_IGNORED_RULES = frozenset({"charset", "font-face", "namespace", "page", "font-feature-values", "layer"})


@dataclass(slots=True)
class StyleSheet:
    """Selectors with what they declare, in the order of the file."""

    problems: list[Problem] = field(default_factory=list)
    rules: list[tuple[Any, list[Any]]] = field(default_factory=list)

    def read(self, text: str, line: int) -> None:
        """Add the text of a ``<style>``; what cannot be printed is noted with the element's line."""
        from tinycss2 import parse_stylesheet

        if len(text) > MOST_CSS:
            raise DesignRefused(Problem("svg.css_size", {"line": line, "most": MOST_CSS // 1000}))
        self._read(parse_stylesheet(text.replace("<!--", "").replace("-->", ""), True, True), line)

    def read_element(self, node: Any) -> None:
        """Add a ``<style>`` if it is CSS for a page that is printed."""
        if node.get("type", "").strip().lower() in _TYPES and self._is_printed(node.get("media", "")):
            self.read("".join(node.itertext()), int(node.sourceline or 0))

    @staticmethod
    def _is_printed(media: str) -> bool:
        return bool({part.strip() for part in media.lower().split(",")} & _PRINTED_MEDIA)

    def _read(self, rules: list[Any], line: int) -> None:
        from tinycss2 import parse_rule_list, serialize

        for rule in rules:
            if rule.type == "qualified-rule":
                self._add(rule, line)
            elif rule.type == "at-rule" and rule.lower_at_keyword == "media":
                if self._is_printed(serialize(rule.prelude)):
                    self._read(parse_rule_list(rule.content or [], True, True), line)
            elif rule.type == "at-rule" and rule.lower_at_keyword not in _IGNORED_RULES:
                self.problems.append(Problem("svg.css_rule", {"line": line, "value": f"@{rule.at_keyword}"}))

    def _add(self, rule: Any, line: int) -> None:
        from cssselect2 import SelectorError, compile_selector_list
        from tinycss2 import serialize

        written = serialize(rule.prelude)
        try:
            if len(written) > _LONGEST_SELECTOR or any(
                len(_STEPS.split(part.strip())) > _MOST_STEPS or ":" in part for part in written.split(",")
            ):
                raise SelectorError(written)
            selectors = compile_selector_list(rule.prelude)
        except SelectorError:
            self.problems.append(Problem("svg.css_selector", {"line": line, "value": written.strip()[:100]}))
            return
        declared = declarations(rule.content)
        self.rules += [(selector, declared) for selector in selectors]
        if len(self.rules) > MOST_RULES:
            raise DesignRefused(*self.problems, Problem("svg.css_size", {"line": line, "most": MOST_CSS // 1000}))


def declarations(content: Any) -> list[Any]:
    """Return the declarations of a rule or of a ``style`` attribute; what CSS cannot parse is no declaration."""
    from tinycss2 import parse_declaration_list

    return [each for each in parse_declaration_list(content, True, True) if each.type == "declaration"]


def cascade(root: Any, sheet: StyleSheet) -> Iterator[tuple[Any, dict[str, str]]]:
    """Yield each element of SVG with what CSS says of it, by specificity, order and ``!important``."""
    from cssselect2 import ElementWrapper

    matcher = _matcher(sheet)
    count = 0
    for wrapped in ElementWrapper.from_xml_root(root).iter_subtree() if sheet.rules else ():
        count += len(matcher.other_selectors) + 1
        if count > MOST_MATCHES:
            raise DesignRefused(*sheet.problems, Problem("svg.css_size", {"line": 1, "most": MOST_CSS // 1000}))
        node = wrapped.etree_element
        if not _styled(node):
            continue
        rules = [found[3] for found in matcher.match(wrapped) if not found[2]]
        yield node, _winning([*rules, declarations(node.get("style", ""))])
    if not sheet.rules:
        for node in root.iter("*"):
            if node.get("style") and _styled(node):
                yield node, _winning([declarations(node.get("style"))])


def _styled(node: Any) -> bool:
    return isinstance(node.tag, str) and (node.tag.startswith(f"{{{SVG}}}") or not node.tag.startswith("{"))


def _winning(blocks: list[list[Any]]) -> dict[str, str]:
    from tinycss2 import serialize

    values: dict[str, str] = {}
    for important in (False, True):
        for block in blocks:
            for each in block:
                if each.important == important:
                    values.pop(each.lower_name, None)  # a later shorthand stands behind what it covers
                    values[each.lower_name] = serialize(each.value).strip()
    return values


def _matcher(sheet: StyleSheet) -> Any:
    from cssselect2 import Matcher

    matcher = Matcher()
    for selector, declared in sheet.rules:
        matcher.add_selector(selector, declared)
    return matcher
