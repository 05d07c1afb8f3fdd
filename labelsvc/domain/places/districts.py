"""The districts that Hanoi had until mid-2025. Records keep theirs; labels of today do not name it."""

from __future__ import annotations

from labelsvc.domain.places.spelling import district_key

HANOI_DISTRICTS = (
    "Ba Đình", "Bắc Từ Liêm", "Cầu Giấy", "Đống Đa", "Hà Đông", "Hai Bà Trưng", "Hoàn Kiếm", "Hoàng Mai", "Long Biên",
    "Nam Từ Liêm", "Tây Hồ", "Thanh Xuân", "Sơn Tây", "Ba Vì", "Chương Mỹ", "Đan Phượng", "Đông Anh", "Gia Lâm",
    "Hoài Đức", "Mê Linh", "Mỹ Đức", "Phú Xuyên", "Phúc Thọ", "Quốc Oai", "Sóc Sơn", "Thạch Thất", "Thanh Oai",
    "Thanh Trì", "Thường Tín", "Ứng Hòa",
)  # fmt: skip
"""The town of Sơn Tây among them; records of those years are kept by district."""
_KEYS = frozenset(map(district_key, HANOI_DISTRICTS))


def is_former_district(text: str) -> bool:
    """Return whether a text is a former district of Hanoi, with its kind or without."""
    return bool(text) and district_key(text) in _KEYS
