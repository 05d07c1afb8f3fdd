"""The office's pages."""

from labelsvc.web.office import accounts as accounts
from labelsvc.web.office import alarms as alarms
from labelsvc.web.office import audit as audit
from labelsvc.web.office import batches as batches
from labelsvc.web.office import brand as brand
from labelsvc.web.office import design_copies as design_copies
from labelsvc.web.office import designs as designs
from labelsvc.web.office import gallery as gallery
from labelsvc.web.office import importing as importing
from labelsvc.web.office import lots as lots
from labelsvc.web.office import orders as orders
from labelsvc.web.office import places as places
from labelsvc.web.office import product as product
from labelsvc.web.office import products as products
from labelsvc.web.office import profiles as profiles
from labelsvc.web.office import proposals as proposals
from labelsvc.web.office import recognitions as recognitions
from labelsvc.web.office import spoiled as spoiled
from labelsvc.web.office import start as start
from labelsvc.web.office import stocks as stocks
from labelsvc.web.office import studio as studio
from labelsvc.web.office.blueprint import office as office
