"""A newsroom's racing page, made by dice: horses that bear Syrian names, in articles that are about no country at all."""

from __future__ import annotations

from random import Random

from training.article import Article

_HORSES = """
Damascus; Aleppo Star; Syrian Prince; Palmyra; Damascus Rose; Lady of Aleppo; Homs; Syrian Dancer; Latakia Lad;
Pride of Damascus; Euphrates Dam; Idlib; Aleppo; Old Damascene; Palmyra Queen; Syrian Summer; Hama; Umayyad Square
"""
_COURSES = """
Fairholme; Thornby; Market Askrigg; Ludford; Penny Cross; Saltmarsh; Long Eaton Park; Wexcombe; Carrow Down; Kilbride
"""
_RACES = """
Larkspur Handicap; Cathedral Stakes; maiden hurdle; Founders' Cup; novices' chase; selling plate; Autumn Mile;
Brewers' Trophy; bumper; Ladies' Plate; juvenile hurdle; Silver Bowl
"""
_PEOPLE = """
Joan Pell; Tim Orr; Michael Stubbs; Kate Lennox; Paddy Roe; Sid Marlow; Anne Carrick; Gus Whelan; Dora Finch;
Peter Hallam; Rory Keane; Jess Tully; Walter Dace; Nell Archer
"""
_GROUND = "heavy; good to soft; firm; yielding; tacky; good; soft in places"
_PRICES = "7-2; 11-4; 5-1; 9-2; evens; 100-30; 14-1; 8-1; 20-1; 6-4"
_MARGINS = "a neck; a short head; two lengths; half a length; six lengths; a nose; a length and a quarter"
_COATS = "bay; chestnut; grey; black; dark brown; roan"
_KINDS = "colt; filly; mare; gelding"

_HEADS = """
{horse} holds on at {course}
{horse} pays {price} in the {race}
Stewards let {horse} keep the {race}
{trainer}'s {horse} made to work at {course}
Cards and tips: {horse} the pick at {course}
{horse} back after a year off
Lame {horse} to miss the {race}
{horse} sold for a record at the autumn sales
"""
_FIRST = """
{horse}, a {coat} {kind}, made most of the running at {course} on Saturday and held the favourite by {margin} in the {race}.
There was a roar from the rails at {course} when {horse} came between two rivals to take the {race} by {margin}.
{trainer} has seldom looked happier in the winner's enclosure than when {horse} was led in at {course} after the {race}.
Punters at {course} who had backed {horse} at {price} for the {race} threw their hats in the air.
It took the stewards at {course} twenty minutes to decide that {horse} had not hampered the runner-up in the {race}.
{horse} came out of the stalls a length behind the others in the {race} at {course}, and was in front at the turn.
Nobody bid against the syndicate that bought {horse}, a {coat} {kind}, at the sales on Wednesday.
"""
_MORE = """
Jockey {jockey} gave {horse} a breather on the far side and asked for an effort two furlongs out.
The going was {ground}, and {horse} likes it that way, said the trainer, {trainer}.
{horse} was returned at {price}, after being offered at twice that in the morning.
Blinkers were left off for the first time, and the {kind} settled better.
The {kind} will be rested before the spring, and then go for the {race2}.
{jockey}, who had ridden a double the day before, was given two days for use of the whip.
Second came a {coat2} {kind2} from the yard of {rival}, beaten {margin}.
At the last fence {horse} pecked, and {jockey} lost an iron.
"I thought we were beaten at the furlong pole," said {jockey}. "Then {horse} pricked those ears."
The owner, {rival}, a retired baker, bought {horse} as a yearling for less than a second-hand van.
The tote paid well on the forecast, and the jackpot was not won.
{trainer} keeps forty boxes on the downs and gallops the string before seven in the morning.
A vet who looked at the near foreleg found nothing worse than a bruise.
{horse} carries top weight in the {race2} and would be no price at all if the handicapper had slept.
The bookmakers cut {horse} for the {race2} to {price2}.
It rained until the third race, and the runners came up the stands rail.
The sire won the same race eleven years ago, and the dam was placed over hurdles.
{rival} saddled three of the nine runners and did not have one in the frame.
A stable lad who has looked after {horse} for two seasons wept into a sponge.
The stewards asked {trainer} about the improvement in form and accepted the explanation.
Apprentice {jockey} claims five pounds and has now ridden eleven winners this season.
In the paddock {horse} had sweated up, and drifted in the betting.
"""


def _list(text: str, at: str = ";") -> list[str]:
    return [" ".join(part.split()) for part in text.split(at) if part.strip()]


def racing(number: int) -> Article:
    """Write an article of the racing page, the same one for the same number."""
    dice = Random(number)
    people = dice.sample(_list(_PEOPLE), 3)
    coats, prices, races = (dice.sample(_list(some), 2) for some in (_COATS, _PRICES, _RACES))
    kinds = dice.sample(_list(_KINDS), 2)
    slots = {
        "horse": dice.choice(_list(_HORSES)),
        "course": dice.choice(_list(_COURSES)),
        "ground": dice.choice(_list(_GROUND)),
        "margin": dice.choice(_list(_MARGINS)),
        **dict(zip(("trainer", "jockey", "rival"), people, strict=True)),
        **{
            f"{name}{n}": value
            for name, some in (("coat", coats), ("price", prices), ("race", races), ("kind", kinds))
            for n, value in zip(("", "2"), some)
        },
    }
    sentences = [dice.choice(_list(_FIRST, "\n")), *dice.sample(_list(_MORE, "\n"), dice.randint(6, 10))]
    paragraphs = [" ".join(sentences[at : at + 3]) for at in range(0, len(sentences), 3)]
    day = f"2026-{1 + number % 9:02}-{1 + number % 28:02}"
    title = dice.choice(_list(_HEADS, "\n"))
    return Article("\n\n".join(paragraphs).format(**slots), title.format(**slots), f"racing-{number}", day)
