"""People at their desks: each has a browser of their own, in which nothing goes wrong unseen.

union = desks.of(h, "union")     # the log-in form was filled in as a person does
union.deal_with("提请召开")       # from the home page: the row that waits for me
union.fill({"理由": "……"})        # fields by their labels
union.press("保存草稿")
union.told("草稿已保存")           # what the page says was done
"""

import os
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import (
    BrowserContext,
    ConsoleMessage,
    Locator,
    Request,
    Response,
    expect,
)

from tests.houses import House

MINE, FOR_OTHERS, AWAITED = "等我办的", "待我代录的", "我在等的"
SCAN = {
    "name": "签批件.pdf",
    "mimeType": "application/pdf",
    "buffer": b"%PDF-1.4\n%%EOF\n",
}
WIDE, NARROW = {"width": 1366, "height": 768}, {"width": 390, "height": 844}
PICTURES = os.environ.get("SHOTS")  # a folder: every page left is kept as a picture


class Desk:
    """One person at work in a browser of their own."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        self.context = context
        self.host = urlsplit(address).netloc
        self.faults: list[str] = []
        self.papers: list[Response] = []
        context.on("console", self._heard)
        context.on("weberror", lambda error: self.faults.append(str(error.error)))
        context.on("request", self._asked)
        context.on("response", self._answered)
        self.page = context.new_page()

    # What must not happen

    def _heard(self, said: ConsoleMessage) -> None:
        # A refusal is a page of its own; the browser notes its status as if it were a fault.
        is_refusal = re.search(r"status of 4(03|04|09)", said.text)
        if said.type in ("error", "warning") and not is_refusal:
            self.faults.append(said.text)

    def _asked(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme.startswith("http") and address.netloc != self.host:
            self.faults.append(f"another host: {request.url}")

    def _answered(self, response: Response) -> None:
        if response.status >= 500:
            self.faults.append(f"{response.status}: {response.url}")
        if response.headers.get("content-type") == "application/pdf":
            self.papers.append(response)

    # Where one is

    def log_in(self, username: str, password: str) -> None:
        self.page.goto("/")
        self.page.get_by_label("用户名").fill(username)
        self.page.get_by_label("密码").fill(password)
        self.page.get_by_role("button", name="登录", exact=True).click()

    def go_home(self) -> None:
        self.page.get_by_role("banner").get_by_role("link").first.click()
        expect(self.heading).to_have_text("谁在等谁")

    def menu(self, name: str) -> None:
        menu = self.page.get_by_role("navigation", name="主菜单")
        menu.get_by_role("link", name=re.compile(f"^{name}")).click()

    @property
    def heading(self) -> Locator:
        return self.page.get_by_role("heading", level=1)

    @property
    def main(self) -> Locator:
        return self.page.get_by_role("main")

    def region(self, name: str) -> Locator:
        return self.page.get_by_role("region", name=name, exact=True)

    # What one sees

    def sees(self, *texts: str) -> None:
        for text in texts:
            expect(self.main).to_contain_text(text)

    def told(self, *texts: str) -> None:
        """The page says so in its message on what was done, or as a refusal."""
        said = self.main.get_by_role("status").or_(self.main.get_by_role("alert"))
        for text in texts:
            expect(said.filter(has_text=text).first).to_be_visible()

    def rows(self, section: str) -> Locator:
        return self.region(section).locator("tbody > tr, ul.list > li")

    def has(self, section: str, *matters: str) -> None:
        """The home page lists just these in that section, in any order."""
        self.go_home()
        expect(self.rows(section)).to_have_count(len(matters))
        for matter in matters:
            expect(self.rows(section).filter(has_text=matter)).not_to_have_count(0)

    def has_nothing_to_do(self) -> None:
        self.has(MINE)
        self.sees("没有等你办的事")
        self.has(FOR_OTHERS)

    def has_happened(self, *lines: str) -> None:
        """The log of the page tells each of these, in words."""
        log = self.region("办理记录").get_by_role("listitem")
        for line in lines:
            expect(log.filter(has_text=line)).not_to_have_count(0)

    # What one does

    def deal_with(self, matter: str, section: str = MINE) -> None:
        """Follow the button of a row on the home page."""
        self.go_home()
        row = self.rows(section).filter(has_text=matter).first
        row.get_by_role("link", name=re.compile("^(去办理|代录)")).click()

    def enter(self, matter: str) -> None:
        self.deal_with(matter, FOR_OTHERS)

    def follow(self, name: str) -> None:
        self.main.get_by_role("link", name=name, exact=True).first.click()

    def press(self, name: str) -> None:
        """Press a button; the page that follows is there when this returns."""
        self.picture(name)
        with self.page.expect_navigation():
            self.main.get_by_role("button", name=name).click()

    def field(self, label: str) -> Locator:
        """A field by its label, which also says whether it must be filled in."""
        return self.main.get_by_label(
            re.compile(rf"^\s*{label}\s*(必填|可不填|可不传)?\s*$")
        )

    def press_out(self, name: str) -> None:
        """Press a button whose answer opens in another window."""
        self.main.get_by_role("button", name=name).click()

    def fill(self, words: dict[str, str]) -> None:
        for label, text in words.items():
            self.field(label).fill(text)

    def choose(self, *names: str) -> None:
        for name in names:
            self.main.get_by_label(name, exact=True).check()

    def attach(self, label: str, file: dict = SCAN) -> None:
        self.field(label).set_input_files(file)

    def sign(self, answer: str = "同意", opinion: str = "") -> None:
        """Answer the sheet that lies open, for oneself."""
        self.choose(answer)
        if opinion:
            self.fill({"意见": opinion})
        self.press("记入审签单")

    def enter_paper(
        self, day: str, answer: str = "同意", opinion: str = "", of: str = ""
    ) -> None:
        """Enter what was signed on paper that day, with the scan, and `of` whom it is."""
        if of:
            self.choose(of)
        self.choose("纸质签批")
        self.fill({"答复日期": day})
        self.attach("签批件")
        self.sign(answer, opinion)

    def paper(self, act: Callable[[], None]) -> int:
        """How many bytes the PDF has that this act opens."""
        known = len(self.papers)
        with self.context.expect_event(
            "response",
            lambda found: found.headers.get("content-type") == "application/pdf",
        ):
            act()
        assert len(self.papers) == known + 1
        url = self.papers[-1].url
        return len(self.context.request.get(url).body())

    def picture(self, name: str) -> None:
        """Keep the page as a picture, wide and narrow, when a folder for it is named."""
        if PICTURES:
            number = len(list(Path(PICTURES).glob("*-wide.png"))) + 1
            for look, size in {"narrow": NARROW, "wide": WIDE}.items():
                self.page.set_viewport_size(size)
                path = Path(PICTURES, f"{number:02}-{name[:12]}-{look}.png")
                self.page.screenshot(path=path, full_page=True)


class Desks:
    """The desks of one test, opened when somebody is first needed."""

    def __init__(self, browser, address: str) -> None:
        self.browser, self.address = browser, address
        self.open: list[Desk] = []
        self.known: dict[str, Desk] = {}

    def new(self, **options) -> Desk:
        """A desk at which nobody has logged in."""
        options = {"viewport": WIDE, "locale": "zh-CN"} | options
        context = self.browser.new_context(base_url=self.address, **options)
        context.set_default_timeout(30_000)
        desk = Desk(context, self.address)
        self.open.append(desk)
        return desk

    def of(self, h: House, key: str) -> Desk:
        """The desk of who holds that post, or acts for that unit; logged in at first."""
        username = h.person(key).username
        if username not in self.known:
            desk = self.known[username] = self.new()
            desk.log_in(username, username)
            expect(desk.heading).to_have_text("谁在等谁")
        return self.known[username]

    def close(self) -> list[str]:
        """Everybody goes home; gives what went wrong at any desk."""
        for desk in self.open:
            desk.context.close()
        return [fault for desk in self.open for fault in desk.faults]
