"""The query page in real Chromium: a ready question is chosen, asked and answered, and no other host is asked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from serving import served

from kg.report import Report

CHROMIUM = Path("/usr/bin/chromium")
sync_api = pytest.importorskip(
    "playwright.sync_api", reason="playwright is not installed: the page is not tried in a browser"
)
pytest.importorskip("starlette", reason="the extra serve is not installed")
pytestmark = pytest.mark.skipif(not CHROMIUM.exists(), reason=f"no browser at {CHROMIUM}: apt-get install chromium")


def test_a_question_is_chosen_asked_and_answered(built: tuple[Path, Report]) -> None:
    complaints: list[str] = []
    with served(built[0]) as server, sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-gpu"])
        page: Any = browser.new_page()
        page.set_default_timeout(30_000)
        page.on("request", lambda request: complaints.extend([request.url] * (not request.url.startswith(server.root))))
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(server.root + "query")
        page.select_option("#questions", label="某人任职史")
        assert page.input_value("#values input") == "丁宗岳"
        page.click(".yasqe_queryButton")
        page.wait_for_selector(".yasr_results table td")
        assert "武进区委书记" in page.inner_text(".yasr_results")
        assert page.is_hidden("#truncated")

        page.evaluate("yasgui.getTab().setQuery('SELECT * { ?s ?p ?o . ?x rdfs:label ?y }')")
        page.click(".yasqe_queryButton")
        page.wait_for_selector("#truncated:visible")
        assert page.inner_text("#rows") == "10000"

        with page.expect_popup() as opened:
            page.locator(".yasr_results a[href*='/id/']").first.dispatch_event("click")
        assert opened.value.url.startswith(server.root + "id/")
        for path in ("", "ontology"):
            page.goto(server.root + path)
            assert page.title()
        browser.close()
    assert complaints == []
