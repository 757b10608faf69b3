"""The index of a node: outside of transactions, as a shop runs."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from stoa.catalogue.models import Variant
from stoa.catalogue.products.actions import unpublish_product, update_product
from stoa.catalogue.products.data import ProductChanges
from stoa.catalogue.products.queries import Chosen, listing
from stoa.catalogue.search import following, node, table
from stoa.catalogue.search.state import index_state
from stoa.catalogue.testing import make_market, make_product
from stoa.kernel.actors import SYSTEM
from stoa.kernel.pagecache import polling
from stoa.kernel.pagecache.actions import purge

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _own_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(node, "folder", lambda: tmp_path / "search")
    monkeypatch.setattr(following, "INTERVAL", 0.0)
    table._tables.clear()
    node.reader.forget()
    polling.reset()
    yield
    table._tables.clear()
    node.reader.forget()


@pytest.fixture
def market():
    return make_market()


def titles(market, **asked) -> list[str]:
    polling.poll_now()
    return sorted(card.title for card in listing(market, **asked).items)


def test_the_first_question_makes_the_index(market):
    make_product("Blue mug")
    assert titles(market, text="mug") == ["Blue mug"]
    state = index_state()
    assert ([part[:2] for part in state.parts], state.problem, state.behind, state.has_writer) == (
        [("en", 1)],
        "",
        0,
        False,
    )


def test_changes_are_followed(market):
    mug = make_product("Blue mug", 900)
    assert titles(market, text="mug") == ["Blue mug"]
    before = node.read_state().parts
    make_product("Red mug", 100)
    update_product(mug.pk, ProductChanges(title="Blue cup"), actor=SYSTEM)
    assert (titles(market, text="mug"), titles(market, text="cup")) == (["Red mug"], ["Blue cup"])
    assert titles(market, chosen=Chosen(max_price=500)) == ["Red mug"]
    unpublish_product(mug.pk, actor=SYSTEM)
    assert (titles(market, text="cup"), titles(market)) == ([], ["Red mug"])
    # Followed, not made anew.
    assert {name: part.folder for name, part in node.read_state().parts.items()} == {
        name: part.folder for name, part in before.items()
    }


def test_inside_a_transaction_one_sees_what_it_sees(market):
    make_product("Blue mug")
    assert titles(market, text="mug") == ["Blue mug"]
    with transaction.atomic():
        make_product("Red mug")
        assert sorted(card.title for card in listing(market, text="mug").items) == ["Blue mug", "Red mug"]
        transaction.set_rollback(True)
    assert (titles(market, text="mug"), titles(market)) == (["Blue mug"], ["Blue mug"])


def test_a_stopped_shop_catches_up(market):
    make_product("Blue mug")
    following.prepare()
    folder = node.read_state().parts["en"].folder
    make_product("Red mug")
    assert node.catch_up() == 1
    assert (node.read_state().parts["en"].folder, node.read_state().parts["en"].products) == (folder, 2)
    assert node.catch_up() == 0
    # Too long ago to know what was missed: all anew.
    position = node.folder() / "position.json"
    saved = json.loads(position.read_text())
    position.write_text(json.dumps({**saved, "read_at": time.time() - 7200}))
    assert node.catch_up() == 2
    assert node.read_state().parts["en"].folder != folder


@pytest.mark.parametrize("harm", ["state", "position", "segment", "folder", "format", "mark"])
def test_what_is_damaged_is_made_anew(market, harm):
    make_product("Blue mug")
    following.prepare()
    folder = node.folder() / node.read_state().parts["en"].folder
    match harm:
        case "state":
            (node.folder() / "state.json").write_text("{")
        case "position":
            (node.folder() / "position.json").unlink()
        case "segment":
            for each in folder.iterdir():
                each.write_bytes(b"")
        case "folder":
            folder.rename(folder.with_suffix(".gone"))
        case "format":
            (node.folder() / "state.json").write_text('{"format": 0}')
        case "mark":
            node.mark_damaged()
    node.reader.forget()
    assert titles(market, text="mug") == ["Blue mug"]
    make_product("Red mug")
    assert titles(market, text="mug") == ["Blue mug", "Red mug"]
    assert index_state().problem == ""


def test_while_another_process_makes_it_the_database_answers(market):
    make_product("Blue mug")
    node.folder().mkdir(parents=True)
    code = (
        f"import fcntl, time; file = open({str(node.folder() / 'writer.lock')!r}, 'a'); "
        "fcntl.flock(file, fcntl.LOCK_EX); print('held', flush=True); time.sleep(60)"
    )
    other = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
    assert other.stdout is not None
    try:
        assert other.stdout.readline() == b"held\n"
        assert titles(market, text="mug") == ["Blue mug"]
        assert not (node.folder() / "state.json").exists()
        assert index_state().has_writer
    finally:
        os.kill(other.pid, signal.SIGKILL)
        other.wait(10)
        other.stdout.close()
    # It dies, and the right to write is free again.
    assert titles(market, text="mug") == ["Blue mug"]
    assert (node.folder() / "state.json").exists()


def test_a_writer_killed_in_the_middle_leaves_nothing_wrong(market, monkeypatch):
    """Between the index and what is written down about it, in either order."""
    make_product("Blue mug")
    following.prepare()
    product = make_product("Red mug")

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as context:
        context.setattr(node, "_publish", killed)
        with pytest.raises(KeyboardInterrupt), node.writing():
            node.catch_up()
    node.reader.forget()
    with node.writing():
        node.catch_up()
    assert node.read_state().parts["en"].products == 2
    assert [card.id for card in listing(market, text="red mug").items] == [product.pk]


def test_kill_9_of_a_process_that_writes(market, tmp_path):
    """Killed for real, again and again while it writes; the index is whole and catches up."""
    for number in range(30):
        make_product(f"Mug {number}")
    code = (
        "import os; os.environ['DJANGO_SETTINGS_MODULE']='stoa.config.test_settings'\n"
        "import django; django.setup()\n"
        "from django.conf import settings; settings.DATABASES['default']['NAME'] = os.environ['TEST_DATABASE']\n"
        "from pathlib import Path\n"
        "from stoa.catalogue.search import node\n"
        f"node.folder = lambda: Path({str(node.folder())!r})\n"
        "print('go', flush=True)\n"
        "while True:\n"
        "    with node.writing(wait=True): node.rebuild()\n"
    )
    environment = {**os.environ, "TEST_DATABASE": str(connection.settings_dict["NAME"])}
    for pause in (0.02, 0.09):
        process = subprocess.Popen([sys.executable, "-c", code], env=environment, stdout=subprocess.PIPE)
        assert process.stdout is not None
        assert process.stdout.readline() == b"go\n"
        time.sleep(pause)
        process.kill()
        process.wait(10)
        process.stdout.close()
        node.reader.forget()
        assert len(titles(market, text="mug")) == 24
        assert listing(market, text="mug").total == 30


def test_a_thread_follows_and_lets_go(market, monkeypatch):
    monkeypatch.setattr(following, "INTERVAL", 0.05)
    make_product("Blue mug")
    follower = following.start()
    try:
        until(lambda: index_state().has_writer and not index_state().problem)
        made = node.read_state().parts["en"].products
        make_product("Red mug")
        until(lambda: node.read_state().parts["en"].products == made + 1)
    finally:
        follower.stop()
    assert not follower.is_alive()
    assert not index_state().has_writer


def until(is_so, seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_another_market_with_another_language(market):
    make_product("Kaffeetassen", market=market)
    assert titles(market, text="kaffeetassen") == ["Kaffeetassen"]
    german = make_market("de", language="de-AT", price_list=market.price_list)
    assert titles(german, text="tasse") == ["Kaffeetassen"]
    assert set(node.read_state().parts) == {"en", "de"}
    assert titles(market, text="tasse") == []


def test_the_table_hears_of_everything(market):
    product = make_product("Blue mug")
    assert titles(market) == ["Blue mug"]
    with transaction.atomic():
        Variant.objects.filter(product=product).update(is_active=False)
        purge(f"product:{product.pk}")
    assert titles(market) == []
    Variant.objects.filter(product=product).update(is_active=True)
    polling.reset()
    assert titles(market) == ["Blue mug"]


def test_a_listing_costs_a_few_queries_however_many_goods(market):
    def count(**asked) -> int:
        listing(market, **asked)
        with CaptureQueriesContext(connection) as captured:
            listing(market, size=100, **asked)
        return len([each for each in captured if "kernel_cachepurge" not in each["sql"]])

    for _ in range(3):
        make_product("Mug", variants=2, brand="Kiln")
    few = count(), count(text="mug"), count(chosen=Chosen(("Kiln",), max_price=5000, attributes={"size": ("1",)}))
    for _ in range(12):
        make_product("Mug", variants=2, brand="Loom")
    # Products, variants, prices, pictures.
    assert (
        (count(), count(text="mug"), count(chosen=Chosen(("Kiln",), attributes={"size": ("1",)}))) == few == (4, 4, 4)
    )


def test_the_folder_is_below_the_home(monkeypatch):
    monkeypatch.undo()
    assert node.folder() == Path(settings.STOA_HOME) / "search"
