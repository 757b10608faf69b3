"""Findings in the words of those who write pages: what is wrong, and what to do."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

WORDS = {
    "page_fails": (
        _("The page cannot be shown"),
        _("Visitors would see an error. Take out the block that you added last, and tell whoever looks after the shop."),
    ),
    "no_title": (_("The page has no title"), _("Write a title.")),
    "no_heading": (
        _("The page has no main heading"),
        _("Write a title, or let the page begin with a block that has a headline."),
    ),
    "many_headings": (
        _("A second main heading"),
        _("A page has one. Use a smaller heading, or take out the block that brings it."),
    ),
    "no_alt": (
        _("A picture without words"),
        _("Write under 'what it shows' what is to be seen, for those who do not see the picture."),
    ),
    "no_size": (
        _("A picture without its size"),
        _("The page jumps while it loads. Choose the picture from the library, or tell the maker of the block."),
    ),
    "missing_picture": (
        _("The file of a picture is missing"),
        _("Choose another picture, or upload this one again."),
    ),
    "no_name": (
        _("Something to press that says nothing"),
        _("Write words on the button or link: nobody can tell where it leads."),
    ),
    "no_label": (
        _("A field that does not say what belongs in it"),
        _("Give the field a label, or take out the block that brings it."),
    ),
    "wrong_keyboard": (
        _("A field brings the wrong keyboard"),
        _("On a phone people type it with the wrong keys. Tell the maker of the block: type or inputmode is wrong."),
    ),
    "no_autofill": (
        _("A field that browsers cannot fill in"),
        _("People must type what their phone knows. Tell the maker of the block: autocomplete is missing or wrong."),
    ),
    "too_wide": (
        _("Wider than a phone"),
        _("People would have to push the page sideways. Take out the fixed width."),
    ),
    "tiny_text": (_("Text too small to read"), _("Take out the font size: text has the right size by itself.")),
    "small_target": (
        _("Too small to press"),
        _("A finger needs 44 pixels. Take out the fixed height or width."),
    ),
    "too_heavy": (
        _("The page is very heavy"),
        _("It takes half a minute on a slow line. Use fewer or smaller pictures."),
    ),
    "foreign_frame": (
        _("Loads another site at once"),
        _("It slows the page down and tells the other site of every visit. Use the film block: it loads when it is pressed."),
    ),
    "broken_link": (
        _("A link leads nowhere"),
        _("Correct the address, or publish the page that it leads to first."),
    ),
    "no_description": (_("No description for search engines"), _("Write one or two sentences under Search engines.")),
    "heading_jump": (_("A heading leaves out a size"), _("Use the next smaller heading, so that the order can be heard.")),
    "wide_table": (
        _("A table that may be wider than a phone"),
        _("Look at it in the preview at phone width. Fewer columns help, or the block for tables."),
    ),
    "heavy": (_("The page is heavy"), _("It takes ten seconds on a slow line. Use fewer or smaller pictures.")),
}  # fmt: skip
