"""The people of the simulated world. Names and places are common ones, put together by chance; nobody in particular."""

from __future__ import annotations

import random
from dataclasses import dataclass

FIRST = {
    "DE": "Anna Lena Jonas Paul Clara Felix Mia Lukas Greta Emil Johanna Moritz Ida Theo Frieda Anton Ruth Karl Helene Oskar",
    "AT": "Sophie Maximilian Laura Jakob Valentina Tobias Magdalena Florian Katharina Matthias",
    "FR": "Camille Louis Manon Hugo Chloé Jules Inès Gabriel Léa Arthur Élise Rémi",
    "NL": "Sanne Daan Femke Bram Lotte Sem Noor Thijs Fleur Ruben",
    "IT": "Giulia Lorenzo Francesca Matteo Chiara Alessandro Elena Davide",
    "DK": "Freja Mikkel Astrid Rasmus Signe Mads Karla Emil",
    "GB": "Olivia Harry Amelia Jack Isla George Poppy Arthur Florence Alfie",
    "CH": "Nina Reto Simone Urs Livia Beat Aline Marco",
}
LAST = {
    "DE": "Schmidt Weber Wagner Becker Hoffmann Koch Bauer Richter Wolf Neumann Schwarz Zimmermann Krüger Hartmann Lange Vogt",
    "AT": "Gruber Huber Pichler Steiner Moser Mayer Hofer Leitner",
    "FR": "Martin Bernard Dubois Petit Durand Leroy Moreau Fournier Girard",
    "NL": "de Vries|van Dijk|Bakker|Visser|Smit|Meijer|Mulder|Bos",
    "IT": "Rossi Russo Ferrari Esposito Bianchi Romano Colombo Ricci",
    "DK": "Jensen Nielsen Hansen Pedersen Andersen Christensen Larsen",
    "GB": "Smith Jones Taylor Brown Wilson Evans Thomas Roberts Walker",
    "CH": "Müller Meier Keller Weber Huber Schneider Frei Baumann",
}
PLACES = {
    "DE": "10115 Berlin|20095 Hamburg|80331 München|50667 Köln|04109 Leipzig|70173 Stuttgart|01067 Dresden|28195 Bremen",
    "AT": "1010 Wien|8010 Graz|5020 Salzburg|6020 Innsbruck|4020 Linz",
    "FR": "75011 Paris|69001 Lyon|33000 Bordeaux|44000 Nantes|67000 Strasbourg",
    "NL": "1012 AB Amsterdam|3511 CE Utrecht|3011 AD Rotterdam|9712 HM Groningen",
    "IT": "20121 Milano|10121 Torino|40121 Bologna|50123 Firenze",
    "DK": "1050 København|8000 Aarhus|5000 Odense",
    "GB": "SE1 9SG London|BS1 4DJ Bristol|EH1 1YZ Edinburgh|M1 1AE Manchester",
    "CH": "8001 Zürich|3011 Bern|4051 Basel|6003 Luzern",
}
STREETS = {
    "DE": "Lindenstraße|Gartenweg|Am Markt|Schulstraße|Bergstraße|Kastanienallee|Mühlenweg|Hafenstraße",
    "AT": "Hauptstraße|Kirchengasse|Feldgasse|Bachweg",
    "FR": "rue des Lilas|rue du Moulin|avenue Victor Hugo|place du Marché",
    "NL": "Prinsengracht|Kerkstraat|Molenweg|Stationsstraat",
    "IT": "via Garibaldi|via Roma|corso Italia|via dei Mille",
    "DK": "Nørregade|Vestergade|Skovvej|Strandvejen",
    "GB": "Mill Lane|Church Road|Station Road|High Street|Orchard Close",
    "CH": "Seestrasse|Bahnhofstrasse|Dorfstrasse|Rosenweg",
}
# How often an order comes from where.
SHARES = {"DE": 62, "AT": 10, "FR": 8, "NL": 6, "IT": 4, "DK": 3, "GB": 4, "CH": 3}


@dataclass(frozen=True, slots=True)
class Person:
    email: str
    name: str
    line1: str
    postal_code: str
    city: str
    country: str
    phone: str


def meet(chance: random.Random, number: int) -> Person:
    """A person; ``number`` makes the e-mail address theirs alone. Addresses are at example.com (RFC 2606): no mail leaves."""
    country = chance.choices(list(SHARES), list(SHARES.values()))[0]
    first, last = chance.choice(FIRST[country].split()), chance.choice(_words(LAST[country]))
    street, house = chance.choice(STREETS[country].split("|")), chance.randint(1, 120)
    postal_code, city = chance.choice(PLACES[country].split("|")).rsplit(" ", 1)
    return Person(
        email=f"{_ascii(first)}.{_ascii(last)}.{number}@example.com",
        name=f"{first} {last}",
        line1=f"{house} {street}" if country in {"FR", "GB"} else f"{street} {house}",
        postal_code=postal_code,
        city=city,
        country=country,
        phone=f"+4930{chance.randint(1000000, 9999999)}" if chance.random() < 0.3 else "",
    )


def _words(text: str) -> list[str]:
    return text.split("|") if "|" in text else text.split()


def _ascii(name: str) -> str:
    plain = name.lower()
    for letter, written in (("ü", "ue"), ("ö", "oe"), ("ä", "ae"), ("é", "e"), ("è", "e"), ("ß", "ss")):
        plain = plain.replace(letter, written)
    return "".join(c for c in plain if c.isascii() and c.isalpha())
