#!/usr/bin/env python3
"""Analyses a directory of tickets with Spark.

usage: spark.py [--with wheel|filter] [--master MASTER] TICKETS OUT

TICKETS  a directory of *.ndjson: a ticket a line, {"id": "T-17", "written": "2026-05-21T07:00:00Z", "text": "..."}
OUT      a directory; gets
         reports/*.parquet    id, and the whole report as JSON
         diagnoses/*.parquet  a row for each diagnosis of a ticket
         summary.json         causes, registries and nodes: in how many tickets, since when
         merged.json          one report of all tickets
--with   wheel   mapInPandas: workers need pandas, pyarrow and the package
         filter  rdd.pipe: workers need nothing but the static program; PULLAN names it
"""

import argparse
import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as f

# What the columns below need of a report; docs and schema/report.schema.json tell the rest.
REPORT = """
    id STRING,
    diagnoses ARRAY<STRUCT<
        rule STRING, family STRING, verdict STRING, severity STRING,
        subjects ARRAY<STRUCT<kind STRING, name STRING, image STRING, node STRING>>,
        occurrence STRUCT<count BIGINT, first_seen_seconds_ago BIGINT, last_seen_seconds_ago BIGINT>>>
"""
TICKET = "id STRING, written TIMESTAMP, text STRING"


class Filter:
    """The program, as a process that lines are piped through."""

    program = os.environ.get("PULLAN", "pullan")

    def analyse(self, spark: SparkSession, tickets: str) -> DataFrame:
        lines = spark.sparkContext.textFile(tickets).pipe(f"{self.program} analyze --ndjson --threads 1", checkCode=True)
        reports = lines.map(lambda line: (line,)).toDF("report STRING")
        return reports.select(f.get_json_object("report", "$.id").alias("id"), "report")

    def merge(self, reports: DataFrame) -> str:
        command = f"{self.program} merge --format jsonl"
        parts = reports.rdd.map(lambda row: row.report).pipe(command, checkCode=True).collect()
        return subprocess.run(command.split(), input="\n".join(parts), stdout=subprocess.PIPE, check=True, encoding="utf-8").stdout


class Wheel:
    """The package, in the Python workers."""

    def analyse(self, spark: SparkSession, tickets: str) -> DataFrame:
        def analyse(parts: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
            import pullan

            analyzer = pullan.Analyzer()
            for part in parts:
                reports = [analyzer.analyze(text, name="text").to_json() for text in part["text"]]
                lines = ['{"id":' + json.dumps(id) + "," + report[1:] for id, report in zip(part["id"], reports)]
                yield pd.DataFrame({"id": part["id"], "report": lines})

        return spark.read.schema(TICKET).json(tickets).mapInPandas(analyse, "id STRING, report STRING")

    def merge(self, reports: DataFrame) -> str:
        import pullan

        def merge(parts: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
            def read(id: str, line: str) -> pullan.Report:
                return pullan.Report.from_json(line).rename_sources(lambda name: f"{id}/{name}")

            merged = pullan.merge(read(id, line) for part in parts for id, line in zip(part["id"], part["report"]))
            yield pd.DataFrame({"report": [merged.to_json()]})

        lines = [row.report for row in reports.mapInPandas(merge, "report STRING").collect()]
        return pullan.merge(map(pullan.Report.from_json, lines)).to_json()


def diagnoses(reports: DataFrame, tickets: DataFrame) -> DataFrame:
    """A row for each diagnosis. A report counts in seconds before it was written."""

    def names(of: Any) -> Any:
        return f.array_sort(f.array_distinct(f.filter(of, lambda name: name.isNotNull())))

    def registry(image: Any) -> Any:
        first = f.regexp_extract(image, "^([^/]*[.:][^/]*|localhost)/", 1)
        return f.when(first == "", "docker.io").otherwise(first)

    def at(seconds: Any) -> Any:
        return f.timestamp_seconds(f.unix_timestamp("written") - seconds)

    found = reports.select(f.from_json("report", REPORT).alias("r")).select("r.id", f.explode("r.diagnoses").alias("d"))
    subjects, occurrence = f.col("d.subjects"), f.col("d.occurrence")
    return found.join(tickets.select("id", "written"), "id").select(
        "id",
        "d.rule",
        "d.family",
        "d.verdict",
        "d.severity",
        names(f.transform(f.filter(subjects, lambda subject: subject.kind == "pod"), lambda subject: subject["name"])).alias("pods"),
        names(subjects.image).alias("images"),
        names(f.transform(f.filter(subjects.image, lambda image: image.isNotNull()), registry)).alias("registries"),
        names(subjects.node).alias("nodes"),
        occurrence["count"].alias("count"),
        at(occurrence.first_seen_seconds_ago).alias("first_seen"),
        at(occurrence.last_seen_seconds_ago).alias("last_seen"),
    )


def summary(found: DataFrame) -> dict[str, list[dict[str, Any]]]:
    def table(name: Any) -> list[dict[str, Any]]:
        counts = found.select("id", "first_seen", name.alias("name")).groupBy("name")
        counted = counts.agg(f.countDistinct("id").alias("tickets"), f.min("first_seen").alias("since"))
        since = f.date_format("since", "yyyy-MM-dd'T'HH:mm:ss'Z'").alias("since")
        rows = counted.select("name", "tickets", since).orderBy(f.desc("tickets"), "name").collect()
        return [row.asDict() for row in rows]

    return {"causes": table(f.col("rule")), "registries": table(f.explode("registries")), "nodes": table(f.explode("nodes"))}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--with", dest="how", choices=["wheel", "filter"], default="wheel")
    parser.add_argument("--master", default="local[*]")
    parser.add_argument("tickets", type=Path)
    parser.add_argument("out", type=Path)
    options = parser.parse_args()
    builder = SparkSession.builder.master(options.master).appName("pullan").config("spark.ui.enabled", "false")
    builder = builder.config("spark.sql.session.timeZone", "UTC").config("spark.sql.parquet.outputTimestampType", "TIMESTAMP_MICROS")
    spark = builder.getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")

    files, out = str(options.tickets / "*.ndjson"), options.out
    engine = Filter() if options.how == "filter" else Wheel()
    # Written at once and read again: whatever else is asked analyses nothing anew.
    engine.analyse(spark, files).write.mode("overwrite").parquet(str(out / "reports"))
    reports = spark.read.parquet(str(out / "reports"))
    tickets = spark.read.schema(TICKET).json(files)
    diagnoses(reports, tickets).write.mode("overwrite").parquet(str(out / "diagnoses"))
    counted = summary(spark.read.parquet(str(out / "diagnoses")))
    (out / "summary.json").write_text(json.dumps(counted, indent=1) + "\n")
    (out / "merged.json").write_text(engine.merge(reports).rstrip("\n") + "\n")
    spark.stop()


if __name__ == "__main__":
    main()
