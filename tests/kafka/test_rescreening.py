"""What has passed before a list changes, told whole: see ``tests.kafka.story``."""

from __future__ import annotations

import pytest

from tests.kafka import story
from tests.support.stage import Stage

pytestmark = [
    pytest.mark.timeout(240),
    # kafka-python leaves a socket open when it looks for its first broker
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


@pytest.mark.kafka
def test_the_story_of_january_2023_with_a_worker_killed_in_the_middle(kafka_stage: Stage) -> None:
    lines: list[str] = []
    story.tell(kafka_stage, lines.append, kill=True)
    assert any("killed" in line for line in lines)
