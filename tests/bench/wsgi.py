"""The applications that servers are compared with: a bare Flask page, and the public pages of the settings."""

from __future__ import annotations

import os

from flask import Flask

from labelsvc.web.server.front import public_of_settings

if os.environ.get("BENCH_APP") == "bare":
    app = Flask("bare")
    app.add_url_rule("/<word>", view_func=lambda word: "hello", methods=["GET", "POST"])
else:
    app = public_of_settings()  # type: ignore[assignment]
