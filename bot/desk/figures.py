"""Pages of the figures: one report a period, and each of its tables as a file."""

import csv
import io

from anyio.to_thread import run_sync
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.desk import periods
from bot.desk.figure_tables import Report, Table, referrals
from bot.desk.forms import text
from bot.desk.guards import member_of, needs
from bot.desk.pages import render
from bot.desk.periods import Period, read_period
from bot.figures import plots, suppression
from bot.staff.audit import audit
from bot.staff.members import FIGURES, Member


@needs(*FIGURES)
async def show_figures(request: Request) -> Response:
    """Show the figures of a period."""
    period = read_period(text(request.query_params, "days"))
    facts, tables = await run_sync(_read, period)
    return render(
        request,
        "figures.html",
        facts=facts,
        tables=tables,
        period=period,
        choices=periods.CHOICES,
        plots=plots,
        fewest=suppression.FEWEST,
    )


def _read(period: Period) -> tuple[list[tuple[str, str]], list[Table]]:
    report = Report(period)
    return report.facts(), [*report.tables(), referrals(period.until)]


@needs(*FIGURES)
async def export(request: Request) -> Response:
    """Send one table as a CSV file, with the same counts left out."""
    period = read_period(text(request.query_params, "days"))
    table = await run_sync(_export, member_of(request), text(request.query_params, "table"), period)
    if table is None:
        raise HTTPException(404, "There is no such table.")
    name = f"{table.key}-{period.since}-to-{period.until}.csv"
    return Response(
        write_csv(table),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _export(member: Member, key: str, period: Period) -> Table | None:
    found = next((table for table in _read(period)[1] if table.key == key), None)
    if found is not None:
        audit(member, "figures.exported", f"figures:{found.key}", f"{period.days} days up to {period.until}")
    return found


def write_csv(table: Table) -> str:
    """Return a table as CSV; no cell can begin a formula, for every name in it is one of ours."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(table.columns)
    writer.writerows(table.rows)
    return file.getvalue()


ROUTES = [
    Route("/figures", show_figures),
    Route("/figures/export", export),
]
