"""What the pages show, and that text of records can do nothing but be read (H11, H12)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from itertools import pairwise

import pytest
from lxml import html

from tests.hub.web.shelves import ODD_NUMBER
from tests.hub.web.visitor import Visitor

Find = Callable[..., str]
EN = {"Accept-Language": "en", "Accept": "text/html"}


def page(client: Visitor, path: str) -> html.HtmlElement:
    answer = client.get(path, headers=EN)
    assert answer.status_code == 200, path
    return html.document_fromstring(answer.text)


def texts(document: html.HtmlElement) -> str:
    """The words of the main part, elements parted by a space."""
    return " ".join(" ".join(document.xpath("//main")[0].itertext()).split()).replace(" ,", ",")


def test_a_work_shows_its_editions_holders_and_translations(client: Visitor, find: Find) -> None:
    shown = texts(page(client, find("Truyện Kiều thơ") + ".html"))
    assert "Editions in Vietnamese 2" in shown
    assert shown.index("2015") < shown.index("1979")
    assert "National test library, University test library" in shown
    for language, title in (
        ("Chinese", "Jin Yun Qiao zhuan"),
        ("English", "The tale of Kiều"),
        ("French", "Kim-Vân-Kiêu"),
    ):
        assert shown.index(language) < shown.index(title)
    assert "Thơ--Việt Nam" in shown
    assert "Nguyễn, Du, 1765-1820 author" in shown


def test_a_translation_tells_what_it_was_translated_from(client: Visitor, find: Find) -> None:
    shown = texts(page(client, find("The tale of Kiều") + ".html"))
    assert "Translated from Vietnamese" in shown
    assert "Huỳnh, Sanh Thông, 1926-2008 translator" in shown


def test_an_instance_shows_holdings_by_library(client: Visitor, find: Find) -> None:
    document = page(client, find("Truyện Kiều thơ", "instances") + ".html")
    holdings = {
        h.xpath("string(h3/a)"): " ".join(h.text_content().split())
        for h in document.xpath("//section[@class='holding']")
    }
    assert list(holdings) == ["National test library", "University test library"]
    assert "VV15" in holdings["National test library"]
    assert "Chỉ đọc tại chỗ" in holdings["National test library"]
    assert "895.9221 NG-D" in holdings["University test library"]
    assert "Phòng mượn" in holdings["University test library"]
    assert "DH000123" in holdings["University test library"]
    assert "9786046912347" in texts(document)
    assert document.xpath("//a[@href='https://example.org/kieu']")
    assert {"/records/TVQG/kieu-2015.html", "/records/DHQG/DH1.html"} <= set(document.xpath("//aside//a/@href"))


def test_an_instance_and_an_item_tell_whether_a_copy_can_be_had(client: Visitor, find: Find) -> None:
    document = page(client, find("Truyện Kiều thơ", "instances") + ".html")
    (university,) = [h for h in document.xpath("//section[@class='holding']") if "University" in h.text_content()]
    shown = " ".join(university.text_content().split())
    assert "0 of 1 copy available" in shown
    assert "on loan until 2026-12-01" in shown
    (national,) = [h for h in document.xpath("//section[@class='holding']") if "National" in h.text_content()]
    assert "available" not in national.text_content()  # a library that says nothing does not say yes
    item = university.xpath(".//td/a/@href")[0]
    assert "Status on loan until 2026-12-01" in texts(page(client, item))


def test_the_other_script_is_shown_with_its_language(client: Visitor, find: Find) -> None:
    document = page(client, find("Jin Yun Qiao zhuan") + ".html")
    (title,) = document.xpath("//p[@class='variant']/bdi")
    assert title.text == "金雲翹傳"
    assert title.get("lang")


def test_an_agent_shows_its_works_and_an_item_its_instance(client: Visitor, find: Find) -> None:
    work = page(client, find("Truyện Kiều thơ") + ".html")
    (agent,) = work.xpath("//ul[@class='people']//a/@href")
    shown = texts(page(client, agent))
    assert "Works 4" in shown
    assert "Kim-Vân-Kiêu" in shown
    instance = page(client, find("Truyện Kiều thơ", "instances") + ".html")
    item = instance.xpath("//section[@class='holding']//td/a/@href")[0]
    shown = texts(page(client, item))
    assert "Held by National test library" in shown
    assert "Truyện Kiều" in shown


def test_a_concept_and_a_hub_show_their_works(client: Visitor, find: Find) -> None:
    work = page(client, find("Truyện Kiều thơ") + ".html")
    concept = next(h for h in work.xpath("//aside//a/@href") if "/concepts/" in h)
    hub = next(h for h in work.xpath("//aside//a/@href") if "/hubs/" in h)
    assert "Works with this subject 1" in texts(page(client, concept))
    shown = texts(page(client, hub))
    assert "Versions 4" in shown
    assert page(client, hub).xpath("string(//h1)") == "Truyện Kiều"


def test_a_library_shows_its_numbers(client: Visitor) -> None:
    shown = texts(page(client, "/libraries/TVQG.html"))
    assert "Items 4" in shown
    assert "Northern group" in shown
    assert "The tale of Kiều" in shown
    assert "Vietnamese" in shown


def test_groups_list_their_libraries(client: Visitor) -> None:
    shown = texts(page(client, "/groups/bac.html"))
    assert "National test library" in shown
    assert "Huế" not in shown
    assert "2 libraries" in texts(page(client, "/groups"))


def test_the_map_has_a_dot_for_each_library_with_coordinates(client: Visitor) -> None:
    assert len(page(client, "/libraries").xpath("//*[local-name()='circle']")) == 3


# Malice

HOSTILE = ("Quậy", f"/records/TVH/{ODD_NUMBER}")


@pytest.fixture
def hostile(client: Visitor, find: Find) -> list[str]:
    work = find("Quậy")
    instance = find("Quậy", "instances")
    from urllib.parse import quote

    document = page(client, instance + ".html")
    item = document.xpath("//section[@class='holding']//td/a/@href")[0].removesuffix(".html")
    agent = page(client, work + ".html").xpath("//ul[@class='people']//a/@href")[0].removesuffix(".html")
    record = f"/records/TVH/{quote(ODD_NUMBER, safe='')}"
    return [work, instance, item, agent, record, "/libraries/TVH", "/libraries/DHQG"]


def test_text_of_records_adds_no_element_script_or_handler(client: Visitor, hostile: list[str]) -> None:
    paths = [f"{p}.html" for p in hostile]
    paths += ["/search?q=Quậy", "/search?q=</script><script>alert(8)</script>", "/libraries", "/groups", "/"]
    for path in paths:
        document = page(client, path)
        scripts = document.xpath("//script")
        ours = [s for s in scripts if s.get("src", "").startswith("/static/") and not s.text]
        data = [s for s in scripts if s.get("type") == "application/ld+json"]
        assert len(ours) + len(data) == len(scripts), path
        assert len(data) <= 1, path
        for script in data:
            json.loads(script.text)
        assert not document.xpath("//main//img | //main//b | //main//i"), path
        for element in document.iter():
            for name, value in element.attrib.items():
                assert not name.lower().startswith("on"), (path, name)
                if name.lower().rpartition("}")[2] in ("href", "src", "action"):
                    assert re.match(r"(https?:|/|#|\?)", value), (path, value)


def test_bidi_controls_stay_inside_their_element(client: Visitor, hostile: list[str]) -> None:
    text = client.get(f"{hostile[1]}.html", headers=EN).text
    body = text.partition("<main")[2]
    for found in re.finditer("\u202e", body):
        before = body[: found.start()]
        assert before.rfind("<bdi") > before.rfind("</bdi>") or before.rfind("<script") > before.rfind("</script>")


def test_schema_org_is_one_product_with_an_offer_for_each_item(client: Visitor, find: Find, hostile: list[str]) -> None:
    document = page(client, find("Truyện Kiều thơ", "instances") + ".html")
    data = json.loads(document.xpath("string(//script[not(@src)])"))
    assert data["@type"] == ["Book", "Product"]
    assert data["isbn"] == ["9786046912347"]
    assert sorted(o["sku"] for o in data["offers"]) == ["895.9221 NG-D", "VV15 .001", "VV15 .002"]
    assert {o["offeredBy"]["@type"] for o in data["offers"]} == {"Library"}
    raw = client.get(f"{hostile[1]}.html").text
    script = raw.partition('<script type="application/ld+json">')[2].partition("</script>")[0]
    assert "alert(1)" in script
    assert "<" not in script


@pytest.mark.parametrize(
    "path", ["/", "/libraries", "/search?q=kieu", "/sparql", "/works/none", "/admin/jobs", "/static/hub.css"]
)
def test_every_answer_is_guarded(client: Visitor, path: str) -> None:
    headers = client.get(path, headers=EN).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert "referrer-policy" in headers
    assert "set-cookie" not in headers


def test_a_label_cannot_break_a_header(client: Visitor, hostile: list[str]) -> None:
    headers = client.get(f"{hostile[0]}.ttl").headers
    assert "\n" not in headers["x-preflabel"]
    assert all(c < "\u0100" for c in headers["x-preflabel"])


# Good pages

SAMPLE = (
    "/", "/libraries", "/groups", "/libraries/TVQG.html", "/groups/bac.html", "/search?q=kieu", "/search", "/sparql",
    "/sparql?query=SELECT+*+{+?s+?p+?o+}+LIMIT+3", "/docs", "/admin/jobs", "/admin/jobs/1",
    "/records/TVQG/kieu-2015.html",
)  # fmt: skip


def test_pages_are_built_for_screen_readers(client: Visitor, find: Find, hostile: list[str]) -> None:
    paths = [*SAMPLE, *(f"{p}.html" for p in hostile), find("Truyện Kiều thơ") + ".html"]
    work = page(client, paths[-1])
    paths += [a for a in work.xpath("//main//a/@href") if a.startswith(("/hubs/", "/concepts/", "/agents/"))]
    paths += [a for a in work.xpath("//main//a/@href") if a.startswith("/why/")]
    for path in paths:
        document = page(client, path)
        assert document.get("lang") == "en", path
        assert len(document.xpath("//h1")) == 1, path
        assert document.xpath("string(//title)").strip(), path
        assert len(document.xpath("//main")) == len(document.xpath("//header[@class='top']")) == 1, path
        ids = document.xpath("//@id")
        assert len(ids) == len(set(ids)), path
        levels = [int(h.tag[1]) for h in document.xpath("//main//*[self::h1 or self::h2 or self::h3 or self::h4]")]
        assert all(b - a <= 1 for a, b in pairwise(levels)), (path, levels)
        for field in document.xpath("//input[not(@type='hidden')] | //textarea | //select"):
            named = document.xpath(f"//label[@for='{field.get('id')}']") or field.xpath("ancestor::label")
            assert named, (path, field.get("name"))
        for link in document.xpath("//a"):
            assert link.text_content().strip() or link.xpath(".//*[local-name()='title']"), (path, link.get("href"))
        for reference in document.xpath("//@aria-labelledby"):
            assert document.xpath(f"//*[@id='{reference}']"), (path, reference)
        for table in document.xpath("//table[thead]"):
            assert all(th.get("scope") for th in table.xpath(".//th")), path
        assert not document.xpath("//*[@style] | //style"), path


def test_an_entity_tells_why_it_is_one_thing(client: Visitor, find: Find) -> None:
    instance = find("Truyện Kiều thơ", "instances").rpartition("/")[2]
    shown = texts(page(client, f"/why/{instance}"))
    assert "TVQG kieu-2015" in shown
    assert "DHQG DH1" in shown
    assert "same" in shown
    assert "title 100 %" in shown
    assert "create" in shown
    data = client.get(f"/why/{instance}", headers={"Accept": "application/json"}).json()
    assert {r["member"] for r in data["records"]} == {"TVQG", "DHQG"}
    assert client.get("/why/none").status_code == 404


def test_a_picture_shows_what_stands_around(client: Visitor, find: Find, hostile: list[str]) -> None:
    for path in (find("Truyện Kiều thơ"), find("Truyện Kiều thơ", "instances")):
        document = page(client, path + ".html")
        (section,) = document.xpath("//section[@class='around']")
        links = section.xpath(".//a/@href")
        assert len(links) == len(set(links))
        assert {link.split("/")[1] for link in links} == {"hubs", "works", "instances", "libraries"}
        assert section.xpath("string(.//a[@aria-current]/@href)") == f"{path}.html"
        assert section.xpath(".//*[local-name()='path']")
    assert not page(client, hostile[0] + ".html").xpath("//section[@class='around']")  # one edition, one library


def test_the_other_language_is_an_absolute_address(client: Visitor) -> None:
    document = page(client, "/libraries")
    found = dict(zip(*(document.xpath(f"//link[@hreflang]/@{a}") for a in ("hreflang", "href")), strict=True))
    assert found == {"vi": "http://testserver/libraries?lang=vi", "en": "http://testserver/libraries?lang=en"}


def test_the_type_of_a_problem_leads_to_its_meaning(client: Visitor) -> None:
    kind = client.get("/works/none", headers={"Accept": "application/json"}).json()["type"]
    path, _, fragment = kind.removeprefix("http://testserver").partition("#")
    assert page(client, path).xpath(f"//*[@id='{fragment}']")
