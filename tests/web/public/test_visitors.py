"""Who asks for a stamp's page: people are counted, programs are told nothing of the stamp."""

from __future__ import annotations

import tomllib

import pytest
from flask.testing import FlaskClient

from tests.offices.verification_office import BESIDES_VERDICTS, CODE, CODES, TEMPLATES, Office

PREVIEWS = (
    "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
    "facebookexternalhit/1.1 Facebot Twitterbot/1.0",
    "facebookexternalhit/1.1; kakaotalk-scrap/1.0; +https://devtalk.kakao.com/t/scrap/33984",
    "Mozilla/5.0 (compatible; ZaloBot/1.0; +https://zalo.me)",
    "TelegramBot (like TwitterBot)",
    "WhatsApp/2.23.20.0 A",
    "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
    "Twitterbot/1.0",
    "Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)",
    "LinkedInBot/1.0 (compatible; Mozilla/5.0; Apache-HttpClient +http://www.linkedin.com)",
    "Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5 skype-url-preview@microsoft.com",
    "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; Googlebot/2.1; +http://www.google.com/bot.html) "
    "Chrome/126.0.0.0 Safari/537.36",
    "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
    "Mozilla/5.0 (compatible; coccocbot-web/1.0; +http://help.coccoc.com/searchengine)",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_5) AppleWebKit/605.1.15 (KHTML, like Gecko; Applebot/0.1)",
    "SomethingNew/1.0 (+https://example.com/what-we-do)",
    "curl/8.5.0",
    "Wget/1.21.4",
    "python-requests/2.32.3",
    "Go-http-client/2.0",
    "okhttp/4.12.0",
)
PEOPLE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 "
    "Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Mobile Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 "
    "Zalo iOS/598 ZaloTheme/light ZaloLanguage/vn",
    "Mozilla/5.0 (Linux; Android 13; SM-A536E) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/124.0.0.0 "
    "Mobile Safari/537.36 Zalo android/13169 ZaloTheme/light ZaloLanguage/vi",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 "
    "[FBAN/FBIOS;FBAV/520.0.0.38.101;FBBV/1;FBDV/iPhone14,5]",
    "Mozilla/5.0 (Linux; Android 13; Pixel 7) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/120.0.0.0 "
    "Mobile Safari/537.36 [FB_IAB/FB4A;FBAV/480.0.0.0;]",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 "
    "Instagram 350.0.0.0 (iPhone14,5; iOS 18_0)",
    "Mozilla/5.0 (Linux; Android 11; CUBOT X30) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile "
    "Safari/537.36",
    "",
)
NO_VERDICT = ("sao, còn hiệu lực", "quét lần đầu", "Tem số", "verdict", "khóa của Văn phòng", 'class="stars', "green")


@pytest.fixture
def office() -> Office:
    return Office()


def ask(client: FlaskClient, agent: str, path: str = f"/{CODE}", **headers: str) -> str:
    answer = client.get(path, headers={"User-Agent": agent, **headers})
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


@pytest.mark.parametrize("agent", PREVIEWS)
def test_a_fetcher_gets_no_verdict_and_counts_nothing(office: Office, agent: str) -> None:
    page = ask(office.client, agent)

    assert 'property="og:title" content="Củ cải trắng Đông Cao"' in page
    assert not [said for said in NO_VERDICT if said in page]
    assert office.counted == 0


@pytest.mark.parametrize("agent", PEOPLE)
def test_a_person_gets_the_verdict_and_counts(office: Office, agent: str) -> None:
    assert "OCOP <span>4 sao</span>, còn hiệu lực" in ask(office.client, agent)
    assert office.counted == 1


def test_whatever_the_verdict_a_preview_looks_the_same(office: Office) -> None:
    of_no_product = ["unknown_record", "not_ours"]
    of_one_product = [name for name in CODES if name not in (*BESIDES_VERDICTS, *of_no_product)]

    for names in (of_one_product, of_no_product):
        assert len({ask(office.client, PREVIEWS[0], f"/{CODES[name]}") for name in names}) == 1


def test_a_preview_speaks_the_language_that_is_asked_for(office: Office) -> None:
    assert "what the Office says about this stamp today" in ask(office.client, PREVIEWS[0], f"/{CODE}?lang=en")


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Purpose": "prefetch"},
        {"Sec-Purpose": "prefetch;prerender"},
        {"Purpose": "prefetch"},
        {"X-Purpose": "preview"},
        {"X-Moz": "prefetch"},
        {"Sec-Fetch-Dest": "empty", "Sec-Fetch-Mode": "no-cors"},
        {"Sec-Fetch-Dest": "image"},
        {"Sec-Fetch-Dest": "iframe", "Sec-Fetch-Mode": "navigate"},
    ],
)
def test_unopened_browser_fetches_get_no_verdict(office: Office, headers: dict[str, str]) -> None:
    page = ask(office.client, PEOPLE[1], **headers)

    assert not [said for said in NO_VERDICT if said in page]
    assert 'href=""' in page, "whoever opens it after all is one tap from the answer"
    assert office.counted == 0


def test_a_page_that_somebody_opens_counts(office: Office) -> None:
    ask(office.client, PEOPLE[1], **{"Sec-Fetch-Dest": "document", "Sec-Fetch-Mode": "navigate"})

    assert office.counted == 1


def test_programs_asking_for_json_are_answered_and_not_counted(office: Office) -> None:
    answer = office.client.get(f"/{CODE}", headers={"User-Agent": "curl/8.5.0", "Accept": "application/json"})

    assert answer.get_json()["verdict"] == "in_force"
    assert office.counted == 0


def test_a_head_counts_nothing_whoever_sends_it(office: Office) -> None:
    for agent in (PREVIEWS[0], PEOPLE[0]):
        office.client.head(f"/{CODE}", headers={"User-Agent": agent})

    assert office.counted == 0


def test_a_device_is_its_address_and_its_agent(office: Office) -> None:
    ask(office.client, "Firefox")

    assert office.devices == ["127.0.0.1\nFirefox"]


def test_behind_tls_a_device_has_the_address_that_the_proxy_names() -> None:
    office = Office(behind_tls=True)
    ask(office.client, "Firefox", **{"X-Forwarded-For": "198.51.100.9, 203.0.113.7"})

    assert office.devices == ["203.0.113.7\nFirefox"]


def test_every_table_row_says_what_and_where_it_is() -> None:
    table = tomllib.loads((TEMPLATES / "web" / "fetchers.toml").read_text(encoding="utf-8"))

    assert set(table) == {"fetcher", "person", "sign"}
    for row in (row for rows in table.values() for row in rows):
        assert set(row) - {"starts"} == {"agent", "who", "source"}
        assert row["agent"] == row["agent"].lower()
        assert all(row.values())
