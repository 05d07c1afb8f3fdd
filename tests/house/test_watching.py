"""Alerts and dashboard name figures that /metrics prints, and each alert is explained."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from labelsvc.web.server.metrics_page import metrics_text
from tests import CHECKOUT
from tests.house.reference import DOCS
from tests.offices.watched_service import services_at

DEPLOY = CHECKOUT / "deploy"
RULES = DEPLOY / "prometheus" / "alerts.yaml"
DASHBOARD = json.loads((DEPLOY / "grafana" / "labelsvc.json").read_text(encoding="utf-8"))
ALERTS: list[dict[str, Any]] = yaml.safe_load(RULES.read_text(encoding="utf-8"))["groups"][0]["rules"]
OF_PROMETHEUS = {"up"}


@pytest.fixture(scope="module")
def series(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, set[str]]]:
    """The figures that /metrics prints: by name, the values of each label."""
    services = services_at(tmp_path_factory.mktemp("office"))
    text = metrics_text(services).decode()
    services.close()
    found: dict[str, dict[str, set[str]]] = {name: {} for name in OF_PROMETHEUS}
    for name, labels in re.findall(r"^(labelsvc_\w+)(?:\{(.*)\})? ", text, re.MULTILINE):
        known = found.setdefault(name, {})
        for label, value in re.findall(r'(\w+)="([^"]*)"', labels):
            known.setdefault(label, set()).add(value)
    return found


def unknown(expression: str, series: dict[str, dict[str, set[str]]]) -> list[str]:
    """Return what an expression asks for and /metrics does not print: figures, labels, values."""
    wrong = []
    for name, labels in re.findall(r"\b(labelsvc_\w+|up)\b(?:\{([^}]*)\})?", expression):
        if name not in series:
            wrong.append(name)
            continue
        for label, how, value in re.findall(r'(\w+)(=~|!=|=)"([^"]*)"', labels):
            values = series[name].get(label, {value} if label == "job" else set())
            wrong += [
                f"{name} {label}={each}" for each in value.split("|" if how == "=~" else "\0") if each not in values
            ]
    return wrong


@pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: alert["alert"])
def test_alerts_ask_for_figures_that_there_are(alert: dict[str, Any], series: dict[str, dict[str, set[str]]]) -> None:
    assert unknown(alert["expr"], series) == []


@pytest.mark.parametrize("panel", DASHBOARD["panels"], ids=lambda panel: panel["title"])
def test_panels_ask_for_figures_that_there_are(panel: dict[str, Any], series: dict[str, dict[str, set[str]]]) -> None:
    assert [wrong for target in panel["targets"] for wrong in unknown(target["expr"], series)] == []


def test_every_figure_is_on_the_dashboard_or_in_an_alert(series: dict[str, dict[str, set[str]]]) -> None:
    asked = " ".join(target["expr"] for panel in DASHBOARD["panels"] for target in panel["targets"])
    asked += " ".join(alert["expr"] for alert in ALERTS)

    assert [name for name in series if name not in asked] == []


@pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: alert["alert"])
def test_every_alert_is_explained_where_it_says(alert: dict[str, Any]) -> None:
    page, _, anchor = alert["annotations"]["runbook"].partition("#")
    headings = re.findall(r"^### (\w+)$", (DOCS.parent / page).read_text(encoding="utf-8"), re.MULTILINE)

    assert anchor == alert["alert"].lower()
    assert alert["alert"] in headings
    assert alert["labels"]["severity"] in ("critical", "warning")


@pytest.mark.parametrize("page", ["operation/alerts.md", "vi/van-hanh.md"])
def test_no_alert_is_explained_that_there_is_not(page: str) -> None:
    headings = re.findall(r"^### ([A-Z][A-Za-z]+)$", (DOCS / page).read_text(encoding="utf-8"), re.MULTILINE)

    assert sorted(headings) == sorted(alert["alert"] for alert in ALERTS)


def test_every_alert_is_tried_quiet_and_firing() -> None:
    tries = yaml.safe_load((RULES.parent / "alerts_test.yaml").read_text(encoding="utf-8"))["tests"]
    tried = {(each["alertname"], bool(each["exp_alerts"])) for group in tries for each in group["alert_rule_test"]}

    assert tried == {(alert["alert"], fires) for alert in ALERTS for fires in (False, True)}


@pytest.mark.parametrize("words", [("check", "rules", "alerts.yaml"), ("test", "rules", "alerts_test.yaml")])
def test_prometheus_takes_the_alerts(words: tuple[str, ...]) -> None:
    if not (promtool := shutil.which("promtool")):
        pytest.skip("promtool is not installed")

    tried = subprocess.run([promtool, *words], cwd=Path(RULES).parent, capture_output=True, text=True, check=False)

    assert tried.returncode == 0, tried.stderr + tried.stdout
