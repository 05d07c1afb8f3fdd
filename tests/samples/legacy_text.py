"""Vietnamese as it was written before Unicode, and as it looks when Unicode is read in a wrong encoding."""

from __future__ import annotations

_VIETNAMESE = (
    "à ả ã á ạ ă ằ ẳ ẵ ắ ặ â ầ ẩ ẫ ấ ậ đ è ẻ ẽ é ẹ ê ề ể ễ ế ệ ì ỉ ĩ í ị ò ỏ õ ó ọ ô ồ ổ ỗ ố ộ ơ ờ ở ỡ ớ ợ "
    "ù ủ ũ ú ụ ư ừ ử ữ ứ ự ỳ ỷ ỹ ý ỵ"
)
_VNI = (
    "aø aû aõ aù aï aê aè aú aü aé aë aâ aà aå aã aá aä ñ eø eû eõ eù eï eâ eà eå eã eá eä ì æ ó í ò "
    "oø oû oõ où oï oâ oà oå oã oá oä ô ôø ôû ôõ ôù ôï uø uû uõ uù uï ö öø öû öõ öù öï yø yû yõ yù î"
)
_TCVN3 = (
    "µ ¶ · ¸ ¹ ¨ » ¼ ½ ¾ Æ © Ç È É Ê Ë ® Ì Î Ï Ð Ñ ª Ò Ó Ô Õ Ö × Ø Ü Ý Þ ß á â ã ä « å æ ç è é ¬ ê ë ì í î "
    "ï ñ ò ó ô \xad õ ö ÷ ø ù ú û ü ý þ"
)
TCVN3_CAPITALS = dict(zip("ĂÂÊÔƠƯĐ", "¡¢£¤¥¦§", strict=True))
_VIQR = (
    "a` a? a~ a' a. a( a(` a(? a(~ a(' a(. a^ a^` a^? a^~ a^' a^. dd e` e? e~ e' e. e^ e^` e^? e^~ e^' e^. i` i? i~ i' "
    "i. o` o? o~ o' o. o^ o^` o^? o^~ o^' o^. o+ o+` o+? o+~ o+' o+. u` u? u~ u' u. u+ u+` u+? u+~ u+' u+. y` y? y~ y' "
    "y."
)
VIETNAMESE = _VIETNAMESE.split()
VNI, TCVN3, VIQR = _VNI.split(), _TCVN3.split(" "), _VIQR.split()
MISREADINGS = {"Windows-1252": "cp1252", "Windows-1258": "cp1258", "Latin-1": "latin-1", "Mac Roman": "mac_roman"}


def in_vni(text: str) -> str:
    """The text as a VNI font wants it."""
    return _replaced(text, dict(zip(VIETNAMESE, VNI, strict=True)))


def in_tcvn3(text: str) -> str:
    """The text as a font named .VnTime wants it; capitals with tones are small letters there."""
    table = dict(zip(VIETNAMESE, TCVN3, strict=True))
    return "".join(TCVN3_CAPITALS.get(letter) or table.get(letter.lower(), letter) for letter in text)


def in_viqr(text: str) -> str:
    """The text in ASCII."""
    return _replaced(text, dict(zip(VIETNAMESE, VIQR, strict=True)))


def _replaced(text: str, table: dict[str, str]) -> str:
    letters = []
    for letter in text:
        written = table.get(letter.lower(), letter.lower())
        letters.append(written.upper() if letter.isupper() else written)
    return "".join(letters)


def misread(text: str, codec: str) -> str:
    """UTF-8 opened as something else; bytes without a character stay as control characters, as browsers do it."""
    return "".join(bytes([byte]).decode(codec, "ignore") or chr(byte) for byte in text.encode())
