"""Articles as a newsroom gets them and the samples have not: made by dice, so that all of a kind are different.

``racing``: a racing page, whose horses bear Syrian names; about no country.
``basin``: what a correspondent in Libya writes who takes it that everybody knows the country: towns, forces and people
that no seed lists, and never Libya.

Articles of even and of odd numbers have words in common, but not a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from random import Random

from training.article import Article

_RACING = {
    "horse": """Damascus; Aleppo Star; Syrian Prince; Latakia Lad; Lady of Aleppo; Homs; Syrian Dancer; Aleppo;
        Pride of Damascus; Syrian Summer; Idlib; Lattakia Lass; Old Damascus""",
    "course": "Fairholme; Thornby; Market Askrigg; Ludford; Penny Cross; Saltmarsh; Long Eaton Park; Wexcombe",
    "race": """Larkspur Handicap; Cathedral Stakes; maiden hurdle; Founders' Cup; novices' chase; selling plate; bumper;
        Autumn Mile; Brewers' Trophy; Ladies' Plate; juvenile hurdle; Silver Bowl""",
    "person": """Joan Pell; Tim Orr; Michael Stubbs; Kate Lennox; Paddy Roe; Sid Marlow; Anne Carrick; Gus Whelan;
        Dora Finch; Peter Hallam; Rory Keane; Jess Tully; Walter Dace; Nell Archer""",
    "ground": "heavy; good to soft; firm; yielding; tacky; good; soft in places",
    "price": "7-2; 11-4; 5-1; 9-2; evens; 100-30; 14-1; 8-1; 20-1; 6-4",
    "margin": "a neck; a short head; two lengths; half a length; six lengths; a nose; a length and a quarter",
    "coat": "bay; chestnut; grey; black; dark brown; roan",
    "kind": "colt; filly; mare; gelding",
    "title": """{horse} holds on at {course}; {horse} pays {price} in the {race}; Stewards let {horse} keep the {race};
        {person2}'s {kind} {horse} made to work; Cards and tips: {horse} the pick at {course};
        {horse} back after a year off; Lame {horse} to miss the {race}; {horse} wins the {race} by {margin}""",
    "first": """{horse}, a {coat} {kind} trained by {person2}, held on by {margin} in the {race} at {course}.
        There was a roar from the rails at {course} when jockey {person} and {horse} took the {race} by {margin}.
        Trainer {person2} has seldom looked happier than when {horse} was led in at {course} after the {race}.
        Punters who had backed {horse}, the {coat} {kind}, at {price} for the {race} threw their hats in the air.
        It took the stewards at {course} twenty minutes to let {horse} and jockey {person} keep the {race}.
        {horse} came out of the stalls a length behind the favourite in the {race}, and won it by {margin}.""",
    "more": """Jockey {person} gave {horse} a breather on the far side and went on two furlongs out.
        The going was {ground}, and the {kind} likes it that way, said the trainer, {person2}.
        {horse} was returned at {price} by the bookmakers, after being offered at {price2} in the morning.
        Blinkers were left off the {kind} for the first time, and the jockey thought that {horse} settled better.
        The {kind} will be rested before the spring, and then go for the {race2} at {course2}.
        Jockey {person}, who had ridden a double at {course2}, was given two days by the stewards for use of the whip.
        Second came the favourite, a {coat2} {kind2} from the stable of {person3}, beaten {margin2}.
        At the last fence {horse} pecked, and the jockey lost an iron and a length.
        "I thought that we were beaten a furlong out," said the jockey. "Then {horse} pricked those ears."
        The owner, {person3}, bought {horse} as a yearling, and the {kind} has now won the {race2} as well.
        The tote paid {price} on the favourite, and {price2} on the runner-up in the {race}.
        Trainer {person2} keeps forty runners in the stable at {course2}, and gallops {horse} before seven.
        A vet found no more than a bruise, and the trainer hopes that {horse} can run in the {race2}.
        {horse} carries top weight in the {race2}, where the handicapper had the {kind2} of {person3} on less.
        The bookmakers cut {horse} for the {race2} to {price2}, and made the {kind2} favourite.
        It rained until the {race2}, and with the going {ground} the runners came up the stands rail.
        The sire of the {kind} won the {race} at {course} eleven years ago, by {margin2}.
        Trainer {person3} saddled three of the nine runners in the {race2}, and none was placed.
        A stable lad who has looked after the {kind} for two seasons led {horse} round the paddock.
        The stewards asked trainer {person2} how the {kind} had won by {margin2}, and took the answer.
        Apprentice jockey {person} claims five pounds and has ridden eleven winners over seven furlongs.
        In the paddock {horse} had sweated up, and the bookmakers went out to {price2}.""",
}
_BASIN = {
    "town": "Wadi Sammar; Qasr Merwan; Ain Tufaha; Bir Zallum; Tamzira; Umm Rukba; Zawyat Nakhla",
    "force": "the Basin Guard; the Tamarisk Brigade; the Coast Shield; the Oasis Battalions; the Dune Column",
    "body": "the Interim Chamber; the Basin Council; the Fields Authority; the Fuel Board; the Dinar Fund",
    "person": """Colonel Mabruk; Sheikh Wanis; Dr Salima; Abdelrazek the engineer; Hajj Bashir; Captain Nuri;
        Judge Hamid; Mayor Faraj; Zaynab the baker; Mustafa the driver""",
    "thing": "fuel; bread; salaries; water; cash; medicine; cement; cooking gas",
    "number": "four; seven; twelve; nineteen; thirty; sixty",
    "title": """{body} meets in {town}; {force} leaves {town}; Night of shelling in {town}; No {thing} in {town};
        {person} freed in {town}; Pumps of {town} stand still, says {body};
        Truce holds between {force} and {force2}; {body} pays {force}""",
    "first": """{force} pulled its trucks out of {town} on Monday, {number} days after {body} had asked it to.
        Shells fell on {town} all night, and by morning {force} held the road to {town2}.
        Men of {force} closed the valves at {town} on Sunday and asked {body} for {number} months of salaries.
        {body} met in {town} for the first time in {number} weeks, guarded by {force}.
        {person} was freed in {town} on Thursday after {number} days in a cellar of {force}.
        There has been no {thing} in {town} since {force} and {force2} fell out, says {body}.""",
    "more": """{person} said in {town} that {body} had promised {thing} and sent a letter.
        Families from {town2} and {town3} sleep in a school of {town}, guarded by {force}.
        The pipeline from {town2} carries a third of what it carried before {force} came.
        "We were told that {force2} would protect {town2}," said {person2}. "From {force}?"
        {body} counts {number} tankers that wait for the fields of {town} and {town3}.
        {body} pays {force} and {force2} out of one account, as {person} likes to say.
        In {town2} a sack of flour costs {number} dinars more since {force2} holds {town3}.
        {body} counted the migrants whom {force} holds in a hangar near {town3}.
        {person2} had brought elders of {town2} and {town3} to a tent of {force2} until an exchange was agreed.
        The road from {town} to {town2} is open for {thing} from dawn to noon, says {force}.
        A drone circled over {town3} for two days before it hit {force2}.
        The clinic of {town2} had {thing} for {number} patients, until {force2} came.
        {force2} says that {town3} was never part of what {body} and {force} signed.
        {person} waited for salaries in {town}, where {body} opened a bank for {number} hours.
        {person} wants the ballot in {town2} before the summer, and {body2} wants it after.
        Sand covers the road from {town3} to {town}, and {body2} pays nobody to move it.
        The crude that is sold past {body} leaves {town3} in barges of {force2}, at night.
        {number} men of {force} were buried in {town2}, and {person2} spoke for {body2}.""",
}
_SENTENCES = ("title", "first", "more")
_SLOT = re.compile(r"\{([a-z]+)(\d?)\}")


def racing(number: int) -> Article:
    """Write an article of the racing page, the same one for the same number."""
    return _written("racing", _RACING, number)


def basin(number: int) -> Article:
    """Write an article of the correspondent, the same one for the same number."""
    return _written("basin", _BASIN, number)


def _written(kind: str, words: Mapping[str, str], number: int) -> Article:
    dice = Random(f"{kind} {number}")
    every = {slot: _parts(of) for slot, of in words.items()}
    own = {slot: of[number % 2 :: 2] if slot in _SENTENCES else of for slot, of in every.items()}
    said = {slot: dice.sample(of, len(of)) for slot, of in own.items()}

    def filled(text: str) -> str:
        return _SLOT.sub(lambda slot: said[slot[1]][int(slot[2] or 1) - 1], text)

    sentences = [said["first"][0], *said["more"][: dice.randint(6, 10)]]
    paragraphs = [" ".join(map(_capital, map(filled, sentences[at : at + 3]))) for at in range(0, len(sentences), 3)]
    day = f"2026-{1 + number % 9:02}-{1 + number % 28:02}"
    return Article("\n\n".join(paragraphs), _capital(filled(said["title"][0])), f"{kind}-{number}", day)


def _parts(text: str) -> list[str]:
    """Split sentences at the ends of lines, all else at semicolons."""
    parts = text.split(";") if ";" in text else text.split("\n")
    return [" ".join(part.split()) for part in parts]


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]
