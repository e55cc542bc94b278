from consents.models.consented import Consented, silence_basis
from consents.models.consents import (
    Answer,
    Channel,
    Consent,
    ConsentQuerySet,
    Given,
    Outcome,
    SheetEncoder,
    Signature,
    SignatureQuerySet,
    digest_of,
    runs_an_office,
)

__all__ = [
    "Answer",
    "Channel",
    "Consent",
    "ConsentQuerySet",
    "Consented",
    "Given",
    "Outcome",
    "SheetEncoder",
    "Signature",
    "SignatureQuerySet",
    "digest_of",
    "runs_an_office",
    "silence_basis",
]
