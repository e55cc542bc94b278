"""Topics, what was found out about them, and what units say of them."""

from agenda.models.consultations import Consultation
from agenda.models.topics import FieldStudy, Topic

__all__ = ["Consultation", "FieldStudy", "Topic"]
