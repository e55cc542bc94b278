"""Papers that stand for scans: one page each, the same bytes every time."""

from django.core.files.base import ContentFile

_PAGE = b"""%PDF-1.4
1 0 obj
<</Type/Catalog/Pages 2 0 R>>
endobj
2 0 obj
<</Type/Pages/Kids[3 0 R]/Count 1>>
endobj
3 0 obj
<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R
/Resources<</Font<</F 5 0 R>>>>>>
endobj
4 0 obj
<</Length 90>>
stream
BT /F 20 Tf 72 740 Td (Sample scan) Tj 0 -32 Td (In use, the signed paper is here.) Tj ET
endstream
endobj
5 0 obj
<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>
endobj
"""


def scan(name: str) -> ContentFile:
    """A new file of that name, as it would be uploaded."""
    return ContentFile(_whole(), name=f"{name}.pdf")


def _whole() -> bytes:
    """The page with the table of its objects and the trailer."""
    starts = [_PAGE.index(b"%d 0 obj" % number) for number in range(1, 6)]
    lines = [b"0000000000 65535 f \n", *(b"%010d 00000 n \n" % at for at in starts)]
    table = b"xref\n0 6\n" + b"".join(lines)
    trailer = b"trailer\n<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % len(_PAGE)
    return _PAGE + table + trailer
