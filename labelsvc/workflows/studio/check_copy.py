"""Hold a producer's version against its origin: in a process with limits, as both were written by somebody."""

from __future__ import annotations

import json
from dataclasses import dataclass

from labelsvc.domain.errors import LabelsvcError, Problem, problem_json, read_problem
from labelsvc.domain.host import Host
from labelsvc.rendering.design.design import DesignMeans, read_design_by_node
from labelsvc.rendering.design.source import element_lines
from labelsvc.workflows.designs.design_nursery import CPU_SECONDS, ask_apart
from labelsvc.workflows.print_assets import PrintAssets
from labelsvc.workflows.studio.copy_rule import copy_problems
from labelsvc.workflows.studio.look_findings import of_the_source, with_lines


@dataclass(frozen=True, slots=True)
class CopyJob:
    """All that the child needs: both sources, and what they are read with."""

    assets: PrintAssets
    name: str
    origin: bytes
    source: bytes

    def answer(self) -> bytes:
        """Compare, in the child."""
        lines = element_lines(self.source)
        found = [with_lines(finding, lines).problem for finding in of_the_source(self._problems())]
        return json.dumps(list(map(problem_json, found))).encode()

    def _problems(self) -> list[Problem]:
        assets = self.assets
        means = DesignMeans(assets.palette, assets.fonts, assets.profile, assets.text_setting)
        try:
            design = read_design_by_node(self.source, self.name, means)
        except LabelsvcError as error:
            return list(error.problems)
        return copy_problems(self.origin, design, assets)


def check_copy(job: CopyJob, host: Host) -> list[Problem]:
    """Return what a copy changes and may not, with lines of its source; what is wrong with a file that is no design."""
    answer = ask_apart(job, (job.assets.templates, job.assets.fonts_folder, host))
    if not answer:
        return [Problem("looks.too_costly", {"seconds": CPU_SECONDS})]
    return [read_problem(each) for each in json.loads(answer)]
