"""Bodies that say they are forms and are none, as (Content-Type, body)."""

_PART = b'--x\r\nContent-Disposition: form-data; name="text"\r\n%b\r\n\r\nhi\r\n--x--\r\n'

MALFORMED = (
    ("application/x-www-form-urlencoded; charset=none", b"text=a&form=b"),
    ("application/x-www-form-urlencoded", b"text=\xff\xfe&form=b"),
    ("multipart/form-data", b"text=a&form=b"),
    ("multipart/form-data; boundary=x", _PART % b"Content-Transfer-Encoding: none"),
    ("multipart/form-data; boundary=x", _PART % b"Content-Type: text/plain; charset=none"),
    ("multipart/form-data; boundary=x", b"no part at all"),
)
