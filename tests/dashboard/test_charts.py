"""Charts stay inside their frame, whatever is counted."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.charts import columns, top_of
from moderation.dashboard.tables import Seconds, Share, Table, as_csv


@given(st.lists(st.tuples(st.integers(0, 10**9), st.integers(0, 10**9)), max_size=90))
def test_no_column_leaves_the_chart(values: list[tuple[int, int]]) -> None:
    chart = columns([str(number) for number in range(len(values))], *zip(*values, strict=True) if values else ((), ()))
    for bar in chart.bars:
        assert 0 <= bar.x <= bar.x + bar.width <= chart.plot + 0.1
        assert 0 <= bar.y <= bar.y + bar.height <= chart.base + 0.1
    assert len(chart.labels) <= 9
    assert chart.lines[0].text == 0


def test_the_first_place_is_at_the_right() -> None:
    first, second = columns(["a", "b"], [1, 1]).bars
    assert first.x > second.x


@pytest.mark.parametrize("most", [0, 1, 2, 3, 9, 10, 11, 99, 100, 101, 12_345, 999_999])
def test_a_scale_ends_above_everything_and_can_be_halved(most: int) -> None:
    assert top_of(most) >= most
    assert top_of(most) % 2 == 0
    assert top_of(most) <= max(2, 2 * most)


def test_a_spreadsheet_gets_numbers_as_numbers() -> None:
    table = Table(
        "x",
        "x",
        ["=a", "b", "c", "d"],
        [("-x", 1234, Share(1, 3), Seconds(61.4)), ("y", 0, Share(0, 0), Seconds(None))],
    )
    assert as_csv(table).decode("utf-8-sig").splitlines() == ["'=a,b,c,d", "'-x,1234,0.3333,61", "y,0,,"]
