"""Mentions: what counts as one, and what only looks like one."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import SEEDS
from training.article import Article
from training.mentions import Finder
from training.seeds import load
from training.text import read

LABELS = """
[CD]
name = "DR Congo"
names = ["Congo"]
capital = ["Kinshasa"]
[CG]
name = "Republic of the Congo"
names = ["Congo"]
capital = ["Brazzaville"]
[CI]
name = "Ivory Coast"
names = ["Côte d'Ivoire"]
[GE]
name = "Georgia"
demonyms = ["Georgian"]
capital = ["Tbilisi"]
groups = ["lari"]
decoys = ["South Georgia", "Georgia Tech"]
[[GE.guards]]
terms = ["Georgia", "Georgian"]
unless = ["Atlanta", "peach state"]
[[GE.guards]]
terms = ["Georgia"]
person = true
[GN]
name = "Guinea"
decoys = ["guinea pig", "guinea pigs"]
[GW]
name = "Guinea-Bissau"
[JO]
name = "Jordan"
demonyms = ["Jordanian"]
capital = ["Amman"]
people = ["Ayman Safadi"]
places = ["Petra"]
decoys = ["Jordan almonds", "Jordan River", "Vernon Jordan", "Vernon de Jordan"]
[[JO.guards]]
terms = ["Jordan"]
person = true
[[JO.guards]]
terms = ["Petra"]
needs = ["Jordan", "Amman"]
[LB]
name = "Lebanon"
capital = ["Beirut"]
places = ["Tripoli"]
[LC]
name = "Saint Lucia"
names = ["St. Lucia"]
[LY]
name = "Libya"
demonyms = ["Libyan", "Libyans"]
capital = ["Tripoli"]
groups = ["GNA"]
[MX]
name = "Mexico"
[PL]
name = "Poland"
demonyms = ["Polish"]
[[PL.guards]]
terms = ["Polish"]
capitals = false
[RU]
name = "Russia"
places = ["St. Petersburg"]
[[RU.guards]]
terms = ["St. Petersburg"]
unless = ["Florida"]
[SD]
name = "Sudan"
[SS]
name = "South Sudan"
[SY]
name = "Syria"
demonyms = ["Syrian", "Syrians"]
capital = ["Damascus"]
people = ["Bashar al-Assad", "al-Assad", "Assad"]
groups = ["SDF"]
[[SY.guards]]
terms = ["SDF"]
needs = ["Syria", "U.S. coalition"]
[TR]
name = "Turkey"
people = ["Erdoğan"]
[US]
name = "United States"
names = ["US", "USA", "America"]
places = ["New Mexico", "Georgia", "St. Louis"]
people = ["George W. Bush"]
groups = ["Congress"]
regions = ["Idaho", "Texas", "Ind.", "NH", "Pa.", "PA"]
decoys = ["Latin America", "ABOUT US"]
[[US.guards]]
terms = ["Georgia"]
needs = ["Atlanta", "peach state"]
[[US.guards]]
terms = ["Congress"]
needs = ["US"]
[[US.guards]]
terms = ["Congress"]
national = true
[[US.guards]]
terms = ["PA"]
unless = ["Ramallah"]
[YE]
name = "Yemen"
capital = ["Sana'a"]
"""

FAR = "word " * 30
NEAR = "word " * 29
TRAPS: dict[str, list[tuple[str, str]]] = {
    "whole words": [
        ("Syria voted.", "SY Syria"),
        ("Syriana and Assyria are other words.", ""),
        ("Libyans, a Libyan and Libya.", "LY Libyans|LY Libyan|LY Libya"),
        ("“Syria”", "SY Syria"),
        ("(Syria/Libya)", "SY Syria|LY Libya"),
        ("Syria-backed men", "SY Syria"),
        ("#Syria and @Libya", "SY Syria|LY Libya"),
        ("It was Syria", "SY Syria"),
        ("", ""),
    ],
    "case": [
        ("SYRIA VOTES", "SY SYRIA"),
        ("syria voted", ""),
        ("A turkey is a bird", ""),
        ("Turkey is none", "TR Turkey"),
        ("Prices in lari, Lari or LARI", "GE lari|GE Lari|GE LARI"),
        ("GNA and gna and Gna", "LY GNA"),
        ("saint lucia and SAINT LUCIA", "LC SAINT LUCIA"),
        ("Al-Assad, AL-ASSAD, al-Assad", "SY Al-Assad|SY AL-ASSAD|SY al-Assad"),
    ],
    "acronyms": [
        ("They told us so in the US", "US US"),
        ("the U.S. army, the U.S.A., the u.s. and a", "US U.S.|US U.S.A."),
        ("the G.N.A. met", "LY G.N.A."),
        ("the US's and the U.S.’s men", "US US's|US U.S."),
        ("the US‘s and the USʼs men", "US US‘s|US USʼs"),
        ("He left the U.S.", "US U.S."),
        ("USAF and usa", ""),
    ],
    "possessive": [
        ("Syria's and Syria’s army", "SY Syria's|SY Syria’s"),
        ("SYRIA'S ARMY", "SY SYRIA'S"),
        ("the Libyans' boats", "LY Libyans"),
        ("Bashar al-Assad's men", "SY Bashar al-Assad's"),
    ],
    "accents": [
        ("Cote d'Ivoire", "CI Cote d'Ivoire"),
        ("Co\u0302te d’Ivoire", "CI Co\u0302te d’Ivoire"),
        ("CÔTE D'IVOIRE", "CI CÔTE D'IVOIRE"),
        ("Erdogan, ERDOĞAN", "TR Erdogan|TR ERDOĞAN"),
        ("Sanaa, Sana'a and Sana’a", "YE Sanaa|YE Sana'a|YE Sana’a"),
        ("Sana‘a, Sanaʼa", "YE Sana‘a|YE Sanaʼa"),
        ("Sy\u00adria and Li\u200bbya", "SY Sy\u00adria|LY Li\u200bbya"),
    ],
    "hyphens and blanks": [
        ("Guinea Bissau and Guinea-Bissau", "GW Guinea Bissau|GW Guinea-Bissau"),
        ("Guinea\u2011Bissau and Guinea–Bissau", "GW Guinea\u2011Bissau|GW Guinea–Bissau"),
        ("New\u00a0Mexico, New  Mexico", "US New\u00a0Mexico|US New  Mexico"),
        ("He liked the New. Mexico won", "MX Mexico"),
        ("Something New\nMexico won", "MX Mexico"),
        ("South **Sudan** and [Sudan](x)", "SS South **Sudan|SD Sudan"),
    ],
    "the longest term": [
        ("South Sudan and Sudan", "SS South Sudan|SD Sudan"),
        ("in southern Sudan", "SD Sudan"),
        ("New Mexico, not Mexico", "US New Mexico|MX Mexico"),
        ("Bashar al-Assad, then al-Assad, then Assad", "SY Bashar al-Assad|SY al-Assad|SY Assad"),
        ("DR Congo", "CD DR Congo"),
        ("Republic of the Congo", "CG Republic of the Congo"),
    ],
    "decoys": [
        ("A guinea pig in Guinea", "GN Guinea"),
        ("Guinea Pigs", ""),
        ("Georgia Tech lost; Georgia won", "GE Georgia"),
        ("South Georgia has penguins", ""),
        ("Latin America and America", "US America"),
        ("ABOUT US and the US", "US US"),
        ("Jordan almonds from Amman", "JO Amman"),
    ],
    "abbreviations": [
        ("St. Lucia votes, St Lucia waits", "LC St. Lucia|LC St Lucia"),
        ("Riots in St. Louis", "US St. Louis"),
        ("He met George W. Bush", "US George W. Bush"),
        ("Gen. Assad", "SY Assad"),
    ],
    "unless": [
        ("Georgia and Tbilisi", "GE Georgia|GE Tbilisi"),
        ("Georgia, not far from Atlanta", "US Georgia"),
        ("They call it the Peach State. Georgia grows", "US Georgia"),
        (f"Georgia {FAR} Atlanta", "GE Georgia"),
        ("A Georgian in Atlanta", ""),
        (f"A Georgian {FAR} Atlanta", "GE Georgian"),
        (f"A Georgian {NEAR} Atlanta", ""),
        (f"Atlanta {NEAR} Georgian", ""),
        (f"Atlanta {FAR} Georgian", "GE Georgian"),
        ("St. Petersburg", "RU St. Petersburg"),
        ("St. Petersburg, Florida", ""),
        ("A Georgian peach of a state", "GE Georgian"),
    ],
    "needs": [
        ("The SDF won", ""),
        ("The SDF won in Syria", "SY SDF|SY Syria"),
        (f"The SDF won. {FAR * 3} Syria", "SY SDF|SY Syria"),
        ("The SDF and the U.S. coalition", "SY SDF|US U.S."),
        ("The SDF and the Syrian coalition of the US", "SY Syrian|US US"),
        ("Petra sang", ""),
        ("Petra, in Jordan", "JO Petra|JO Jordan"),
        ("Congress met in the US", "US Congress|US US"),
        ("Congress told us", "US Congress"),  # cues are found in any case
    ],
    "persons": [
        ("Talks in Jordan", "JO Jordan"),
        ("Jordan said so", "JO Jordan"),
        ("Michael Jordan scored", ""),
        ("Jordan Peele filmed", ""),
        ("M. Jordan scored and so did K Jordan", ""),
        ("In Michael, Jordan saw a friend", "JO Jordan"),
        ("the work of Michael. Jordan agreed", "JO Jordan"),
        ("Jordan and Syria", "JO Jordan|SY Syria"),
        ("Jordan’s King Hussein", "JO Jordan’s"),
        ("Jordan's Ayman Safadi said", "JO Jordan's|JO Ayman Safadi"),
        ("the Jordan Army", "JO Jordan"),
        ("He left Jordan Monday", "JO Jordan"),
        ("He flew from Jordan Friday", "JO Jordan"),
        ("Michael Jordan scored. Jordan left. Then Jordan wept.", ""),
        ("Vernon Jordan spoke. Jordan left.", ""),
        ("Vernon de Jordan spoke. Jordan left.", "JO Jordan"),
        ("Michael Jordan flew to Amman. Jordan was glad of it.", "JO Amman|JO Jordan"),
        ("Katie Georgia sings", ""),
        ("JORDAN VOTES TODAY", "JO JORDAN"),
    ],
    "capitals": [
        ("A Polish man", "PL Polish"),
        ("NAIL POLISH IS BACK", ""),
        ("POLISH MEN ARE BACK", ""),
        ("The POLISH man", "PL POLISH"),
        ("POLAND VOTES AGAIN", "PL POLAND"),
        ("POLISH", "PL POLISH"),
        ("POLISH MEN", "PL POLISH"),
        ("MEN POLISH. More men", "PL POLISH"),
    ],
    "regions": [
        ("Damascus, Idaho, is small", "US Damascus|US Idaho"),
        ("a road to Damascus, Idaho", "US Damascus|US Idaho"),
        ("in Damascus, Idaho (a town)", "US Damascus|US Idaho"),
        ("Damascus and Idaho", "SY Damascus|US Idaho"),
        ("Damascus Idaho", "SY Damascus|US Idaho"),
        ("Damascus. Idaho won", "SY Damascus|US Idaho"),
        ("He toured Damascus, Idaho and Texas", "SY Damascus|US Idaho|US Texas"),
        ("He toured Beirut, Damascus, Idaho.", "LB Beirut|SY Damascus|US Idaho"),
        ("On Syria, Idaho senators agree", "SY Syria|US Idaho"),
        ("Syrian, Idaho", "SY Syrian|US Idaho"),
        ("Assad, Idaho", "SY Assad|US Idaho"),
        ("DAMASCUS, Ind. - It rained", "US DAMASCUS|US Ind"),
        ("DAMASCUS, IND., May 3 -", "US DAMASCUS|US IND"),
        ("GARY, Ind., May 3 -", "US Ind"),
        ("GARY, Ind", ""),
        ("Gary Ind. won", ""),
        ("gary, Ind. won", ""),
        ("Gary, ind. won", ""),
        ("Gary; Ind. won", ""),
        ("Salem, NH school", "US NH"),
        ("Salem, N.H., school", "US N.H."),
        ("Salem, Nh.", ""),
        ("The NH won", ""),
        ("Erie, PA school and Erie, Pa. school", "US PA|US Pa"),
        ("Erie, Pa school", ""),
        ("Erie, PA men, not Ramallah", ""),
        ("Damascus, PA men, not Ramallah", "SY Damascus"),
        ("Damascus, PA school", "US Damascus|US PA"),
        ("Tripoli, Libya. Beirut, Lebanon.", "LY Tripoli|LY Libya|LB Beirut|LB Lebanon"),
        ("Tripoli, Lebanon. Libya, Libya and Libya.", "LB Tripoli|LB Lebanon|LY Libya|LY Libya|LY Libya"),
        ("Tripoli, Libyan", "LY Tripoli|LY Libyan"),
    ],
    "national": [
        ("the Libyan Congress of the US", "LY Libyan|US US"),
        ("Libya's Congress and the US", "LY Libya's|US US"),
        ("The US and Libya: Congress met", "US US|LY Libya|US Congress"),
        ("The US waits, as does a Libyan. Congress met", "US US|LY Libyan|US Congress"),
        ("Libyan and US Congress", "LY Libyan|US US|US Congress"),
        ("the Libyan Congress of the US. Congress met", "LY Libyan|US US"),
    ],
    "wrapped lines": [
        (f"It rained.\n{'word ' * 12}South\nSudan", "SS South\nSudan"),
        (f"It rained.\n{'word ' * 12}South \n  Sudan", "SS South \n  Sudan"),
        (f"It rained.\n{'word ' * 12}South\n\nSudan", "SD Sudan"),
        (f"It rained.\n{'word ' * 12}South.\nSudan", "SD Sudan"),
        (f"It rained.\n{'word ' * 3}South\nSudan", "SD Sudan"),
        (f"It rained.\n{'word ' * 30}South\nSudan", "SD Sudan"),
        (f"It rained.\n{'word ' * 12}Michael\nJordan", ""),
        (f"{'word ' * 12}South\nSudan votes", "SD Sudan"),  # the first line may be a headline
    ],
    "shared terms": [
        ("Tripoli fell. Libya wept.", "LY Tripoli|LY Libya"),
        ("Tripoli fell. Lebanon wept.", "LB Tripoli|LB Lebanon"),
        ("Beirut and Tripoli fell; Lebanon wept, and a Libyan too", "LB Beirut|LB Tripoli|LB Lebanon|LY Libyan"),
        ("Tripoli fell.", "LB Tripoli"),
        ("Congo votes in Brazzaville", "CG Congo|CG Brazzaville"),
        ("Congo votes in Kinshasa", "CD Congo|CD Kinshasa"),
        ("Georgia votes, says Atlanta, US", "US Georgia|US US"),
        ("Georgia votes, says Atlanta", "US Georgia"),
        ("Georgia votes", "GE Georgia"),
    ],
}
CASES = [(text, mentions) for cases in TRAPS.values() for text, mentions in cases]
IDS = [f"{name}: {text[:40].strip()}" for name, cases in TRAPS.items() for text, _ in cases]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Finder:
    folder = tmp_path_factory.mktemp("seeds")
    (folder / "countries.toml").write_text(LABELS, encoding="utf-8")
    (folder / "given_names.txt").write_text("michael katie", encoding="utf-8")
    return Finder.of(load(folder))


@pytest.fixture(scope="module")
def real() -> Finder:
    return Finder.of(load(SEEDS))


def found(finder: Finder, article: Article) -> str:
    reading = read(article)
    return "|".join(f"{m.label} {reading.surface(m.first, m.end)}" for m in finder.find(reading))


@pytest.mark.parametrize(("text", "mentions"), CASES, ids=IDS)
def test_a_term_is_a_mention_or_a_trap(small: Finder, text: str, mentions: str) -> None:
    assert found(small, Article(text)) == mentions


@pytest.mark.parametrize(
    ("title", "dateline", "text", "mentions"),
    [
        ("Syria", "Libya", "Poland", "SY Syria|LY Libya|PL Poland"),
        ("Something New", "Mexico", "He waits", "MX Mexico"),
        ("The South", None, "Sudan votes", "SD Sudan"),
        ("Atlanta waits", None, "A Georgian came", ""),
        ("Petra", None, "Amman", "JO Petra|JO Amman"),
        ("Jordan Votes Again", None, "He waits", "JO Jordan"),
        ("Michael Jordan Votes Again", None, "He waits", ""),
        ("GUNMEN FREE POLISH MAN", "Warsaw", "A Polish man", "PL Polish"),
        ("Tripoli Falls", None, "Libya wept", "LY Tripoli|LY Libya"),
    ],
)
def test_title_dateline_and_text_are_searched_each_for_itself(
    small: Finder, title: str, dateline: str | None, text: str, mentions: str
) -> None:
    assert found(small, Article(text, title, dateline=dateline)) == mentions


def test_leftovers_name_nothing(small: Finder) -> None:
    prose = "The river rose all night, and by dawn the lower streets of the old town stood a metre under water."
    assert (
        found(small, Article(f"{prose}\nRead more\nSyria votes\nLibya waits\n{prose[4:]} Poland helps.")) == "PL Poland"
    )


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("Libya, Libyan, Tripoli, GNA", ["names", "demonyms", "capital", "groups"]),
        ("Georgia in the peach state", ["places"]),
        ("Syria, Assad and the SDF", ["names", "people", "groups"]),
    ],
)
def test_a_mention_says_which_kind_of_term_it_is(small: Finder, text: str, kinds: list[str]) -> None:
    assert [mention.kind for mention in small.find(read(Article(text)))] == kinds


WORDS = (
    "Syria Libya South Sudan New Mexico Georgia Tech Atlanta Tripoli US us U.S. St. Michael Jordan SDF the \n . , ' **"
)


@given(st.lists(st.sampled_from(WORDS.split(" ")) | st.text(max_size=3), max_size=40).map(" ".join), st.booleans())
@settings(max_examples=50)
def test_mentions_are_in_order_and_apart_in_any_text(small: Finder, text: str, titled: bool) -> None:
    reading = read(Article(text, text if titled else ""))
    mentions, at = [*small.find(reading)], 0
    assert mentions == [*small.find(reading)]
    for mention in mentions:
        assert at <= mention.first < (at := mention.end) <= len(reading)
        first, last = (reading.place(token, token + 1)[0] for token in (mention.first, mention.end - 1))
        assert first == last
        assert mention.label.isupper()


FACTS = [
    ("Damascus was quiet.", "SY"),
    ("Syrian troops left.", "SY"),
    ("Bashar al-Assad spoke.", "SY"),
    ("Benghazi and Misrata voted.", "LY"),
    ("Muammar Gaddafi spoke.", "LY"),
    ("Libya’s coast", "LY"),
    ("French troops in Paris", "FR"),
    ("Paris Hilton sang.", ""),
    ("She fried French fries.", ""),
    ("A guinea pig ran.", ""),
    ("South Sudan voted.", "SS"),
    ("Papua New Guinea voted.", "PG"),
    ("Equatorial Guinea voted.", "GQ"),
    ("New Mexico voted.", "US"),
    ("Northern Ireland voted.", "GB"),
    ("North Korea fired a missile.", "KP"),
    ("South Korea and the South Korean army", "KR"),
    ("Nigeria and Niger", "NE NG"),
    ("Dominica and the Dominican Republic", "DM DO"),
    ("Austria and Australia", "AT AU"),
    ("the Democratic Republic of the Congo", "CD"),
    ("Guinea-Bissau voted.", "GW"),
    ("St. Lucia voted.", "LC"),
    ("St. Kitts and Nevis voted.", "KN"),
    ("St. Vincent and the Grenadines voted.", "VC"),
    ("Riots in St. Petersburg.", "RU"),
    ("We roasted a turkey.", ""),
    ("The fine china broke.", ""),
    ("Turkey and Turkish troops", "TR"),
    ("China and Chinese troops", "CN"),
    ("Georgia and its capital Tbilisi", "GE"),
    ("Georgia voters lined up in Atlanta.", "US"),
    ("the Jordanian army in Amman", "JO"),
    ("Michael Jordan dunked.", ""),
    ("Talks were held in Jordan.", "JO"),
    ("Chad's army left N'Djamena.", "TD"),
    ("Chad Smith drummed.", ""),
    ("Let us go.", ""),
    ("the US and the U.S. Congress", "US"),
    ("GIVE US BREAD", ""),
    ("COTE D'IVOIRE and Côte d’Ivoire", "CI"),
    ("Tripoli fell, and Libya wept.", "LY"),
    ("Tripoli burned, and Lebanon and Beirut wept.", "LB"),
]


@pytest.mark.parametrize(("text", "labels"), FACTS, ids=[text for text, _ in FACTS])
def test_the_seeds_of_the_project_know_obvious_facts(real: Finder, text: str, labels: str) -> None:
    assert " ".join(sorted({mention.label for mention in real.find(read(Article(text)))})) == labels
