"""The same two records in every format that is read."""

import json

from converters.marc import record_of
from converters.marc.write import to_iso2709, to_json, to_marcxml

_RECORDS = [record_of(f"001 n{n}\n245 10 $aTruyện Kiều $b{n}") for n in (1, 2)]


def hashed(data: bytes) -> bytes:
    """ISO 2709 with eMicLib's delimiters."""
    return data.replace(b"\x1e\x1d", b"##").replace(b"\x1e", b"#").replace(b"\x1f", b"$")


SAMPLES: dict[str, bytes] = {
    "iso2709": b"".join(map(to_iso2709, _RECORDS)),
    "hash-iso": b"".join(hashed(to_iso2709(r)) for r in _RECORDS),
    "marcxml": ("<collection>" + "".join(map(to_marcxml, _RECORDS)) + "</collection>").encode(),
    "marc-in-json": ("[" + ",\n".join(json.dumps(to_json(r)) for r in _RECORDS) + "]").encode(),
    "mrk": "".join(
        f"=LDR  00000nam a2200000   4500\r\n=001  n{n}\r\n=245  10$aTruyện Kiều$b{n}\r\n\r\n" for n in (1, 2)
    ).encode(),
    "aleph": "".join(
        f"00000000{n} LDR   L 00000nam^a2200000^^^4500\n00000000{n} 001   L n{n}\n"
        f"00000000{n} 24510 L $$aTruyện Kiều$$b{n}\n"
        for n in (1, 2)
    ).encode(),
    "libol": "".join(
        f"Ldr 00000nam a2200000   4500\n#001 n{n}\n#245 10 $aTruyện Kiều$b{n}\n##\n" for n in (1, 2)
    ).encode(),
    "opac": "".join(f"001\t\t\t\tn{n}\n245\t1\t0\ta\tTruyện Kiều\n\t\t\tb\t{n}\n\n" for n in (1, 2)).encode(),
}
