"""A small PDF, written by hand: something to download in the demo, without any library."""

from __future__ import annotations

PAGE = (420, 595)
LINES = (
    "Stoneware is fired at 1250 degrees. It does not mind the oven,", "the dishwasher, or you.", "",
    "Wash: warm water and a soft brush. Grey marks of cutlery go", "with a little washing soda.", "",
    "Store: stack plates with paper between them, hang mugs by their", "handles only if you trust the hook.", "",
    "Mend: what breaks in two can be glued, and may be proud of it.", "", "Stoa Home, a demonstration.",
)  # fmt: skip


def booklet(title: str) -> bytes:
    """One page with ``title`` and a few lines, about a kilobyte. The same title, the same bytes."""
    shown = "".join(f"({_escaped(line)}) Tj T* " for line in LINES)
    content = f"BT /F1 20 Tf 48 520 Td ({_escaped(title)}) Tj ET BT /F1 11 Tf 15 TL 48 480 Td {shown}ET".encode(
        "latin-1"
    )
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {PAGE[0]} {PAGE[1]}] /Contents 4 0 R"
        " /Resources << /Font << /F1 5 0 R >> >> >>".encode(),
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    made, places = b"%PDF-1.4\n", []
    for number, each in enumerate(objects, start=1):
        places.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    start = len(made)
    made += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    made += b"".join(b"%010d 00000 n \n" % place for place in places)
    return made + b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
