"""Pages of the directory of providers: find, add, change, remove, import with a look at what would change, export."""

from datetime import UTC, datetime
from urllib.parse import urlencode

from anyio.to_thread import run_sync
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.db import transaction
from bot.desk.forms import read_form, text
from bot.desk.guards import member_of, needs
from bot.desk.pages import render
from bot.providers import service
from bot.providers.compare import words
from bot.providers.fields import FIELDS, FieldErrors, read_listing, write_listing
from bot.providers.files import CSV, FHIR, FORMATS, Contents, read_file, write_file
from bot.providers.listing import AGE_GROUPS, OFFERS, DirectoryError, Listing
from bot.providers.service import Change
from bot.staff.audit import audit
from bot.staff.members import LEADING, Member

PAGE = 50
HOME = "/desk/providers"
DONE = {
    "saved": "The provider is saved. Patients find the change at once.",
    "removed": "The provider is removed.",
    "imported": "The directory is replaced by the file.",
}


@needs(*LEADING)
async def show_directory(request: Request) -> Response:
    """List the providers that a few words fit, page by page."""
    asked = request.query_params.get("q", "")[:100]
    found = [listing for listing in await run_sync(service.listings) if _fits(listing, words(asked))]
    pages = max(1, -(-len(found) // PAGE))
    page = request.query_params.get("page", "")
    number = min(max(int(page) if page.isdecimal() and len(page) < 6 else 1, 1), pages)
    return render(
        request,
        "providers.html",
        listings=found[(number - 1) * PAGE : number * PAGE],
        total=len(found),
        asked=asked,
        number=number,
        earlier=_page_link(asked, number - 1) if number > 1 else "",
        later=_page_link(asked, number + 1) if number < pages else "",
        done=DONE.get(request.query_params.get("done", ""), ""),
    )


def _fits(listing: Listing, asked: tuple[str, ...]) -> bool:
    said = " ".join(words(" ".join(write_listing(listing).values())))
    return all(word in said for word in asked)


def _page_link(asked: str, number: int) -> str:
    return f"{HOME}?{urlencode({'q': asked, 'page': number})}"


@needs(*LEADING)
async def show_new(request: Request) -> Response:
    """Show the empty form of a new provider."""
    return _form(request, {}, is_new=True)


@needs(*LEADING)
async def add(request: Request) -> Response:
    """Add a provider."""
    texts = _texts(await read_form(request))
    return await _save(request, texts, is_new=True)


@needs(*LEADING)
async def show_one(request: Request) -> Response:
    """Show the form of one provider."""
    listing = await run_sync(service.get, request.query_params.get("reference", ""))
    if listing is None:
        raise HTTPException(404, "This provider is no longer in the directory.")
    return _form(request, write_listing(listing), is_new=False)


@needs(*LEADING)
async def change(request: Request) -> Response:
    """Change a provider; the reference stays."""
    texts = _texts(await read_form(request))
    if await run_sync(service.get, texts["reference"]) is None:
        raise HTTPException(409, "This provider was removed from the directory meanwhile.")
    return await _save(request, texts, is_new=False)


async def _save(request: Request, texts: dict[str, str], is_new: bool) -> Response:
    try:
        listing = read_listing(texts)
    except FieldErrors as error:
        errors = {field: sentence[0].upper() + sentence[1:] for field, sentence in error.sentences.items()}
        return _form(request, texts, is_new, 422, errors)
    if not await run_sync(_store, member_of(request), listing, is_new):
        return _form(request, texts, is_new, 422, {"reference": "Another provider has this reference."})
    return RedirectResponse(f"{HOME}?done=saved", 303)


def _store(member: Member, listing: Listing, is_new: bool) -> bool:
    with transaction():
        if is_new and service.get(listing.reference):
            return False
        service.save(listing)
        audit(member, "provider.added" if is_new else "provider.changed", f"provider:{listing.reference}")
        return True


def _texts(form: FormData) -> dict[str, str]:
    ages = ";".join(value for value in form.getlist("ages") if isinstance(value, str))
    return {field: text(form, field) for field in FIELDS} | {"ages": ages}


def _form(
    request: Request, texts: dict[str, str], is_new: bool, status: int = 200, errors: dict[str, str] | None = None
) -> Response:
    context = {"texts": {field: texts.get(field, "") for field in FIELDS}, "offers": OFFERS, "age_groups": AGE_GROUPS}
    return render(request, "providers_form.html", status, errors=errors or {}, is_new=is_new, **context)


@needs(*LEADING)
async def remove(request: Request) -> Response:
    """Take a provider out of the directory."""
    reference = text(await read_form(request), "reference")
    if not await run_sync(_take_out, member_of(request), reference):
        raise HTTPException(409, "This provider was removed from the directory meanwhile.")
    return RedirectResponse(f"{HOME}?done=removed", 303)


def _take_out(member: Member, reference: str) -> bool:
    with transaction():
        is_removed = service.remove(reference)
        if is_removed:
            audit(member, "provider.removed", f"provider:{reference}")
        return is_removed


@needs(*LEADING)
async def show_import(request: Request) -> Response:
    """Show the form for a file."""
    return render(request, "providers_import.html", count=await run_sync(service.count))


@needs(*LEADING)
async def check_import(request: Request) -> Response:
    """Say what a file would change, or which of its rows are wrong; part of the page of the import."""
    outcome = await _read(request, is_dry=True)
    return render(request, "providers_check.html", outcome=outcome)


@needs(*LEADING)
async def replace_all(request: Request) -> Response:
    """Replace the directory by a file, or change nothing when one row is wrong."""
    outcome = await _read(request, is_dry=False)
    if isinstance(outcome, list):
        count = await run_sync(service.count)
        return render(
            request, "providers_import.html", 422, errors={"file": "The file was not imported."}, outcome=outcome, count=count
        )
    return RedirectResponse(f"{HOME}?done=imported", 303)


async def _read(request: Request, is_dry: bool) -> tuple[Contents, Change] | list[str]:
    """Return what the sent file holds and changes, or the problems with it."""
    file = (await read_form(request)).get("file")
    data = await file.read() if isinstance(file, UploadFile) else b""
    if not data:
        return ["Choose a file that is not empty."]
    try:
        return await run_sync(_load, member_of(request), data, is_dry)
    except DirectoryError as error:
        return str(error).splitlines()


def _load(member: Member, data: bytes, is_dry: bool) -> tuple[Contents, Change]:
    contents = read_file(data)
    with transaction():
        change = service.replace_all(contents.listings, is_dry)
        if not is_dry:
            audit(member, "directory.imported", "directory:providers", describe(change))
    return contents, change


def describe(change: Change) -> str:
    """Return a change in a few words."""
    return f"{change.added} added, {change.changed} changed, {change.removed} removed, {change.unchanged} as they were"


@needs(*LEADING)
async def export(request: Request) -> Response:
    """Send the directory as a file."""
    form = request.query_params.get("format", CSV)
    if form not in FORMATS:
        raise HTTPException(400, "Choose CSV or FHIR.")
    data = await run_sync(_write, member_of(request), form)
    kind = "application/fhir+json" if form == FHIR else "text/csv; charset=utf-8"
    name = f"providers-{datetime.now(UTC):%Y-%m-%d}.{'json' if form == FHIR else 'csv'}"
    return Response(data, media_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _write(member: Member, form: str) -> bytes:
    with transaction():
        audit(member, "directory.exported", "directory:providers", form)
        return write_file(service.listings(), form)


ROUTES = [
    Route("/providers", show_directory),
    Route("/providers/new", show_new),
    Route("/providers/new", add, methods=["POST"]),
    Route("/providers/edit", show_one),
    Route("/providers/edit", change, methods=["POST"]),
    Route("/providers/remove", remove, methods=["POST"]),
    Route("/providers/import", show_import),
    Route("/providers/import", replace_all, methods=["POST"]),
    Route("/providers/import/check", check_import, methods=["POST"]),
    Route("/providers/export", export),
]
