"""The keyboard shortcuts of the studio, as its dialog lists them; ``shortcuts.js`` is where they work."""

from __future__ import annotations

from labelsvc.web.desk import context as desk

_SHORTCUTS = (
    (("←", "→", "↑", "↓"), "studio.key_move"),
    (("Ctrl + ←", "→", "↑", "↓"), "studio.key_size"),
    ((".", ","), "studio.key_next"),
    (("Ctrl + A", "Esc"), "studio.key_all"),
    (("Enter",), "studio.key_words"),
    (("A",), "studio.add"),
    (("Ctrl + Z",), "studio.undo"),
    (("Ctrl + Shift + Z",), "studio.redo"),
    (("Ctrl + D",), "studio.duplicate"),
    (("Delete",), "studio.remove"),
    (("L",), "studio.lock"),
    (("Alt + A", "H", "D"), "studio.key_align"),
    (("Alt + W", "V", "S"), "studio.key_align_down"),
    (("Alt + Shift + H", "V"), "studio.key_distribute"),
    (("]", "["), "studio.key_order"),
    (("Ctrl + ]", "["), "studio.key_order_one"),
    (("+", "−"), "studio.key_zoom"),
    (("1", "0"), "studio.key_fit"),
    (("G",), "studio.guides"),
    (("E",), "studio.source"),
    (("Alt",), "studio.key_no_snap"),
    (("Ctrl + S",), "studio.save"),
)


def shortcuts() -> list[tuple[tuple[str, ...], str]]:
    """Return keys with what they do."""
    return [(keys, desk.say(code)) for keys, code in _SHORTCUTS]
