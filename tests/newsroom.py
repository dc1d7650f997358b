"""Articles as a newsroom gets them and the samples have not: made by dice, so that all of a kind are different.

``racing``: a racing page, whose horses bear Syrian names; about no country.
``basin``: what a correspondent in Libya writes who takes it that everybody knows the country: it names towns, forces and
people that no seed lists, and never Libya.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from random import Random

from training.article import Article

_RACING = {
    "horse": """Damascus; Aleppo Star; Syrian Prince; Palmyra; Lady of Aleppo; Homs; Syrian Dancer; Latakia Lad; Aleppo;
        Pride of Damascus; Old Damascene; Palmyra Queen; Syrian Summer; Hama; Umayyad Square; Idlib""",
    "course": "Fairholme; Thornby; Market Askrigg; Ludford; Penny Cross; Saltmarsh; Long Eaton Park; Wexcombe; Kilbride",
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
        {person}'s {horse} made to work at {course}; Cards and tips: {horse} the pick at {course};
        {horse} back after a year off; Lame {horse} to miss the {race}; {horse} sold for a record at the sales""",
    "first": """{horse}, a {coat} {kind}, made all at {course} on Saturday and held the favourite by {margin} in the {race}.
        There was a roar from the rails at {course} when {horse} came between two to take the {race} by {margin}.
        {person} has seldom looked happier in the winner's enclosure than when {horse} was led in after the {race}.
        Punters at {course} who had backed {horse} at {price} for the {race} threw their hats in the air.
        It took the stewards twenty minutes to decide that {horse} had not hampered the runner-up in the {race}.
        {horse} came out of the stalls a length behind the others at {course}, and was in front at the turn.
        Nobody bid against the syndicate that bought {horse}, a {coat} {kind}, at the sales on Wednesday.""",
    "more": """Jockey {person} gave {horse} a breather on the far side and asked for an effort two furlongs out.
        The going was {ground}, and {horse} likes it that way, said the trainer, {person2}.
        {horse} was returned at {price}, after being offered at twice that in the morning.
        Blinkers were left off for the first time, and the {kind} settled better.
        The {kind} will be rested before the spring, and then go for the {race2}.
        {person}, who had ridden a double the day before, was given two days for use of the whip.
        Second came a {coat2} {kind2} from the yard of {person3}, beaten {margin}.
        At the last fence {horse} pecked, and {person} lost an iron.
        "I thought we were beaten at the furlong pole," said {person}. "Then {horse} pricked those ears."
        The owner, {person3}, a retired baker, bought {horse} as a yearling for less than a second-hand van.
        The tote paid well on the forecast, and the jackpot was not won.
        {person2} keeps forty boxes on the downs and gallops the string before seven in the morning.
        A vet who looked at the near foreleg found nothing worse than a bruise.
        {horse} carries top weight in the {race2} and would be no price at all if the handicapper had slept.
        The bookmakers cut {horse} for the {race2} to {price2}.
        It rained until the third race, and the runners came up the stands rail.
        The sire won the same race eleven years ago, and the dam was placed over hurdles.
        {person3} saddled three of the nine runners and did not have one in the frame.
        A stable lad who has looked after {horse} for two seasons wept into a sponge.
        The stewards asked {person2} about the improvement in form and accepted the explanation.
        Apprentice {person} claims five pounds and has now ridden eleven winners this season.
        In the paddock {horse} had sweated up, and drifted in the betting.""",
}
_BASIN = {
    "town": "Wadi Sammar; Qasr Merwan; Ain Tufaha; Bir Zallum; Tamzira; Umm Rukba; Hagar Bidha; Zawyat Nakhla; Sidi Rmel",
    "force": """the Basin Guard; the Tamarisk Brigade; the Coast Shield; the Oasis Battalions; the Salt Road Patrol;
        the Dune Column""",
    "body": """the Interim Chamber; the Basin Council; the High Tribes' Assembly; the Fields Authority; the Fuel Board;
        the Dinar Fund""",
    "person": """Colonel Mabruk; Sheikh Wanis; Dr Salima; Abdelrazek the engineer; Hajj Bashir; Captain Nuri; Judge Hamid;
        Mayor Faraj; Zaynab the baker; Mustafa the driver""",
    "thing": "fuel; bread; salaries; water; cash; medicine; cement; cooking gas",
    "number": "four; seven; twelve; nineteen; thirty; sixty",
    "title": """{body} meets in {town}; {force} leaves {town}; Night of shelling in {town}; No {thing} in {town};
        {person} freed in {town}; Pumps stand still at {town}; Truce holds between {force} and {force2}""",
    "first": """{force} pulled its trucks out of {town} on Monday, {number} days after {body} had asked it to.
        Shells fell on {town} all night, and by morning {force} held the crossroads.
        Men of {force} closed the valves at {town} on Sunday and asked {body} for {number} months of salaries.
        {body} met in {town} for the first time in {number} weeks, and could not agree on who pays for {thing}.
        {person} was freed in {town} on Thursday after {number} days in a cellar of {force}.
        There has been no {thing} in {town} since {force} and {force2} fell out over the airstrip.""",
    "more": """{person} said that {body} had promised {thing} and sent a letter.
        Families from {town2} sleep in the school, {number} to a room.
        The pipeline to the terminal carries a third of what it carried before {force} came.
        "We were told that {force2} would protect us," said {person2}. "From whom, nobody told us."
        Tankers wait beyond the breakwater, and their captains play cards.
        {body} pays both sides out of the same account, as {person} likes to say.
        In the market a sack of flour costs {number} dinars more than in the spring.
        Migrants held in a hangar near {town2} were counted by the Red Crescent, and there were {number} fewer.
        {person2} had brought the elders of {town2} to a tent, where tea was drunk until an exchange was agreed.
        The crossing to {town2} is open from dawn to noon for those who carry {thing}.
        A drone had circled for two days before the hangar burned.
        The clinic has one generator and {number} dialysis patients.
        {force2} says that the airstrip was never part of what was signed.
        Lines at the bank began before the dawn prayer, and ended when the cash did.
        {person} wants the ballot before the summer, and {body} wants it after.
        Sand has covered the road to {town2}, and nobody is paid to move it.
        The crude that is sold past {body} leaves from a beach, in barges, at night.
        {number} fighters were buried in {town2}, some of them schoolboys.""",
}
_SLOT = re.compile(r"\{([a-z]+)(\d?)\}")


def racing(number: int) -> Article:
    """Write an article of the racing page, the same one for the same number."""
    return _written("racing", _RACING, number)


def basin(number: int) -> Article:
    """Write an article of the correspondent, the same one for the same number."""
    return _written("basin", _BASIN, number)


def _written(kind: str, words: Mapping[str, str], number: int) -> Article:
    dice = Random(f"{kind} {number}")
    said = {slot: dice.sample(of, len(of)) for slot, of in ((slot, _parts(of)) for slot, of in words.items())}

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
