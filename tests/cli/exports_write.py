#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""exports_write.py [--form unload|list|both] [--tables T,T...] [--without T,T...] [--taken "YYYY-MM-DD HH:MM:SS"] WORLD.json FOLDER

Writes the tables of a world, as tests/tools/world_json prints it, into FOLDER as the platform would export them: a file for
each table, with the rows of its children; all columns of each row, empty ones too. `unload` is the form of a record that is exported with
its date, `list` the one of TABLE_list.do?XML, `both` takes turns. Columns of secrets hold a text that must never be seen
again.
"""
import argparse
import json
import os
import sys
from xml.sax.saxutils import escape, quoteattr

SECRET = "test-secret-not-real"


def value_of(row, name, column):
    if name == "sys_id":
        return row["sys_id"]
    if column.get("secret"):
        return SECRET
    value = row["columns"].get(name, "")
    return "" if value is None else str(value)


def shown_name(names, value):
    return f" display_value={quoteattr(names.get(value, ''))}"


def write_row(out, table, row, columns, names, action):
    out.append(f"<{table}{action}>")
    for name in sorted(columns):
        value = value_of(row, name, columns[name])
        shown = shown_name(names, value) if columns[name].get("reference") and value else ""
        out.append(f"<{name}{shown}/>" if value == "" else f"<{name}{shown}>{escape(value)}</{name}>")
    out.append(f"</{table}>")


def columns_of(content):
    return {"sys_id": {}, **content.get("columns", {})}


def with_children(tables, table):
    """The table and those below it."""
    return [table] + [below for child in sorted(tables) if tables[child].get("parent") == table
                      for below in with_children(tables, child)]


def write_table(path, tables, table, names, form, taken):
    out = ['<?xml version="1.0" encoding="UTF-8"?>']
    is_unload = form == "unload"
    out.append(f"<unload unload_date={quoteattr(taken)}>" if is_unload else "<xml>")
    for named in with_children(tables, table):
        for row in tables[named]["rows"]:
            write_row(out, named, row, columns_of(tables[named]), names,
                      ' action="INSERT_OR_UPDATE"' if is_unload else "")
    out.append("</unload>" if is_unload else "</xml>")
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join(out) + "\n")


def names_of(tables):
    """What the platform would show for a reference: not what it refers by, on purpose."""
    return {row["sys_id"]: row["columns"].get("name") or row["columns"].get("user_name") or "a record"
            for content in tables.values() for row in content["rows"]}


def write(world, folder, form="both", only=None, without=(), taken=None):
    """The names of the tables written."""
    tables = world["tables"]
    names = names_of(tables)
    os.makedirs(folder, exist_ok=True)
    written = [table for table in sorted(tables) if table not in without and (only is None or table in only)]
    date = (taken or world["now"]).replace("T", " ").rstrip("Z")
    for i, table in enumerate(written):
        chosen = ("unload", "list")[i % 2] if form == "both" else form
        write_table(os.path.join(folder, f"{table}.xml"), tables, table, names, chosen, date)
    return written


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--form", choices=("unload", "list", "both"), default="both")
    parser.add_argument("--tables")
    parser.add_argument("--without", default="")
    parser.add_argument("--taken")
    parser.add_argument("world")
    parser.add_argument("folder")
    given = parser.parse_args()
    with open(given.world, encoding="utf-8") as file:
        world = json.load(file)
    only = given.tables.split(",") if given.tables else None
    if not write(world, given.folder, given.form, only, given.without.split(","), given.taken):
        sys.exit("exports_write.py: no such table")


if __name__ == "__main__":
    main()
