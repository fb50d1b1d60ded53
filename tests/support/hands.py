"""Two ways to use the portal in a walk: with a mouse, or with the keys alone."""

from playwright.sync_api import Locator, expect

# More keys than any page has things to reach.
MOST_TABS = 250

# Whether the element has the focus, and whether one sees it: an outline of its own, or on the
# area that its link covers.
FOCUS = """element => [
  element === document.activeElement,
  ["", "::after"].some(part => {
    const style = getComputedStyle(element, part);
    return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  }),
]"""


class Mouse:
    """Clicks, and types where it clicked."""

    def press(self, target: Locator) -> None:
        """Follow a link, push a button."""
        target.click()

    def write(self, field: Locator, text: str) -> None:
        """Put `text` in the place of what the field holds."""
        field.fill(text)

    def set_date(self, field: Locator, day: str) -> None:
        """Give a date, as "2027-03-01"."""
        field.fill(day)

    def tick(self, box: Locator) -> None:
        """Tick a box."""
        box.check()

    def choose(self, group: Locator, number: int) -> None:
        """Choose the radio button `number` (from 0) of a group."""
        group.get_by_role("radio").nth(number).check()

    def pick(self, field: Locator, number: int) -> None:
        """Pick the option `number` (from 0) of a list."""
        field.select_option(index=number)


class Keyboard:
    """Tabs from where it is to what it wants, in the order of the page, and sees where it is."""

    def reach(self, target: Locator) -> None:
        """Go on with Tab until `target` has the focus, visibly."""
        expect(target).to_be_visible()
        for _ in range(MOST_TABS):
            focused, seen = target.evaluate(FOCUS)
            if focused:
                assert seen, f"nobody sees that {target} has the focus"
                return
            target.page.keyboard.press("Tab")
        raise AssertionError(f"Tab never reaches {target}")

    def press(self, target: Locator) -> None:
        """Follow a link, push a button."""
        self.reach(target)
        target.page.keyboard.press("Enter")

    def write(self, field: Locator, text: str) -> None:
        """Put `text` in the place of what the field holds."""
        self.reach(field)
        field.page.keyboard.press("Control+A")
        field.page.keyboard.insert_text(text)
        expect(field).to_have_value(text)  # a busy machine is slower than these hands

    def set_date(self, field: Locator, day: str) -> None:
        """Type the parts of a date in the order that this browser's language wants."""
        self.reach(field)
        year, month, date = day.split("-")
        keyboard = field.page.keyboard
        for typed in (month + date + year, date + month + year):
            keyboard.type(typed)
            if field.input_value() == day:
                return
            for _ in range(2):
                keyboard.press("ArrowLeft")
        raise AssertionError(f"{field} takes no typed date")

    def tick(self, box: Locator) -> None:
        """Tick a box."""
        self.reach(box)
        box.page.keyboard.press("Space")
        expect(box).to_be_checked()

    def choose(self, group: Locator, number: int) -> None:
        """Choose the radio button `number` (from 0) of a group: Tab reaches it, arrows choose."""
        buttons = group.get_by_role("radio")
        self.reach(buttons.first)
        buttons.page.keyboard.press("Space")
        for _ in range(number):
            buttons.page.keyboard.press("ArrowDown")
        expect(buttons.nth(number)).to_be_checked()

    def pick(self, field: Locator, number: int) -> None:
        """Pick the option `number` (from 0) of a list that shows the first one."""
        self.reach(field)
        for chosen in range(1, number + 1):
            field.page.keyboard.press("ArrowDown")
            expect(field).to_have_js_property("selectedIndex", chosen)
