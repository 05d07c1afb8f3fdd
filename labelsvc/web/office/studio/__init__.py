"""The design studio."""

from labelsvc.web.office.studio import beginning as beginning
from labelsvc.web.office.studio import comparing as comparing
from labelsvc.web.office.studio import look as look
from labelsvc.web.office.studio import page as page
from labelsvc.web.office.studio import saving as saving
