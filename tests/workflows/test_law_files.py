"""The reader of label law: whatever is wrong is named with file, line and the nearest name."""

from pathlib import Path

import pytest

from labelsvc.domain.errors import LawRefused
from labelsvc.domain.law.goods_class import GoodsClass
from labelsvc.wording import Wording
from labelsvc.workflows.law_files import read_law
from tests import CHECKOUT

RULE = """[[rule]]
name = "quantity"
kind = "field"
classes = ["goods"]
since = 2026-01-23
source = "Nghị định 37/2026/NĐ-CP"
value = ["net_content"]
vi = "Định lượng"
en = "The quantity"
"""


def refused(folder: Path, text: str) -> list[str]:
    (folder / "a.toml").write_text(text, encoding="utf-8")
    with pytest.raises(LawRefused) as error:
        read_law(folder)
    words = Wording(CHECKOUT / "templates" / "wording", "en")
    return [words.explain(problem) for problem in error.value.problems]


def test_all_goods_are_one_word(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(RULE, encoding="utf-8")

    (rule,) = read_law(tmp_path).rules

    assert rule.classes == {*GoodsClass} - {GoodsClass.SERVICE}
    assert rule.citation("en") == "decree 37/2026/NĐ-CP"


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("value =", "vlaue =", "a.toml, line 7: there is no key “vlaue”; the nearest is “value”"),
        ('kind = "field"', 'kind = "feild"', "a.toml, line 3: “kind” knows no “feild”; the nearest is “field”"),
        ('["goods"]', '["foods"]', "a.toml, line 4: “classes” knows no “foods”; the nearest is “food”"),
        (
            '["net_content"]',
            '["net_contents"]',
            "line 7: “value” knows no “net_contents”; the nearest is “net_content”",
        ),
        ("since = 2026-01-23", 'since = "2026"', "a.toml, line 5: “since” is “2026”, which should be date"),
        ('vi = "Định lượng"\n', "", "a.toml, line 1: the rule lacks “vi”"),
        ('value = ["net_content"]\n', "", "a.toml, line 1: the rule lacks “value”"),
        ("[[rule]]", "[[rules]]", "a.toml, line 1: there is no key “rules”; the nearest is “rule”"),
        ("since =", "since", "a.toml is not TOML"),
    ],
)
def test_faults_of_a_rule_name_line_and_nearest_name(tmp_path: Path, before: str, after: str, said: str) -> None:
    assert any(said in problem for problem in refused(tmp_path, RULE.replace(before, after)))


def test_faults_of_the_second_rule_name_its_own_line(tmp_path: Path) -> None:
    text = RULE + "\n" + RULE.replace('"quantity"', '"height"').replace('"field"', '"figure_height"')

    assert any("a.toml, line 17" in problem for problem in refused(tmp_path, text))


def test_two_rules_of_one_name_are_refused(tmp_path: Path) -> None:
    assert refused(tmp_path, RULE + RULE) == ["Two rules are called “quantity”"]
