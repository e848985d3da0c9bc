"""A file that is no list is told why: empty after a broken download, or what a list of one's own lacks."""

from pathlib import Path

import pytest

from sekisho.errors import InputError
from sekisho.reference.load import load_paths


def test_an_empty_file_is_no_unknown_format(tmp_path: Path) -> None:
    path = tmp_path / "sdn.csv"
    path.touch()
    with pytest.raises(InputError, match=r"sdn\.csv: the file is empty; fetch it again"):
        load_paths([path])


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("own.csv", "name,country\nZorkov,RU\n", "cannot have the columns country, only addresses, aliases"),
        (
            "own.csv",
            "name;countries\nZorkov;RU\n",
            "names its columns in the first line, separated by commas, `name` and",
        ),
        ("own.csv", "Ivan Petrov,name\nx,y\n", "cannot have the columns others, only"),
        ("own.jsonl", '{"schema": "Person", "name": "Zorkov"}\n', "one JSON object a line, with `names`"),
    ],
)
def test_a_list_of_ones_own_that_is_not_recognised_is_told_what_it_lacks(
    tmp_path: Path, name: str, content: str, said: str
) -> None:
    file = tmp_path / name
    file.write_text(content)
    with pytest.raises(InputError) as caught:
        load_paths([file])
    assert said in str(caught.value)
    assert "Petrov" not in str(caught.value)
