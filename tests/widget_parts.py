"""What tests of widgets ask of them: their parts, one by its label, all they say."""


def walk(widget):
    yield widget
    for child in getattr(widget, "children", ()):
        yield from walk(child)


def control(widget, text):
    return next(w for w in walk(widget) if getattr(w, "description", "").startswith(text))


def words(widget):
    return " ".join(w.value for w in walk(widget) if type(w).__name__ == "HTML")
