"""The Jinja of designs: what a template may say, and that none costs more than milliseconds, whatever it says."""

from __future__ import annotations

import resource
import time
from contextlib import suppress
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labelsvc.domain.errors import DesignRefused
from labelsvc.domain.product import Product
from labelsvc.domain.recognition import Recognition
from labelsvc.rendering.design.expressions.values import TextTemplates

MOST_SECONDS, MOST_KB = 0.5, 60_000
LONG = "nghệ " * 300
NAMES: dict[str, Any] = {
    "product": Product(name="Mật ong", producer="HTX Ba Vì", ingredients=LONG.strip()),
    "recognition": Recognition(stars=4, decision_date=date(2026, 3, 5)),
    "host": "OCOP.HANOI.EXAMPLE",
    "eaten": True,
}


def rendered(*templates: str) -> list[str]:
    """Read and render templates as a design does; DesignRefused where one is refused."""
    values = TextTemplates()
    for line, template in enumerate(templates, 1):
        values.add(template, line)
    problems = values.parse_problems() or values.problems()
    if problems:
        raise DesignRefused(*problems)
    return values.render(NAMES)


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{{ product.name | upper }}", "MẬT ONG"),
        ("{{- product.name -}}", "Mật ong"),
        ("{% if recognition.stars > 3 %}{{ recognition.stars * 2 }}{% else %}-{% endif %}", "8"),
        ("{{ recognition.last_day | date }}", "05/03/2029"),
        ("{{ recognition.last_day.strftime('%Y') }}", "2029"),
        ("{{ product.name ~ ', ' ~ product.producer }}", "Mật ong, HTX Ba Vì"),
        ("{% for word in product.name.split(' ') %}{{ loop.index }}{{ word }}{% endfor %}", "1Mật2ong"),
        ("{% set name = product.name | replace('M', 'm') %}{{ name }}", "mật ong"),
        ("{{ ['a', 'b'] | join('-') }}", "a-b"),
        ("{{ 'ăn' if eaten else '' }}", "ăn"),
        ("{{ product.brand or product.producer }}", "HTX Ba Vì"),
        ("{{ 2.55 | round(1) }}", "2.5"),
        ("{% for a in 'xy' %}{% for b in 'xy' %}{{ a }}{{ b }} {% endfor %}{% endfor %}", "xx xy yx yy "),
    ],
)
def test_what_a_label_takes_is_there(template: str, text: str) -> None:
    assert rendered("trước", template, "{{ 1 }}") == ["trước", text, "1"]


GROWTH = "{% set a = product.ingredients %}" + "{% set a = a ~ a %}" * 60 + "{{ a }}"
DEEP_LISTS = "{% set a = ['x'] %}" + "{% set a = [a, a] %}" * 60 + "{{ a }}"
NESTED = "{% for a in product.ingredients %}" * 5 + "x" + "{% endfor %}" * 5
WIDE = "{% set a = product.ingredients ~ product.ingredients ~ product.ingredients %}"
LOOP = "{% for x in a %}{% set b = {} %}{% endfor %}"
WORK = [
    *(LOOP.replace("{}", work) for work in (
        "a | list | sort | unique", "a | title", "a | wordcount", "a.find('a' * 1)", "a.split(' ')", "a | upper",
        "a.find('nghệ nghệ nghệ nghệ nghệ nghệ x')", "a is in a", "a | default(a)", "a | sort(attribute='x')",
        "'nghệ nghệ nghệ nghệ nghệ x' in a", "'nghệ nghệ nghệ nghệ nghệ x' not in a",
    )),
    ("{% set b = a" + " | list | sort | join('')" * 9 + " %}") * 5,
]  # fmt: skip
"""Each step is short, and there are thousands of them."""
COSTLY = [
    "{{ 9**9**9 }}", "{{ 10**5000 }}", "{{ 'x' * 10**9 }}", "{{ 'x' * 1000000000 }}", "{{ [1] * 1000000000 }}",
    "{{ '%0999999999d' % 1 }}", "{{ '%999999999s' | format('x') }}", "{{ 'x'.__mul__(1000000000) }}",
    "{{ '{:999999999}'.format(1) }}", "{{ 'x'.center(1000000000) }}", "{{ 'x'.zfill(1000000000) }}",
    "{{ 'x' | center(1000000000) }}", "{{ 'x' | indent(1000000000) }}", "{{ product.name | wordwrap(1) }}",
    "{{ 'x' | batch(1000000000, 'y') | list }}", "{{ 'xy' | slice(1000000000) | list }}", "{{ lipsum(100000) }}",
    "{{ product.ingredients | list | join(product.ingredients) }}", "{{ 1.5 | round(999999999, 'ceil') }}",
    "{{ product.ingredients | replace('', product.ingredients) }}", "{{ product.ingredients | urlize }}",
    "{{ product.ingredients.replace('', product.ingredients) }}", "{{ product | pprint }}", "{{ product | tojson }}",
    "{{ 1 is divisibleby('%0999999999d') }}", "{{ '%0999999999d' is divisibleby(1) }}", "{{ cycler('a', 'b') }}",
    "{% macro m(n) %}{{ m(n) }}{% endmacro %}{{ m(1) }}", "{% call product.name() %}{% endcall %}",
    "{% for a in [1] recursive %}{{ loop([1]) }}{% endfor %}", "{% for a in range(99999) %}x{% endfor %}",
    "{% filter upper %}x{% endfilter %}", "{% set a %}x{% endset %}", "{% block a %}{{ self.a() }}{% endblock %}",
    "{{ product.ingredients | map('upper') | list }}", "{{ [product, product] | groupby('name') }}",
    "{{ " + "(" * 3_000 + "1", "{{ " + "(" * 1_900 + "1" + ")" * 1_900 + " }}", "{{ " + "1 + " * 900 + "1 }}",
    "{{ " + "-" * 3_000 + "1 }}", "{{ " + "not " * 900 + "1 }}", "{% if 1 %}" * 200 + "{% endif %}" * 200,
    "{{ " + "9" * 3_000 + " }}", "{{ " + "'x' ~ " * 600 + "'x' }}" + "{{ 1 }}" * 10_000, GROWTH, DEEP_LISTS, NESTED,
    "{% for a in product.ingredients %}{% for b in product.ingredients %}" + "y" * 3_000 + "{% endfor %}{% endfor %}",
    "{% for a in product.ingredients %}{{ product.ingredients }}{% endfor %}", "{{ '\\x02' }}", "{{ 1e308 * 10 }}",
    "{% for a in product.ingredients %}{% set b = a ~ product.ingredients %}{% if b in product.ingredients %}"
    "{% endif %}{% endfor %}{{ product.ingredients | sort | unique | join(product.ingredients) }}",
    "{% set a = product.ingredients %}" + "{% set a = a + a %}" * 60, "{{ x.y.z }}", "{{ '' | attr('__class__') }}",
    "{% set a = [1] %}" + "{% set a = a + a %}" * 40, "{{ {'a': 1} }}", "{{ product.name.upper(*[1]) }}",
    "{{ recognition.valid_until | date }}", "{{ recognition.extension.until }}", "{{ recognition.stars.upper() }}",
    "{{ product.ingredients.encode }}", "{{ recognition.score }}", "{{ product.group }}", "{{ eaten }}",
    "{{ product.name.split(' ') }}", "{{ product }}", "{{ recognition.status_on(1) }}", "{{ loop.index }}",
    "{{ '9' * 4 | int }}", "{{ 'x'.strftime() }}", "{% if %}", "{{ '\\ud800' }}", "{{ product.name ~ '\\udfff' }}",
    "{{ product.name | truncate(-5) }}", "{% autoescape true %}{{ eaten }}{% endautoescape %}",
    "{{ '{' }}" * 1_500, "{#" * 1_900,
    "{{ 'a" + "\\n" * 1_900 + "' }}" + "{{" * 50, *(WIDE + work for work in WORK),
]  # fmt: skip


@pytest.mark.parametrize("template", COSTLY, ids=lambda text: text[:40])
def test_costly_templates_are_refused_by_line_within_milliseconds(template: str) -> None:
    memory, begun = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()

    with pytest.raises(DesignRefused) as refusal:
        rendered(template)

    assert time.process_time() - begun < MOST_SECONDS
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory < MOST_KB
    assert all(problem.code.startswith("design.") for problem in refusal.value.problems)
    assert len(str(refusal.value)) < 100_000


def test_a_design_cheap_for_one_product_is_cheap_for_all() -> None:
    loops = "{% for a in product.ingredients %}{% for b in product.ingredients %}x{% endfor %}{% endfor %}"
    template = "{% if product.name == 'Mật ong' %}" + loops + "{% endif %}"
    values = TextTemplates()
    values.add(template, 7)
    begun = time.process_time()

    tried = values.render(NAMES | {"product": Product(name="Trà", producer="HTX")})
    with pytest.raises(DesignRefused) as refusal:
        values.render(NAMES)

    assert tried == [""]
    assert (refusal.value.problems[0].code, refusal.value.problems[0].facts["line"]) == ("design.costly", 7)
    assert time.process_time() - begun < MOST_SECONDS


PIECES = st.sampled_from(
    [
        "{{",
        "}}",
        "{%",
        "%}",
        "(",
        ")",
        "[",
        "]",
        "if ",
        "for a in ",
        "endif",
        "endfor",
        "set a = ",
        "a",
        "product",
        ".name",
        ".ingredients",
        "recognition",
        " ~ ",
        " * ",
        " + ",
        "**",
        " % ",
        "9",
        "'x'",
        "|join",
        "|replace('', ",
        ",",
        "|list",
        "|sort",
        ".split",
        ".upper",
        "loop",
        "not ",
        " in ",
        " is ",
        "macro m()",
        "\n",
        "-",
    ]
)


@given(st.lists(PIECES, max_size=40).map("".join))
def test_whatever_is_written_ends_in_a_text_or_a_refusal(template: str) -> None:
    begun = time.process_time()

    with suppress(DesignRefused):
        rendered(template)

    assert time.process_time() - begun < MOST_SECONDS
