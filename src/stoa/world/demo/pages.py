"""What the demo shop says about itself: delivery, returns, legal pages. Believable, and no legal advice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stoa.storefront.content.actions import contact_block, name_site, save_page, text_block

if TYPE_CHECKING:
    from stoa.catalogue.markets.models import Market
    from stoa.kernel.actors import Actor

DELIVERY = """
<p>What you order by noon on a working day leaves our Berlin workshop the same day; everything else, the day after.</p>
<h2>Germany</h2>
<ul><li>Standard: €4.90, free from €75. Two to four working days.</li>
<li>Express: €11.90, the next working day by noon.</li>
<li>Collect from the workshop: free, ready the next working day.</li></ul>
<h2>European Union</h2><p>€9.90, free from €150. Three to six working days, with tracking.</p>
<h2>United Kingdom and Switzerland</h2>
<p>€16.90. Four to eight working days. Import duty and tax are charged on arrival, where they apply.</p>
"""
RETURNS = """
<p>You have 30 days from the day the parcel arrives to send things back, unused and in their packing. Returns within Germany
are free; from other countries we refund up to €8 of the postage.</p>
<p>Write to us with your order number and we send a label. Your money goes back the way it came, within two working days
after the parcel is here.</p>
<p>If something arrives broken, send a picture. We replace it or refund it, as you like, and you need not send it back.</p>
"""
PRIVACY = """
<p>This is a demonstration shop. It keeps what an order needs: your name, addresses and what you bought. It sets one cookie
for the cart and one for your log-in. There is no third-party tracking, no advertising cookie, and nothing to consent to.</p>
<h2>Your rights</h2><p>You may see, correct and delete what we keep about you. Write to us; a person answers.</p>
"""
TERMS = """
<p>The seller is named in the imprint. A contract is made when we confirm your order by e-mail. Prices include value added
tax. Goods remain ours until they are paid for.</p>
<h2>Right of withdrawal</h2><p>You may withdraw from the contract within 14 days without giving a reason. Our own returns
policy gives you 30.</p>
"""
ABOUT = """
<p>A stoa was the covered walk where ancient cities kept their shops: a floor, a row of pillars, a roof. People came to buy
a pot and stayed to talk.</p>
<p>We look for things that are made well and made to stay, visit the people who make them, and sell them at a price that
lets everybody carry on.</p>
"""
QUESTIONS = (
    ("When does my order arrive?",
     "<p>Every product page and the checkout name the days. The mail that confirms your order says it again.</p>"),
    ("Can I change my order?", "<p>Until it is packed, yes: answer the confirmation mail as soon as you can.</p>"),
    ("Do I need an account?", "<p>No. You can order as a guest, and your confirmation mail leads to your order at any time.</p>"),
    ("Which ways can I pay?",
     "<p>By bank transfer, on delivery (in Germany), or by card. This demonstration takes no real money.</p>"),
)  # fmt: skip


POLICIES = {"delivery", "returns", "contact", "privacy", "terms", "imprint"}


def write_pages(market: Market, *, actor: Actor) -> None:
    name_site(market.shop_name)
    pages = (
        ("delivery", "Delivery", "What it costs, and when it arrives.", [text_block(DELIVERY)], "help"),
        ("returns", "Returns", "Thirty days, no questions.", [text_block(RETURNS)], "help"),
        ("contact", "Contact", "We answer on the same working day.", [contact_block()], "help"),
        ("about", "About us", "", [text_block(ABOUT)], "help"),
        ("privacy", "Privacy", "What we keep, and why.", [text_block(PRIVACY)], "legal"),
        ("terms", "Terms", "", [text_block(TERMS)], "legal"),
        ("imprint", "Imprint", "", [contact_block()], "legal"),
    )
    for slug, title, intro, body, section in pages:
        policy = slug if slug in POLICIES else ""
        save_page(slug, title, body, actor=actor, intro=intro, section=section, policy=policy)
