"""Reading model output and target data of hubs."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hub_folders import MODEL, ROUND
from submissions import csv_of, parquet_of, valid_rows, valid_text

from neuralbrain.errors import HubError
from neuralbrain.hub.model_output import SCHEMA, read_model_output
from neuralbrain.hub.quantile_table import observed_by, quantile_table
from neuralbrain.hub.truth import read_truth

HEAD = "reference_date,target,horizon,target_end_date,location,output_type,output_type_id,value"
ROW = "2025-11-22,wk inc flu hosp,0,2025-11-22,06,quantile,0.10,41"


def written(folder: Path, *lines: str, name: str = f"2025-11-22-{MODEL}.csv") -> Path:
    """Write a CSV file."""
    path = folder / name
    path.write_text("\n".join([*lines, ""]), encoding="utf-8")
    return path


def test_csv_and_parquet_are_the_same(tmp_path: Path) -> None:
    """A file is read into the same table whether it is CSV or Parquet, with the documented types."""
    stem = f"{ROUND['flusight']}-{MODEL}"
    (tmp_path / f"{stem}.csv").write_bytes(csv_of(valid_text("flusight")))
    (tmp_path / f"{stem}.parquet").write_bytes(parquet_of(valid_rows("flusight")))
    one, other = (read_model_output(tmp_path / f"{stem}{ending}") for ending in (".csv", ".parquet"))
    assert one.equals(other)
    assert dict(one.schema) == dict(SCHEMA)
    assert one["model_id"].unique().to_list() == [MODEL]
    assert len(read_model_output(tmp_path)) == 2 * len(one)


def test_what_hubs_write_differently_is_read_the_same(tmp_path: Path) -> None:
    """An origin_date is a round's date, 0.10 is 0.1, columns may stand in any order, a median has no identifier."""
    path = written(
        tmp_path,
        '"value","origin_date","target","target_end_date","horizon","location","output_type","output_type_id"',
        '"1.5","2025-11-19","ILI incidence","2025-11-16","1","AT","quantile","0.100"',
        '"2","2025-11-19","ILI incidence","2025-11-16","1","AT","median","NA"',
        name="mine.csv",
    )
    rows = read_model_output(path).to_dicts()
    assert rows[0] == {
        "model_id": "mine",
        "reference_date": date(2025, 11, 19),
        "target": "ILI incidence",
        "horizon": 1,
        "target_end_date": date(2025, 11, 16),
        "location": "AT",
        "output_type": "quantile",
        "output_type_id": "0.1",
        "value": 1.5,
    }
    assert rows[1]["output_type_id"] is None


BROKEN = {
    "a cell too few": ((HEAD, ROW, ROW.rpartition(",")[0]), "line 3: it has 7 cells, and there are 8 columns"),
    "a word behind an empty line": ((HEAD, ROW, "", ROW.replace(",41", ",many")), "line 4: value is 'many'"),
    "no rows": ((HEAD, ""), "x.csv has the names of its columns and no rows"),
    "a word as value": ((HEAD, ROW, ROW.replace(",41", ",many")), "line 3: value is 'many'"),
    "an American date": (
        (HEAD, ROW.replace("2025-11-22,wk", "11/22/2025,wk")),
        "line 2: reference_date is '11/22/2025'",
    ),
    "a horizon in words": ((HEAD, ROW.replace(",0,", ",now,")), "line 2: horizon is 'now'"),
    "no column value": ((HEAD.replace("value", "values"), ROW), "has no column value"),
    "no date of the round": ((HEAD.replace("reference_date", "date"), ROW), "has no column reference_date"),
    "a column too many": ((f"{HEAD},age_group", f"{ROW},0-4"), "has a column age_group"),
    "a column twice": ((f"{HEAD},value", f"{ROW},41"), "line 1: the column 'value' is there twice"),
    "a quote that does not end": ((HEAD, f'{ROW[:-2]}"41'), "line 2"),
    "nothing": ((), "is empty"),
}  # fmt: skip


@pytest.mark.parametrize("broken", BROKEN)
def test_what_cannot_be_read_is_said_with_file_and_line(broken: str, tmp_path: Path) -> None:
    """A file that cannot be read is refused; the words name the file and the line."""
    lines, said = BROKEN[broken]
    path = tmp_path / "x.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(HubError) as refused:
        read_model_output(path)
    assert said in refused.value.happened
    assert "x.csv" in refused.value.happened


def test_bytes_that_are_no_table_are_refused(tmp_path: Path) -> None:
    """A cut-off Parquet file, text in another encoding and a folder without files are refused."""
    cut = tmp_path / "cut.parquet"
    cut.write_bytes(parquet_of(valid_rows("covid"))[:-500])
    with pytest.raises(HubError, match=r"cut\.parquet is no Parquet file"):
        read_model_output(cut)
    latin = tmp_path / "latin.csv"
    latin.write_bytes(f"{HEAD}\n{ROW}\n{ROW}\n".replace("06", "Zürich").encode("latin-1"))
    with pytest.raises(HubError, match="line 2: it is no text in UTF-8"):
        read_model_output(latin)
    (tmp_path / "empty").mkdir()
    with pytest.raises(HubError, match="no CSV or Parquet file"):
        read_model_output(tmp_path / "empty")


def test_quantiles_stand_beside_each_other(tmp_path: Path) -> None:
    """A forecast by all levels is one row of 23 in order; one that lacks a level or a value is left out and counted."""
    text = valid_text("covid").filter(pl.col("target") == "wk inc covid hosp").sample(fraction=1, shuffle=True, seed=1)
    us = (pl.col("location") == "US") & (pl.col("horizon") == "0")
    spoilt = text.filter(~(us & (pl.col("output_type_id") == "0.5")))
    path = tmp_path / f"2025-11-22-{MODEL}.csv"
    path.write_bytes(csv_of(spoilt))
    table = quantile_table(read_model_output(path))
    assert (len(table.tasks), table.left_out, table.quantiles.shape) == (53 * 4 - 1, 1, (53 * 4 - 1, 23))
    assert (np.diff(table.quantiles, axis=1) >= 0).all()
    first = table.tasks.row(0, named=True)
    expected = text.filter(
        (pl.col("location") == first["location"]) & (pl.col("horizon") == str(first["horizon"]))
    )["value"].cast(pl.Float64).sort()  # fmt: skip
    assert table.quantiles[0].tolist() == expected.to_list()


def test_a_truth_with_releases_is_the_newest(tmp_path: Path) -> None:
    """Of a time series with releases the newest value of each week counts, and each target has its own."""
    path = written(
        tmp_path,
        "target_end_date,observation,location,as_of,target",
        "2025-11-22,10,06,2025-11-26,a",
        "2025-11-22,12,06,2025-12-03,a",
        "2025-11-22,0.5,06,2025-11-26,b",
        "2025-11-29,NA,06,2025-12-03,a",
        name="time-series.csv",
    )
    assert read_truth(path).rows() == [
        ("a", "06", date(2025, 11, 22), 12.0),
        ("b", "06", date(2025, 11, 22), 0.5),
    ]  # fmt: skip


def test_an_oracle_and_a_plain_table_are_truths(tmp_path: Path) -> None:
    """Of an oracle's output the values count, each once, not its classes; a table of three columns is enough."""
    oracle = written(
        tmp_path,
        "target_end_date,target,location,output_type,output_type_id,oracle_value",
        "2025-11-22,a,06,quantile,NA,10",
        "2025-11-22,a,06,mean,NA,10",
        "2025-11-22,a,06,pmf,increase,1",
        name="oracle-output.csv",
    )
    assert read_truth(oracle).rows() == [("a", "06", date(2025, 11, 22), 10.0)]
    plain = tmp_path / "truth.parquet"
    pl.DataFrame({"location": ["06"], "target_end_date": [date(2025, 11, 22)], "value": [3]}).write_parquet(plain)
    assert read_truth(plain).rows() == [(None, "06", date(2025, 11, 22), 3.0)]
    tasks = pl.DataFrame({"target": ["a"], "location": ["06"], "target_end_date": [date(2025, 11, 22)]})
    assert observed_by(tasks, read_truth(plain)).tolist() == [3.0]
    assert observed_by(tasks, read_truth(oracle)).tolist() == [10.0]
    assert np.isnan(observed_by(tasks.with_columns(target=pl.lit("b")), read_truth(oracle))).all()


def test_a_truth_that_contradicts_itself_is_refused(tmp_path: Path) -> None:
    """Two values of the same place and week, and a file without a value, are refused."""
    path = written(tmp_path, "location,target_end_date,value", "06,2025-11-22,1", "06,2025-11-22,2", name="t.csv")
    with pytest.raises(HubError, match="two values of 06 on 2025-11-22"):
        read_truth(path)
    with pytest.raises(HubError, match="has no column oracle_value or observation or value"):
        read_truth(written(tmp_path, "location,target_end_date", "06,2025-11-22", name="t.csv"))
    with pytest.raises(HubError, match="holds no value"):
        read_truth(written(tmp_path, "location,target_end_date,value", "06,2025-11-22,", name="t.csv"))


def test_empty_lines_are_no_rows(tmp_path: Path) -> None:
    """Lines in which nothing stands, in the middle and at the end, are left out as R's readers leave them out."""
    whole = read_model_output(written(tmp_path, HEAD, ROW, ROW.replace("06", "36")))
    path = written(tmp_path, "", HEAD, ROW, "", "", ROW.replace("06", "36"), "", "")
    assert read_model_output(path).equals(whole)
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert read_model_output(path).equals(whole)
