"""Capacity files read and written: carers, homes, contracts, prices, needs and Ofsted's provider lists."""

from sufficiency.ingest.capacity.reading import CapacityFiles, read_capacity
from sufficiency.ingest.capacity.rules import FINDINGS
from sufficiency.ingest.capacity.template import write_template

__all__ = ["FINDINGS", "CapacityFiles", "read_capacity", "write_template"]
