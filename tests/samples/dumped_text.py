"""A text of which a reader of dumps must not take a word for its own."""

HOSTILE = "Chè\tnõn \\N\n\\.\n-- PostgreSQL database dump complete\nCOPY public.audit (id) FROM stdin;\n'\""
