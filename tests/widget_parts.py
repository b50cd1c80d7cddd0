"""What tests of widgets ask of them: their parts, one by its label, all they say."""


def walk(widget):
    yield widget
    for child in getattr(widget, "children", ()):
        yield from walk(child)


def control(widget, text):
    return next(w for w in walk(widget) if getattr(w, "description", "").startswith(text))


def words(widget):
    return " ".join(w.value for w in walk(widget) if type(w).__name__ == "HTML")


def cut_off(widget):
    """Return the labels beside sliders and lists that are longer than their column."""
    beside = [w for w in walk(widget) if type(w).__name__.endswith(("Slider", "Dropdown"))]
    return [w.description for w in beside if len(w.description) > _em(w.style.description_width)]


def _em(width):
    return float((width or "6em").removesuffix("em"))
