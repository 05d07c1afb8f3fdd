"""Files that are made to cost too much, to fetch or to run are refused in bounded time."""

from __future__ import annotations

import time

import pytest

from tests.samples.svg_drawings import drawn

HEAD = (
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
    'width="60mm" height="90mm" viewBox="0 0 60 90">'
)
LAUGHS = "".join(f'<!ENTITY a{i} "' + f"&a{i - 1};" * 10 + '">' for i in range(1, 10))
SAME_WORD = "<!ENTITY a 'b'>"
BOMB = "".join(f'<g id="g{i}">' + f'<use href="#g{i - 1}"/>' * 10 + "</g>" for i in range(1, 9))
FILES = {
    "billion laughs": f'<!DOCTYPE svg [<!ENTITY a0 "ha">{LAUGHS}]>{HEAD}&a9;</svg>',
    "external entity": f'<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]>{HEAD}&a;</svg>',
    "parameter entity": f'<!DOCTYPE svg [<!ENTITY % a SYSTEM "http://127.0.0.1:9/"> %a;]>{HEAD}</svg>',
    "many words": f'<!DOCTYPE svg [<!ENTITY a "{"a" * 190}">]>{HEAD}<desc>{"&a;" * 30_000}</desc></svg>',
    "one word many times": f"<!DOCTYPE svg [{SAME_WORD * 100_000}<!X>]>{HEAD}</svg>",
    "many attributes": HEAD + "<g " + " ".join(f'a{i}="1"' for i in range(20_000)) + "/></svg>",
    "digits of another script": f'{HEAD}<rect x="٣" y="1" width="9" height="9" fill="#17231C"/></svg>',
    "transform in another script": f'{HEAD}<g transform="scale(٣)"><path d="M1 1h9v9"/></g></svg>',
    "endless turn": f'{HEAD}<path d="M1 1h9v9" transform="rotate(1e308)"/></svg>',
    "scaled without end": HEAD + '<path d="M1 1h9v9" transform="' + "scale(1.1)" * 9_000 + '"/></svg>',
    "deep": HEAD + "<g>" * 5_000 + "</g>" * 5_000 + "</svg>",
    "use bomb": f'{HEAD}<defs><g id="g0"/>{BOMB}</defs><use href="#g8"/></svg>',
    "use loop": f'{HEAD}<g id="a"><use href="#b"/></g><g id="b"><use href="#a"/></g></svg>',
    "huge numbers": f'{HEAD}<rect x="1e300" width="1e308" height="1"/></svg>',
    "huge size": f"{HEAD.replace('60mm', '1e99mm')}</svg>",
    "no mitre": f'{HEAD}<path d="M1 1h9v9" stroke="#17231C" stroke-miterlimit="0"/></svg>',
    "endless skew": f'{HEAD}<path d="M1 1h9v9" transform="skewX(1e400)"/></svg>',
    "endless curve": f'{HEAD}<path d="M0 0c1e308 0 1e308 0 -1e308 0s1e308 0 1e308 0"/></svg>',
    "endless scale": HEAD + '<g transform="scale(1e300)">' * 2 + '<path d="M1 1h9v9"/></g></g></svg>',
    "growing scale": HEAD + '<g transform="scale(1e5)">' * 50 + '<text font-size="1">a</text>' + "</g>" * 50 + "</svg>",
    "deep style sheet": f"{HEAD}<style>{'@media print{' * 3_000}</style></svg>",
    "deep style": f'{HEAD}<path d="M1 1h9v9" style="fill:{"(" * 9_000}"/></svg>',
    "endless weight": f'{HEAD}<text x="1" y="9" font-size="3" font-weight="{"9" * 5_000}">a</text></svg>',
    "weight in another script": f'{HEAD}<text x="1" y="9" font-size="3" font-weight="٤٠٠">a</text></svg>',
    "no size": HEAD.replace("0 0 60 90", "0 0 nan inf") + "</svg>",
    "long style sheet": f"{HEAD}<style>{'a{fill:red}' * 60_000}</style></svg>",
    "many selectors": f"{HEAD}<style>{'* * * * *{fill:red}' * 3_900}</style>{'<g/>' * 4_000}</svg>",
    "script": f"{HEAD}<script>alert(1)</script></svg>",
    "link": f'{HEAD}<use xlink:href="http://127.0.0.1:9/a.svg#a"/></svg>',
    "picture": f'{HEAD}<image href="file:///etc/passwd" width="9" height="9"/></svg>',
}


@pytest.mark.parametrize("source", FILES.values(), ids=FILES)
def test_hostile_files_are_refused_in_little_time(source: str) -> None:
    begun = time.process_time()

    drawing = drawn(source.encode())

    assert drawing.problems
    assert time.process_time() - begun < 2
