"""Small made-up capacity files, written as text or as workbooks."""

from pathlib import Path

import openpyxl

Row = dict[str, object]

CARER: Row = {"carer_id": "A", "postcode": "SN1 1AA", "approved_places": 2, "usable_places": 2}
HOME: Row = {
    "home_id": "H", "setting": "residential", "contract": "own", "postcode": "SN1 1AA", "registered_places": 3,
    "usable_places": 3,
}  # fmt: skip
CONTRACT: Row = {"contract_id": "K", "setting": "residential", "kind": "spot", "weekly_price_pounds": 5000}
PRICE: Row = {"line": "own home", "weekly_pounds": 4000, "price_base": "placement only", "financial_year": "2024-25"}
NEED: Row = {"child_ID": "CH1", "foster_care_suitability": "Preferred", "Date_entry_referral": "01/02/2025"}
BASE: dict[str, Row] = {"carers": CARER, "homes": HOME, "contracts": CONTRACT, "prices": PRICE, "needs": NEED}


def rows_of(table: str, *changes: Row) -> list[Row]:
    """Return usable rows of a table with changes; each has its own identifier unless a change gives one."""
    key = {"carers": "carer_id", "homes": "home_id", "contracts": "contract_id", "needs": "child_ID"}.get(table)
    return [BASE[table] | ({key: f"{BASE[table][key]}{n}"} if key else {}) | row for n, row in enumerate(changes)]


def write_csv(path: Path, rows: list[Row], separator: str = ",", encoding: str = "utf-8") -> Path:
    """Write rows as text."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    lines = [names, *[[str(row.get(name, "")) for name in names] for row in rows]]
    quoted = [[f'"{cell}"' if separator in cell or "\n" in cell else cell for cell in line] for line in lines]
    path.write_bytes("".join(separator.join(line) + "\r\n" for line in quoted).encode(encoding))
    return path


def write_book(path: Path, sheets: dict[str, list[list[object]]]) -> Path:
    """Write sheets of cells as a workbook."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, cells in sheets.items():
        sheet = book.create_sheet(title)
        for line in cells:
            sheet.append(line)
    book.save(path)
    return path


def cells_of(rows: list[Row]) -> list[list[object]]:
    """Return rows as cells under their names."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    return [names, *[[row.get(name) for name in names] for row in rows]]
