"""What domains take by context in tests of settings."""

from stacks.domains.cats import CatRecognition
from stacks.pipeline.pinned_model import PINNED_MODEL

ACCEPTED = {"cats": CatRecognition.context_options, "fire": (PINNED_MODEL,)}
SECTIONS = {
    "production": {"domains": "cats", "alarmEmail": "someone@example.com", "cats:classes": "Cat,NoCat"},
    "development": {"domains": "fire"},
}
