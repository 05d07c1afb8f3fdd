"""The design studio."""

from labelsvc.web.office.studio import look as look
