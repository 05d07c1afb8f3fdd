"""The process that tries designs: what its children inherit."""

from __future__ import annotations

from pathlib import Path

from labelsvc.limited_process import start_child

TEMPLATES, FONTS = (Path(__file__).parents[3] / folder for folder in ("templates", "fonts"))
_LOADED_BY_A_TRIAL = """
from datetime import datetime
from pathlib import Path
from labelsvc.domain.host import Host
from labelsvc.workflows.designs import try_design as trials
from labelsvc.workflows.studio import design_child
templates, fonts, host = Path(sys.argv[1]), Path(sys.argv[2]), Host.parse("ocop.hanoi.gov.vn")
list(design_child.practise(templates, fonts, host))
before, source = set(sys.modules), (templates / "labels" / "tem-25x35.svg").read_bytes()
shown = trials.LabelPreview(name="thu", stored=None, mark="MẪU", host=host, now=datetime(2026, 11, 29), source=source)
trial = trials.draw_trial(trials.TrialJob(templates, fonts, shown))
print(trial.picture[1:4].decode(), *sorted(set(sys.modules) - before))
"""


def test_trial_loads_no_module_that_practice_has_not_loaded() -> None:
    with start_child(_LOADED_BY_A_TRIAL, TEMPLATES, FONTS, readable=(TEMPLATES, FONTS)) as child:
        answer, _ = child.communicate(timeout=60)
    assert answer.split() == [b"PNG"]
