"""VAT ids of buyers: looked at, asked about, and the answer kept."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from stdnum.eu import vat as eu_vat
from stdnum.exceptions import ValidationError

from stoa.kernel import clock
from stoa.kernel.web import ratelimit
from stoa.operations.tax import queries, vies
from stoa.operations.tax.deciding import VatAnswer
from stoa.operations.tax.errors import VatIdError
from stoa.operations.tax.models import VatCheck
from stoa.operations.tax.regimes import EU

if TYPE_CHECKING:
    from stoa.catalogue.markets.models import Market

# So long one answer serves again: a buyer who looks at the page twice is not asked about twice.
GOOD_FOR = timedelta(hours=24)
WRONG_FOR = timedelta(minutes=10)
# The register is left alone for so long after it was silent, so that not every buyer waits for it.
REST = timedelta(seconds=60)
PER_CLIENT, WINDOW = 20, 3600
MAX_LENGTH = 20
# Greece writes its ids as EL.
PREFIXES = EU - {"GR"} | {"EL"}


def answer(typed: str, country: str, market: Market, *, client: str = "") -> VatAnswer | None:
    """What is known of a VAT id that a buyer in ``country`` typed; None where none was, or the shop does not ask.

    Asks the register where tax depends on it, and therefore needs to be outside any transaction.
    Raises VatIdError for what is no id, one of another country, and one that the register does not know.
    """
    if not typed.strip() or not queries.tax_settings(market).asks_vat_id:
        return None
    vat_id = compact(typed)
    if not vat_id or len(vat_id) > MAX_LENGTH:
        raise VatIdError(_("This is not a VAT id."), kind="format")
    if country not in EU:
        return VatAnswer(vat_id)
    prefix = "EL" if country == "GR" else country
    if vat_id[:2] != prefix and vat_id[:2] in PREFIXES:
        raise VatIdError(_("This VAT id is of another country than the address."), kind="country")
    if not vat_id.startswith(prefix):
        vat_id = prefix + vat_id
    if not is_well_formed(vat_id):
        raise VatIdError(_("This is not a VAT id of this country: please look at it again."), kind="format")
    if market.default_country not in EU or market.default_country == country:
        return VatAnswer(vat_id)
    check = _known(vat_id) or _ask(vat_id, market, client)
    if check.answer == VatCheck.Answer.INVALID:
        raise VatIdError(_("The EU's register does not know this VAT id. Correct it, or leave it out."), kind="unknown")
    return VatAnswer(vat_id, check)


def compact(typed: str) -> str:
    """Capitals and digits alone."""
    text = typed.upper()
    return "".join(character for character in text if character.isascii() and character.isalnum())


def is_well_formed(vat_id: str) -> bool:
    """By the check digits of its country."""
    try:
        eu_vat.validate(vat_id)
    except ValidationError:
        return False
    return True


def ask_anew(vat_id: str, market: Market) -> VatCheck:
    """For staff: asked now, whatever was answered before. Needs to be outside any transaction."""
    return _keep(vat_id, _requester(market), vies.ask(vat_id, _requester(market)))


def _known(vat_id: str) -> VatCheck | None:
    latest = (
        VatCheck.objects.filter(vat_id=vat_id)
        .exclude(answer=VatCheck.Answer.UNAVAILABLE)
        .order_by("-checked_at", "-pk")
        .first()
    )
    if latest is None:
        return None
    age = GOOD_FOR if latest.answer == VatCheck.Answer.VALID else WRONG_FOR
    return latest if latest.checked_at > clock.now() - age else None


def _ask(vat_id: str, market: Market, client: str) -> VatCheck:
    silent = VatCheck.objects.filter(answer=VatCheck.Answer.UNAVAILABLE, checked_at__gt=clock.now() - REST)
    if same := silent.filter(vat_id=vat_id).order_by("-pk").first():
        return same
    requester = _requester(market)
    if silent.exists():
        return _keep(vat_id, requester, vies.Verdict(VatCheck.Answer.UNAVAILABLE, raw="not asked: it was silent"))
    if client and not ratelimit.hit("vat_check", client, PER_CLIENT, WINDOW):
        return _keep(vat_id, requester, vies.Verdict(VatCheck.Answer.UNAVAILABLE, raw="not asked: too many questions"))
    return _keep(vat_id, requester, vies.ask(vat_id, requester))


def _requester(market: Market) -> str:
    own = compact(market.vat_id)
    return own if is_well_formed(own) else ""


def _keep(vat_id: str, requester: str, verdict: vies.Verdict) -> VatCheck:
    return VatCheck.objects.create(
        vat_id=vat_id, requester=requester, answer=verdict.answer, consultation=verdict.consultation,
        name=verdict.name, address=verdict.address, raw=verdict.raw, checked_at=clock.now(),
    )  # fmt: skip
