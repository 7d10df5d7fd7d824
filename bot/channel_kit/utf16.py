"""Text as Telegram and Zalo count it: in UTF-16 units, of which most emoji take two."""


def utf16_length(text: str) -> int:
    """UTF-16 units of *text*; a lone surrogate counts as one."""
    return len(text.encode("utf-16-le", errors="surrogatepass")) // 2
