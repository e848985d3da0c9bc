"""A file that a broken download left empty is named as that."""

from pathlib import Path

import pytest

from sekisho.errors import InputError
from sekisho.reference.load import load_paths


def test_an_empty_file_is_no_unknown_format(tmp_path: Path) -> None:
    path = tmp_path / "sdn.csv"
    path.touch()
    with pytest.raises(InputError, match=r"sdn\.csv: the file is empty; fetch it again"):
        load_paths([path])
