"""Holes of a trim: where they are and how large."""

from __future__ import annotations

import pytest

from labelsvc.domain.shape import Circle, PathShape, Rectangle, Shape
from labelsvc.pdf.outlines import hole_boxes

TAG = "M6 0H44L50 6V88A2 2 0 0 1 48 90H2A2 2 0 0 1 0 88V6Z"
PUNCHED = "M22.5 7.5a2.5 2.5 0 1 0 5 0a2.5 2.5 0 1 0 -5 0Z"


@pytest.mark.parametrize("d", [TAG + PUNCHED, PUNCHED + TAG])
def test_a_hole_is_told_wherever_it_stands_in_the_path(d: str) -> None:
    assert hole_boxes(PathShape(50, 90, d)) == [(22.5, 5, 5, 5)]


@pytest.mark.parametrize("shape", [Rectangle(50, 90, 2), Circle(32), PathShape(50, 90, TAG)])
def test_shapes_without_holes_tell_none(shape: Shape) -> None:
    assert hole_boxes(shape) == []
