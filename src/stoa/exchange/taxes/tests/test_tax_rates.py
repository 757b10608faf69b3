from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from stoa.catalogue.markets.queries import default_market
from stoa.exchange.errors import MappingError
from stoa.exchange.taxes.actions import import_tax_rates
from stoa.kernel.actors import SYSTEM
from stoa.operations.models import TaxRate
from stoa.operations.tax.actions import set_tax_settings
from stoa.operations.tax.deciding import TaxBuyer, tax_terms
from stoa.operations.tax.reckoning import Levy
from stoa.operations.testing import make_shop

pytestmark = pytest.mark.django_db
NEW_YEAR = date(2026, 1, 1)


@pytest.fixture(autouse=True)
def _shop(settings: pytest.FixtureRequest) -> None:
    make_shop(countries=["DE", "US", "CA"])
    TaxRate.objects.all().delete()


def bring(tmp_path: Path, text: str, **more: object):
    path = tmp_path / "rates.csv"
    path.write_text(text, "utf-8")
    return import_tax_rates(path, actor=SYSTEM, valid_from=NEW_YEAR, **more)


OWN = """country,region,postcode,class,percent,name,level,valid_from,source
DE,,,standard,19,,,2021-01-01,law
DE,,,reduced,"7,0",,,,
CA,Ontario,,standard,13,HST,country,,
US,NY,10001;10002,standard,8.875,,,,
XX1,,,standard,1,,,,
DE,,,luxury,33,,,,
DE,,,standard,many,,,,
US,Bavaria,,standard,4,,,,
DE,,,standard,19,,,31.12.2026,
DE,,,standard,-1,,,,
DE,,2...1,standard,5,,,,
"""


def test_our_columns_come_in_and_what_cannot_be_is_said(tmp_path: Path) -> None:
    told = []
    account = bring(tmp_path, OWN, witness=told.extend)
    assert (account.total, account.counts["imported"], account.counts["rejected"]) == (11, 4, 7)
    assert account.is_complete
    assert [row.row for row in told if row.outcome == "rejected"] == [5, 6, 7, 8, 9, 10, 11]
    assert told[7].reason == "Bavaria is no state or province of US"
    assert told[6].reason == "many is no rate"
    assert told[10].reason.startswith("postcode: ")
    rows = TaxRate.objects.order_by("country", "tax_class_id").values_list(
        "country", "region", "postcode", "tax_class_id", "percent", "label", "level", "valid_from", "source"
    )
    assert list(rows) == [
        ("CA", "ON", "", "standard", Decimal("13.000"), "HST", "country", NEW_YEAR, "rates.csv"),
        ("DE", "", "", "reduced", Decimal("7.000"), "", "country", NEW_YEAR, "rates.csv"),
        ("DE", "", "", "standard", Decimal("19.000"), "", "country", date(2021, 1, 1), "law"),
        ("US", "NY", "10001;10002", "standard", Decimal("8.875"), "", "region", NEW_YEAR, "rates.csv"),
    ]


def test_a_second_time_changes_what_differs_only_and_a_rehearsal_nothing(tmp_path: Path) -> None:
    bring(tmp_path, OWN)
    again = bring(tmp_path, OWN.replace("8.875", "9"), is_dry_run=True)
    assert (again.counts["updated"], again.counts["unchanged"], again.counts["imported"]) == (1, 3, 0)
    assert TaxRate.objects.get(country="US").percent == Decimal("8.875")
    bring(tmp_path, OWN.replace("8.875", "9"))
    assert TaxRate.objects.get(country="US").percent == Decimal("9.000")
    assert TaxRate.objects.count() == 4


AVALARA = """State,ZipCode,TaxRegionName,EstimatedCombinedRate,StateRate,EstimatedCountyRate,EstimatedCityRate,RiskLevel
NY,10001,NEW YORK,0.08875,0.04,0,0.045,1
NY,06390,FISHERS ISLAND,0.08625,0.04,0.04625,0,1
"""


def test_a_table_by_zip_code_taxes_where_the_shop_has_nexus_and_nowhere_else(tmp_path: Path) -> None:
    bring(tmp_path, AVALARA)
    bring(tmp_path, "country,region,class,percent,name\nUS,NY,standard,4,Sales tax\n")
    market = default_market()

    def percent(region: str, code: str) -> list[Levy]:
        terms = tax_terms(market, "US", TaxBuyer(region, code))
        return [levy for levy in terms.levies("standard") if levy.percent]

    assert percent("NY", "10001") == []
    set_tax_settings(market.pk, actor=SYSTEM, registrations=["US-NY"])
    ny = [(Decimal("8.875"), "Sales tax", "US-NY")]
    assert [(one.percent, one.label, one.jurisdiction) for one in percent("New York", "10001-1234")] == ny
    assert [one.percent for one in percent("NY", "6390")] == [Decimal("4.000")]
    assert [one.percent for one in percent("NY", "06390")] == [Decimal("8.625")]
    assert [one.percent for one in percent("NY", "14850")] == [Decimal("4.000")]
    assert percent("NJ", "07001") == []


WOOCOMMERCE = """Country code,State code,Postcode / ZIP,City,Rate %,Tax name,Priority,Compound,Shipping,Tax class
DE,*,*,*,19.0000,VAT,1,0,1,
DE,*,*,*,7.0000,VAT,1,0,1,reduced-rate
CA,BC,*,*,5.0000,GST,1,0,1,
CA,QC,*,*,9.9750,QST,2,1,1,
US,CA,90210,BEVERLY HILLS,9.5000,CA Tax,1,0,1,
US,CA,*,*,7.2500,CA Tax,1,0,1,
"""


def test_rates_of_woocommerce(tmp_path: Path) -> None:
    told = []
    account = bring(tmp_path, WOOCOMMERCE, witness=told.extend)
    assert account.counts["imported"] == 4
    assert [row.reason for row in told if row.reason] == [
        "a tax on top of another tax is not known here",
        "the rate is for one town, which is told by its postal codes here",
    ]
    assert set(TaxRate.objects.values_list("country", "region", "label", "tax_class_id", "level")) == {
        ("DE", "", "", "standard", "country"),
        ("DE", "", "", "reduced", "country"),
        ("CA", "BC", "GST", "standard", "country"),
        ("US", "CA", "Sales tax", "standard", "region"),
    }


def test_another_table_is_refused_whole(tmp_path: Path) -> None:
    with pytest.raises(MappingError):
        bring(tmp_path, "sku,price\nA,1\n")
    assert TaxRate.objects.count() == 0
