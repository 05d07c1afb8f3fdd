"""The grounds of withdrawal, a closed list (26/2026/QĐ-TTg, article 8.1); words say what happened."""

from __future__ import annotations

from enum import Enum


class WithdrawalGround(Enum):
    """Why stars are withdrawn; the value names the ground in storage, in the API and in the wording.

    Withdrawals of before this list have none of its grounds: they are OTHER, with their words.
    """

    FALSE_DOSSIER = "false_dossier"
    CRITERIA_NOT_MET = "criteria_not_met"
    BREACH_OF_LAW = "breach_of_law"
    """On quality, food safety, environment, intellectual property or goods labels."""
    MISUSE_OF_MARK = "misuse_of_mark"
    """Wrong or misleading use of the OCOP mark."""
    PRODUCER_STOPPED = "producer_stopped"
    OTHER = "other"
