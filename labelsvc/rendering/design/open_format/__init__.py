"""The open design format: plain SVG that every editor shows as a label, its placeholders marked ``data-ls``."""
