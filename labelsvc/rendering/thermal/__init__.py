"""Files of thermal printers: one image of black dots a label."""
