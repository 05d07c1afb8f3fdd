"""Pages of what all designs share: official artwork, colours, fonts."""

from labelsvc.web.office.brand import brand_kit as brand_kit
from labelsvc.web.office.brand import colours as colours
from labelsvc.web.office.brand import fonts as fonts
