"""The HTML report in a real browser: it draws, opens, searches and sorts, asks for nothing, and can be read by all."""

import http.server
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import axe_core_python
import pytest
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement

import layerscope
from layerscope.report.html.render import render_html
from layerscope.units import human_bytes, safe_text
from tests.browser import Browser, chromium
from tests.report.gates import gated
from tests.report.images import HOSTILE_NAMES, hostile_image

pytestmark = pytest.mark.browser
SAMPLE = Path(__file__).parents[3] / "sample_images/naive-devel.docker.tar"
AXE = Path(axe_core_python.__file__).parent / "axe.min.js"
NAMES = "return [...document.querySelectorAll(arguments[0])].map((found) => found.textContent.trim())"
RUN_AXE = """
const done = arguments[arguments.length - 1];
axe.run().then((found) => done(found.violations.map((item) => [item.id, item.nodes.map((node) => node.html)])));
"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def sample() -> layerscope.Analysis:
    return gated(layerscope.analyze(str(SAMPLE)))


@pytest.fixture(scope="module")
def path(sample: layerscope.Analysis, tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("page") / "report.html"
    found.write_bytes(render_html(sample))
    return found


@pytest.fixture
def page(browser: Browser, path: Path) -> Iterator[Browser]:
    """The sample's report, freshly opened; at the end nothing may stand in the console."""
    browser.open(path)
    browser.do("try { localStorage.clear() } catch {}")
    yield browser
    assert browser.complaints() == []


def tiles(page: Browser) -> list[WebElement]:
    return page.driver.find_elements(By.CSS_SELECTOR, ".treemap > button")


def labels(page: Browser) -> list[str]:
    return [str(tile.get_attribute("aria-label")) for tile in tiles(page)]


def way(page: Browser) -> list[str]:
    return list(page.do(NAMES, ".way li"))


def choose(page: Browser, value: str) -> None:
    page.driver.find_element(By.CSS_SELECTOR, f"input[value={value}]").click()


def by_group(analysis: layerscope.Analysis) -> dict[str, int]:
    """Stored bytes of each group of categories, the largest first."""
    groups = {item.id: item.group.value for item in analysis.classification.detectors}
    files = analysis.files
    sizes = files.groupby(files.category.astype(str).map(groups)).size_bytes.sum()
    return {str(name): int(size) for name, size in sizes.sort_values(ascending=False).items() if size}


def test_tiles_are_the_groups_with_their_bytes(page: Browser, sample: layerscope.Analysis) -> None:
    assert [label.rsplit(", ", 3)[:2] for label in labels(page)] == [
        [name, human_bytes(size)] for name, size in by_group(sample).items()
    ]


def test_tiles_fill_the_map_and_do_not_overlap(page: Browser, sample: layerscope.Analysis) -> None:
    whole = page.do(
        "const box = arguments[0].getBoundingClientRect(); return [box.width, box.height]",
        page.driver.find_element(By.CLASS_NAME, "treemap"),
    )
    boxes = [tile.rect for tile in tiles(page)]
    area = sum((box["width"] + 1) * (box["height"] + 1) for box in boxes)
    assert area == pytest.approx(whole[0] * whole[1], rel=0.02)
    sizes = list(by_group(sample).values())
    for box, size in zip(boxes[:4], sizes[:4], strict=True):
        assert (box["width"] + 1) * (box["height"] + 1) / area == pytest.approx(size / sum(sizes), rel=0.05)
    for number, one in enumerate(boxes):
        for other in boxes[:number]:
            assert (
                one["x"] >= other["x"] + other["width"] - 1
                or other["x"] >= one["x"] + one["width"] - 1
                or one["y"] >= other["y"] + other["height"] - 1
                or other["y"] >= one["y"] + one["height"] - 1
            )


def test_a_click_opens_and_the_way_leads_back(page: Browser, sample: layerscope.Analysis) -> None:
    first = next(iter(by_group(sample)))
    ActionChains(page.driver).move_to_element_with_offset(
        tiles(page)[0], 0, -tiles(page)[0].size["height"] // 2 + 8
    ).click().perform()
    assert way(page) == ["all categories", first]
    page.driver.find_element(By.CSS_SELECTOR, ".way button").click()
    assert way(page) == ["all categories"]


def test_folders_lead_to_the_largest_file(page: Browser, sample: layerscope.Analysis) -> None:
    choose(page, "folder")
    files = sample.files
    largest = files.groupby("path").size_bytes.sum().idxmax()
    page.driver.find_element(By.CSS_SELECTOR, "[data-part=search]").send_keys(str(largest))
    page.driver.find_element(By.CSS_SELECTOR, ".results button").click()
    assert "/" + "/".join(way(page)[1:]) == "/" + str(largest).strip("/").rpartition("/")[0]
    name = str(largest).rpartition("/")[2]
    assert any(label.startswith(f"{name}, ") and ", found" in label for label in labels(page))


def test_the_keyboard_is_enough(page: Browser) -> None:
    tiles(page)[0].send_keys(Keys.ARROW_RIGHT)
    assert page.driver.switch_to.active_element.get_attribute("aria-label") != labels(page)[0]
    assert page.do("return document.querySelectorAll('.treemap > button[tabindex=\"0\"]').length") == 1
    page.driver.switch_to.active_element.send_keys(Keys.ENTER)
    assert len(way(page)) == 2
    assert page.driver.switch_to.active_element.get_attribute("aria-label") == labels(page)[0]
    page.driver.switch_to.active_element.send_keys(Keys.BACKSPACE)
    assert way(page) == ["all categories"]


def test_bytes_to_pull_instead_of_stored_ones(page: Browser, sample: layerscope.Analysis) -> None:
    choose(page, "transfer")
    groups = {item.id: item.group.value for item in sample.classification.detectors}
    files = sample.files
    wire = files.groupby(files.category.astype(str).map(groups)).transfer_bytes.sum().sort_values(ascending=False)
    assert [label.rsplit(", ", 3)[:2] for label in labels(page)] == [
        [str(name), human_bytes(int(size))] for name, size in wire.items()
    ]


def test_a_search_finds_names_and_dims_the_rest(page: Browser, sample: layerscope.Analysis) -> None:
    page.driver.find_element(By.CSS_SELECTOR, "[data-part=search]").send_keys("LIBCUBLASLT")
    files = sample.files
    hits = files[files.path.str.lower().str.contains("libcublaslt") & (files.kind != "directory")]
    told = page.driver.find_element(By.CSS_SELECTOR, ".results p").text
    assert told == f"{hits.path.nunique()} files found with {human_bytes(int(hits.size_bytes.sum()))}."
    groups = {item.id: item.group.value for item in sample.classification.detectors}
    found = {label.rsplit(", ", 4)[0] for label in labels(page) if ", found" in label}
    assert found == {groups[str(name)] for name in hits.category.unique()}


def test_nothing_is_found(page: Browser) -> None:
    page.driver.find_element(By.CSS_SELECTOR, "[data-part=search]").send_keys("no-such-file")
    assert page.driver.find_element(By.CSS_SELECTOR, ".results p").text.startswith("Nothing found")
    assert not any(", found" in label for label in labels(page))


def test_packages_are_sorted_and_filtered(page: Browser, sample: layerscope.Analysis) -> None:
    rows = "#package-table tbody tr:not([hidden]) th"
    heading = page.driver.find_element(By.CSS_SELECTOR, "#package-table thead th:nth-child(6) button")
    counts = (
        "return [...document.querySelectorAll('#package-table tbody tr')].map((row) => +row.cells[5].dataset.value)"
    )
    for is_descending in (True, False):
        page.do("arguments[0].click()", heading)
        assert page.do(counts) == sorted((total.files for total in sample.package_totals), reverse=is_descending)
    sorting = page.do("return arguments[0].closest('th').getAttribute('aria-sort')", heading)
    assert sorting == "ascending"
    page.driver.find_element(By.CSS_SELECTOR, "[data-filter] input").send_keys("nvidia")
    names = [total.package.name for total in sample.package_totals if "nvidia" in total.package.name.lower()]
    assert sorted(page.do(NAMES, rows)) == sorted(names)
    assert names


def test_nothing_is_asked_for_but_the_file(page: Browser, path: Path) -> None:
    choose(page, "folder")
    assert {url for url in page.requests() if url != "data:,"} == {path.as_uri()}
    assert page.do("return performance.getEntriesByType('resource').length") == 0


def test_the_policy_lets_nothing_leave(browser: Browser, path: Path) -> None:
    """Whatever got into the page could neither send nor run anything."""
    asked: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(204)
            self.end_headers()

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        browser.open(path)
        address = f"http://127.0.0.1:{server.server_port}"
        refused = browser.driver.execute_async_script(
            """const done = arguments[1];
            const image = new Image();
            image.src = `${arguments[0]}/image`;
            const script = document.createElement("script");
            try { script.textContent = "window.ran = true"; document.body.append(script); } catch {}
            try { document.body.innerHTML += "<b>markup</b>"; } catch { window.trusted = true; }
            fetch(`${arguments[0]}/fetch`).then(() => done("sent"), () => done([window.ran, window.trusted]));""",
            address,
        )
        server.shutdown()
    assert refused == [None, True]
    assert asked == []
    assert any("Content Security Policy" in text for text in browser.complaints())


def test_hostile_names_are_texts(browser: Browser, tmp_path: Path) -> None:
    path = tmp_path / "hostile.html"
    path.write_bytes(render_html(gated(hostile_image(tmp_path))))
    browser.open(path)
    choose(browser, "folder")
    browser.driver.find_element(By.CSS_SELECTOR, "[data-part=search]").send_keys("/opt/")
    shown = browser.do(NAMES, ".results li button")
    for name in HOSTILE_NAMES[:16]:
        text = safe_text(name.replace("/", "\u2215").encode("utf-8", "surrogateescape"))
        browser.driver.find_element(By.CSS_SELECTOR, "[data-part=search]").clear()
        browser.driver.find_element(By.CSS_SELECTOR, "[data-part=search]").send_keys(text[:30])
        shown = browser.do(NAMES, ".results li button")
        assert any(text in line for line in shown), text
    assert browser.do("return document.querySelectorAll('img, iframe').length") == 0
    assert browser.do("return document.scripts.length") == 2
    text = str(browser.do("return document.body.textContent"))
    assert not set(text) & set("\u202e\u2066\x1b\x07\x9b\x01")
    assert browser.complaints() == []


def test_without_scripts_there_are_tables(browser: Browser, path: Path, sample: layerscope.Analysis) -> None:
    browser.tell("Emulation.setScriptExecutionDisabled", value=True)
    try:
        browser.open(path)
        for id_ in ("layers", "categories", "packages", "findings", "plan", "bases", "checks"):
            assert browser.driver.find_element(By.ID, id_).is_displayed()
        assert not browser.driver.find_element(By.CSS_SELECTOR, "[data-part=app]").is_displayed()
        assert not browser.driver.find_element(By.ID, "theme").is_displayed()
        rows = browser.driver.find_elements(By.CSS_SELECTOR, "#package-table tbody th")
        assert [row.text for row in rows] == [total.package.name for total in sample.package_totals]
        details = browser.driver.find_element(By.CSS_SELECTOR, "#files > details")
        details.find_element(By.TAG_NAME, "summary").click()
        assert details.find_element(By.TAG_NAME, "table").is_displayed()
    finally:
        browser.tell("Emulation.setScriptExecutionDisabled", value=False)


def ground(page: Browser) -> tuple[int, ...]:
    colour = str(page.do("return getComputedStyle(document.body).backgroundColor"))
    return tuple(int(part) for part in colour.removeprefix("rgb(").removesuffix(")").split(", "))


def test_the_theme_is_the_systems_until_one_is_chosen(page: Browser) -> None:
    page.prefer(color_scheme="light")
    assert min(ground(page)) > 200
    page.prefer(color_scheme="dark")
    assert max(ground(page)) < 60
    button = page.driver.find_element(By.ID, "theme")
    assert button.text == "Light theme"
    button.click()
    assert min(ground(page)) > 200
    assert button.text == "Dark theme"
    page.prefer(color_scheme="light")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_has_nothing_to_say(page: Browser, scheme: str) -> None:
    page.prefer(color_scheme=scheme)
    page.do("for (const item of document.querySelectorAll('details')) item.open = true")
    page.driver.find_element(By.CSS_SELECTOR, "[data-part=search]").send_keys("torch")
    page.do(AXE.read_text())
    assert page.do_later(RUN_AXE) == []
    page.do("const bad = document.createElement('button'); document.querySelector('main').append(bad)")
    assert [name for name, _ in page.do_later(RUN_AXE)] == ["button-name"]
    page.prefer(color_scheme="light")


def test_printing_opens_all(page: Browser) -> None:
    page.do(
        "window.addEventListener('beforeprint', () => {"
        " window.stillClosed = document.querySelectorAll('details:not([open])').length })"
    )
    before = page.do("return document.querySelectorAll('details[open]').length")
    printed: dict[str, Any] = page.tell("Page.printToPDF")
    assert printed["data"]
    assert page.do("return window.stillClosed") == 0
    assert page.do("return document.querySelectorAll('details[open]').length") == before


def test_a_narrow_window_scrolls_down_only(page: Browser) -> None:
    page.tell("Emulation.setDeviceMetricsOverride", width=390, height=800, deviceScaleFactor=1, mobile=True)
    try:
        assert page.do("return document.documentElement.scrollWidth") <= 390
    finally:
        page.tell("Emulation.clearDeviceMetricsOverride")
