"""Reads SSDA903 returns as councils really hold them, repairs them by stated rules, and says what was done.

:func:`read_returns` is the door. It takes files and folders in any mix, knows tables by their columns, codes by
collection year, and gives clean episodes and children with every finding.
"""

from sufficiency.ingest.ssda903.reader import read_returns
from sufficiency.ingest.ssda903.records import CareRecords, CleaningOptions
from sufficiency.ingest.ssda903.rules import FINDINGS, FindingRule

__all__ = ["FINDINGS", "CareRecords", "CleaningOptions", "FindingRule", "read_returns"]
