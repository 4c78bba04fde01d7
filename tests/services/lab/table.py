"""Tables in Markdown."""


def markdown(head, rows):
    """A table; `None` is an empty cell."""
    text = lambda cell: "" if cell is None else str(cell)
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join(text(cell) for cell in row) + " |" for row in rows]
    return "\n".join(lines) + "\n"
