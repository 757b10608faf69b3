"""The texts of the demo shop's guides, comparison and journal."""
# ruff: noqa: E501 - sentences

from __future__ import annotations

INES = "Ines opened the shop after fifteen years of carrying other people's crates. She writes about light, and about why things last."
TOMAS = "Tomás cooked for a living before he bought pans for one. He tests everything at home for a year first."

LAMPS = (
    """<p>Most rooms have one lamp too few and one bulb too bright. Before you look at shades, count what you do in the room:
    reading, eating, looking for your keys. Each of these wants its own light.</p>
    <h2>To work and read by</h2>
    <p>A reading light stands a little behind your shoulder, with the lower edge of its shade at the height of your eyes when
    you sit. Higher, and it dazzles; lower, and the page stays dark.</p>""",
    """<h2>Above the table</h2>
    <p>Hang a pendant so low that it lights the food and not the faces: about 60 cm between the table and its rim. Over a
    round table one is enough; over a long one hang two small ones, a third of the length apart.</p>""",
    """<h2>To sit by</h2>
    <p>The third light does nothing useful, and makes the room. Put it low and in a corner: a lantern on the floor, a lamp on
    the sill, a pair of candles. If you can see the bulb, turn it round.</p>
    <ul><li>One light for each thing you do.</li><li>Warm white (2,700 K) everywhere but at the workbench.</li>
    <li>A dimmer costs less than a second lamp.</li></ul>""",
)  # fmt: skip
LAMPS_NOTE = "<p>About 400 lumens to read by, 800 above a table, 200 in a corner. Watts say what a bulb eats, not what it gives.</p>"
LAMP_QUESTIONS = (
    (
        "Are bulbs included?",
        "<p>No: a good one depends on where the lamp will stand. Every product page names the socket.</p>",
    ),
    ("Can I send a lamp back once it is wired?", "<p>Yes, within 30 days, as long as the cable is whole.</p>"),
)
CARE = (
    """<p>Iron rusts, wood dries and linen creases. None of it is a fault, and all of it can be put right at the kitchen table.</p>
    <h2>Iron</h2><p>Rinse the pan while it is warm, dry it on the flame and wipe it with a drop of oil. No soap for the first
    months, no dishwasher ever. Rust comes off with salt and half a potato; then oil it again.</p>""",
    """<h2>Wood</h2><p>Wash a board on both sides, so that it dries evenly, and stand it up. Once a month rub in as much linseed
    oil as it takes and wipe off the rest after an hour. A knife that slips on a dry board is the reason for most plasters.</p>""",
    """<h2>Linen</h2><p>Wash it at 40 °C with room to move, shake it and hang it up wet. Iron it damp or not at all. It softens with
    every wash, which is more than can be said of most of us.</p>""",
)  # fmt: skip
CARE_QUOTE = {"text": "Nobody ever wore out a pan. They only ever gave up on one.", "source": "Tomás Reuter"}
PICKS = (
    ("To start with", "Iron pan 28 cm",
     "<p>Potatoes, steak, pancakes, and from the stove into the oven. After three months nothing sticks, after three years you will not lend it.</p>",
     ["Works on every hob", "Lasts for ever", "Costs least per meal"], ["Has to be oiled", "1.9 kg in one hand"]),
    ("For Sundays", "Casserole",
     "<p>Stews, bread, a whole chicken. It is heavy, it is dear, and it is on our stove from October to April.</p>",
     ["Keeps its heat for an hour", "From stove to table"], ["Weighs as much as a cat"]),
    ("For every morning", "Enamel kettle",
     "<p>Boils two litres, pours without dripping and can be heard from the garden. The one you will use most often.</p>",
     ["Quick on induction", "Three colours"], ["Knocks chip the enamel"]),
)  # fmt: skip
PICKS_END = "<h2>How we tried them</h2><p>A year at home, twice a week, with a family of four. We bought them at the price that you pay.</p>"
AID_END = "<p>Not sure? Write to us what they like, and a person answers on the same working day.</p>"
GOODS_QUESTIONS = (
    ("Where do your things come from?", "<p>From small workshops in Europe, and two further away whom we have visited. Each product page names the place.</p>"),
    ("Something arrived broken. What now?", "<p>Send us a picture. We replace it or refund it, as you like.</p>"),
    ("Do you repair?", "<p>Lamps and knives, yes: write to us first. For everything else we know somebody.</p>"),
)  # fmt: skip
POSTS = (
    ("a-morning-at-olaria-sul", "A morning at Olaria Sul", "ines", 6, "Breakfast bowl",
     "Two hundred bowls before lunch, each of them thrown by one pair of hands.",
     ("""<p>At six the clay is cold and nobody talks. By seven Amália has forty bowls on the board, all of the same height, though she
      measures none of them. “The hand knows,” she says, and holds it up: thumb and little finger are 15 centimetres apart.</p>
      <h2>The glaze</h2><p>It is mixed on Fridays from sand of the river below. Nobody has written down how much of what, which makes our
      accountant nervous and the bowls a little different every month.</p>""",
      "<p>We took two hundred home. If yours has a thumb print on the foot, it is hers.</p>"),
     "Breakfast bowl", ["Workshops", "Ceramics"]),
    ("why-our-linen-is-not-white", "Why our linen is not white", "ines", 25, "Linen napkins, set of four",
     "Flax is grey, and bleach costs it years. What happens on the way from the field to the cushion.",
     ("""<p>Flax stands in the field for a hundred days and then lies in it for twenty more, until dew has loosened the fibre. It comes out
      the colour of a wet road. To make it white one bleaches it, and every bleaching takes some of what makes linen last.</p>""",
      "<h2>What we do instead</h2><p>We let it be grey, or dye it darker than it was. That is why there is no white in our shop, and why your "
      "napkins will see your grandchildren spill.</p>"),
     "Linen cushion", ["Materials", "Linen"]),
    ("a-year-with-one-pan", "A year with one pan", "tomas", 55, "Iron pan 28 cm",
     "I put six pans in the cellar and cooked with one. A report, with burns.",
     ("""<p>In the first week everything stuck. In the second I understood that I had been impatient for twenty years: iron wants three
      minutes to get hot, and so did my father.</p><h2>By summer</h2><p>Eggs slid. I had stopped washing up and started wiping. My wife
      asked whether we might sell the others.</p>""",
      "<p>There are five pans in the cellar. Come and get them.</p>"),
     "Iron pan 28 cm", ["Kitchen", "Care"]),
)  # fmt: skip
STORY = (
    "<p>Seventeen workshops, most of them with fewer people than chairs. We go there, ask what they would make if nobody hurried them, "
    "and buy that.</p>"
)
PRESENT = "<p>Tell us who it is for and what it may cost. We show what fits, is in stock, and can leave tomorrow.</p>"
EVENING = (
    "Light for the months in which the day is over at four. Lamps, lanterns, candles, and something to wrap up in."
)
