"""The producers' pages."""

from labelsvc.web.producer import designs as designs
from labelsvc.web.producer import labels as labels
from labelsvc.web.producer import lots as lots
from labelsvc.web.producer import orders as orders
from labelsvc.web.producer import products as products
from labelsvc.web.producer import profile as profile
from labelsvc.web.producer.blueprint import producer as producer
