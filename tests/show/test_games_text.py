"""Sentences on reasons, games, durability, coalitions and proposed deals: what they say, and that it is so."""

from __future__ import annotations

import copy
import io
from typing import Any

import pytest
from rich.console import Console
from rivals import Data
from strategies import built

import sim
from sim.show.games import equilibrium_sentences
from sim.show.judgement import print_judgement
from sim.show.lasting import durability_sentences
from sim.show.names import SECTIONS
from sim.show.study import print_study
from sim.show.who import coalition_sentences
from sim.show.why import change_text, why_sentences
from sim.studies.study import Study, judged


def dispute(**parts: Any) -> Data:
    """A border strip between the Hills and the Vales; war is one costly lottery."""
    parties: Data = {}
    for name, label, best in (("hills", "Hills", 1), ("vales", "Vale", 0)):
        values = {"strip": {"importance": 1, "best": best, "worst": 1 - best}}
        parties[name] = {"label": label, "values": values, "no_deal": {"war": {"cost": 0.1}}}
    ends = {
        "hills win": {"odds": 1, "levels": {"strip": 1}},
        "vales win": {"odds": 1, "levels": {"strip": 0}},
    }
    issues = {"strip": {"label": "Strip", "unit": "percent", "range": [0, 1], "step": 0.1}}
    data = {"format": 1, "name": "Dispute", "issues": issues, "parties": parties, "war": {"outcomes": ends}}
    return data | parts


def changed(data: Data, **paths: Any) -> Data:
    result = copy.deepcopy(data)
    for path, value in paths.items():
        *way, last = path.split("__")
        here = result
        for key in way:
            here = here[key]
        here[last] = value
    return result


def why(data: Data, **options: Any) -> list[str]:
    return list(why_sentences(sim.study(built(data), **options)))


def games(data: Data) -> list[str]:
    premise, *text = equilibrium_sentences(sim.study(built(data)))
    assert premise == "Each side is taken to think of nothing but its own utility, from 0 to 1."
    return text


def page(study: Study) -> str:
    text = io.StringIO()
    print_study(Console(file=text, width=2000), study, show=SECTIONS, whole=True)
    return text.getvalue()


# Why -----------------------------------------------------------------------------------------------------------------

STORM = {
    "storm": {
        "label": "Storm",
        "range": [0, 2],
        "default": 0,
        "shifts": {"parties.hills.no_deal.war.cost": {"by": -0.2}},
    }
}


def test_a_zone_that_rests_on_war_costs() -> None:
    text = why(dispute(leverage=STORM))
    # p = 1/2 is on the grid: without costs there is just one deal left, at a margin of nothing.
    assert "Without the costs of war the margin of 0.10 would be 0.00." in text
    assert "With shared odds and costly war a zone with lotteries must exist." in text
    assert "If only “Storm” moves, the zone closes above +1." in text
    assert any(line.startswith("Ranges in brackets: terms of deals about as good") for line in text)
    missed = changed(dispute(), war__outcomes={"tie": {"odds": 1, "levels": {"strip": 0.55}}})
    missed["parties"]["vales"]["no_deal"]["war"]["cost"] = 0.02
    assert "The zone rests on the costs of war: without them the sides would miss each other by 0.050." in why(missed)


def test_views_of_the_odds() -> None:
    hopeful = changed(dispute(), parties__hills__no_deal__war__optimism={"hills win": 1.2})
    assert "Different views of the odds narrow it: with shared ones the margin would be 0.10." in why(hopeful)
    modest = changed(dispute(), parties__hills__no_deal__war={"cost": -0.05, "optimism": {"hills win": 0.5}})
    modest["parties"]["vales"]["no_deal"]["war"]["cost"] = -0.05
    rests = "It rests on different views of the odds: with shared ones the sides would miss by 0.050."
    assert rests in why(modest)
    shy = changed(dispute(), parties__hills__no_deal__war={"cost": 0.1, "optimism": {"hills win": 0.5}})
    assert any(text.startswith("Different views of the odds widen it") for text in why(shy))
    assert not any("odds" in text and "must" not in text for text in why(dispute()))


def test_the_contest_has_the_name_that_the_file_gives_it() -> None:
    strike = changed(dispute(leverage=STORM), war__label="strike")
    assert "Without the costs of strike the margin of 0.10 would be 0.00." in why(strike)
    assert "With shared odds and costly strike a zone with lotteries must exist." in why(strike)
    for name in strike["parties"]:
        strike["parties"][name]["no_deal"]["war"]["optimism"] = {f"{name} win": 3}
    assert "If all saw the same odds of strike's outcomes there would be a zone." in why(strike)
    strike["private"] = {
        "parties.vales.no_deal.war.cost": {"known_to": "vales", "distribution": {"uniform": [0.4, 0.9]}}
    }
    text = " ".join(games(strike))
    assert "not knowing what strike costs Vale" in text
    assert "which means strike" in text
    assert "war" not in text


def test_no_zone_says_who_what_and_how_to_open_it() -> None:
    proud = dispute(leverage=STORM)
    for name in proud["parties"]:
        proud["parties"][name]["no_deal"]["war"]["optimism"] = {f"{name} win": 3}
    text = why(proud)
    nearer = "Pressure on an alternative brings a zone nearer, per 1 that no deal is worth less to a signer: "
    assert text[0] == nearer + "Hills by 0.50, Vale by 0.50 (a little, lotteries included)."
    assert "If all saw the same odds of war's outcomes there would be a zone." in text
    assert "Nearest outcome: Strip: 0.5 %." in text
    assert "It would open if the value of no deal fell: Hills' by 0.250 or Vale's by 0.250." not in text
    assert "It would open if the value of no deal fell: Hills' by 0.350 or Vale's by 0.350." in text
    assert "No leverage variable alone would open it within its range." in text
    assert not any("both sides" in sentence for sentence in text)


def test_no_outcome_and_lines_to_lift_or_move() -> None:
    lines = changed(
        dispute(), parties__hills__red_lines={"ridge": {"label": "the ridge", "issue": "strip", "min": 0.6}}
    )
    lines["parties"]["vales"]["red_lines"] = {"river": {"issue": "strip", "max": 0.4}}
    text = why(lines)
    assert "The red lines of Hills and Vale together leave no outcome." in text
    assert "Without the red lines there would be a zone." in text
    assert "It would open without Hills' line “the ridge”." in text
    assert "It would open without Vale's line “river”." in text
    assert "It would open if Hills' line “the ridge” moved from 0.6 to 0.4 %." in text
    assert "It would open if Vale's line “river” moved from 0.4 to 0.6 %." in text
    lottery = why(changed(lines, parties__hills__red_lines={}, parties__vales__red_lines={}))
    assert not any("line" in text for text in lottery)


def test_prices_of_red_lines() -> None:
    text = why(changed(dispute(), parties__hills__red_lines={"ridge": {"issue": "strip", "min": 0.6}}))
    assert "Without Hills' line “ridge” the Nash deal would change utility by: Hills -0.10, Vale +0.10." in text


def test_three_that_cannot_agree() -> None:
    """The red lines of the third hold: what is said of two is said of the outcomes on the table."""
    data = changed(dispute(), parties__hills__no_deal=0.7)
    data["parties"]["vales"]["no_deal"] = 0.6
    data["parties"]["coast"] = {"values": data["parties"]["vales"]["values"], "no_deal": 0}
    text = why(data)
    assert "No outcome suits both Hills and Vale, whatever others accept (short by 0.200)." in text
    assert "Neither red lines nor optimism explains it: no outcome gives all as much as they have without one." in text
    assert not any("could not agree even alone" in sentence for sentence in text)


def test_a_threshold_on_a_narrow_range_keeps_its_digits() -> None:
    fine = {"storm": STORM["storm"] | {"range": [0, 0.02], "shifts": {"parties.hills.no_deal.war.cost": {"by": -20}}}}
    assert "If only “storm” moves, the zone closes above +0.01." in [
        sentence.replace("Storm", "storm") for sentence in why(dispute(leverage=fine))
    ]


def test_small_changes_are_written_without_a_sign() -> None:
    assert [change_text(x) for x in (-0.004, 0.0, 0.006, -0.02)] == ["0.00", "0.00", "+0.01", "-0.02"]


# Games ---------------------------------------------------------------------------------------------------------------

MOVES = {
    "hills": {"hold": {"label": "Hold the ridge"}, "raid": {"label": "Raid", "leverage": {"storm": 0.5}, "cost": 0.02}},
    "vales": {"hold": {}, "raid": {"label": "Raid back", "leverage": {"storm": -0.5}, "cost": 0.02}},
}
FRONT = {
    "storm": {
        "label": "Storm",
        "range": [-1, 1],
        "default": 0,
        "shifts": {
            "parties.hills.no_deal.war.cost": {"by": -0.2},
            "parties.vales.no_deal.war.cost": {"by": 0.2},
        },
    }
}


def test_a_race_that_all_would_rather_not_run() -> None:
    text = games(dispute(leverage=FRONT, moves=MOVES))
    raid = "Before the next round Hills chooses “Raid” and Vale chooses “Raid back”: given what the others do, no side"
    then = "The talks that follow leave, with the cost of moves taken off: Hills 0.48, Vale 0.48."
    assert f"{raid} does better by another move. {then}" in text
    assert "Whatever the others do, Hills has a better move than “Hold the ridge”." in text
    assert "Whatever the others do, Vale has a better move than “hold”." in text
    trap = "All would be better off if Hills chose “Hold the ridge” and Vale chose “hold”; "
    assert f"{trap}but then Hills and Vale would each be tempted by another move." in text


def test_only_those_who_would_leave_are_said_to_be_tempted() -> None:
    """A raid pays for the Hills alone; the Vale would gladly stay."""
    moves = copy.deepcopy(MOVES)
    moves["vales"]["raid"] |= {"leverage": {}, "cost": 0.3}
    text = games(dispute(leverage=FRONT, moves=moves))
    assert "Whatever the others do, Vale has a better move than “Raid back”." in text
    assert not any("All would be" in sentence for sentence in text)


def test_offers_demands_and_a_last_offer() -> None:
    data = dispute(
        private={"parties.vales.no_deal.war.cost": {"known_to": "vales", "distribution": {"uniform": [0, 0.4]}}}
    )
    data["issues"]["strip"]["step"] = 0.01
    for party in data["parties"].values():
        party["patience"] = 0.9
    text = games(data)
    assert text[0].startswith("If the two sides make offers in turn, of a deal or of a draw between two deals")
    assert "the first offer is accepted: made by Hills it leaves Hills 0.51, Vale 0.49" in text[0]
    assert text[1].startswith("Who opens matters: to make the first offer rather than answer it is worth 0.0")
    assert "each one of the same 5 packages" in text[2]
    assert "there are 6 pairs of demands in which neither would rather have asked for more or for less" in text[2]
    assert text[3].startswith(
        "Suppose Hills makes one last offer, to take or leave, not knowing what war costs Vale. The offer that serves "
        "it best is refused in 37 % of cases, which means war; accepted, it leaves Hills 0.65. To be sure that Vale "
        "accepts would cost Hills 0."
    )
    unsafe = changed(
        data, private={"parties.vales.no_deal.war.cost": {"known_to": "vales", "distribution": {"normal": [0.2, 0.05]}}}
    )
    assert games(unsafe)[3].endswith(
        ". It has no offer to make that is sure to be accepted: there is no limit to what the other side may have "
        "without a deal, so any offer may be refused."
    )
    sure = changed(
        data,
        private={"parties.vales.no_deal.war.cost": {"known_to": "vales", "distribution": {"uniform": [0.1, 0.11]}}},
    )
    assert games(sure)[3].endswith(
        "almost surely accepted (refused in 0.0 % of cases, which means war). To ask for more would not pay: Hills has "
        "more to lose without a deal (0.20 on average) than to win by guessing right how little Vale would settle for "
        "(0.01 at most)."
    )


def test_without_a_war_nothing_is_said_of_war() -> None:
    data = changed(dispute(), parties__hills__no_deal=0.2, parties__vales__no_deal=0.3)
    del data["war"]
    belief = {"known_to": "vales", "distribution": {"uniform": [0.1, 0.7]}}
    (_, text) = games(data | {"private": {"parties.vales.no_deal": belief}})
    assert "not knowing what Vale has without a deal" in text
    assert " % of cases, which means no deal; accepted" in text
    assert "war" not in text
    hopeless = belief | {"distribution": {"uniform": [0.9, 0.95]}}
    (text,) = games(data | {"private": {"parties.vales.no_deal": hopeless}, "issues": data["issues"]})[-1:]
    assert text.endswith("It would do best with none that Vale could accept.")
    data["parties"]["coast"] = {"values": data["parties"]["vales"]["values"], "no_deal": 0}
    (text,) = games(data | {"private": {"parties.vales.no_deal": belief}})
    assert text.startswith("No last offer to show for parties.vales.no_deal: ")
    assert text.endswith("one of whom knows it.")


# Lasting and who -----------------------------------------------------------------------------------------------------


def lasting(years: float, level: float, **parts: Any) -> list[str]:
    data = dispute(
        leverage=FRONT, future={"dusk": {"label": "Dusk", "after_years": years, "leverage": {"storm": level}}}
    )
    for party in data["parties"].values():
        party["no_deal"]["war"]["discount_rate"] = 0.1
    return list(durability_sentences(sim.study(built(data | parts))))


def test_deals_that_hold_and_deals_that_fail() -> None:
    assert lasting(1, 0.2)[:2] == [
        "The Nash deal would hold at every later date named, by a margin of 0.06.",
        "A durable zone exists: its best deal leaves every signer at least 0.06 above no deal, today and at every date "
        "(0.10 today alone).",
    ]
    fails = lasting(1, 1)
    assert fails[0] == "The Nash deal would be broken at “Dusk” (1 year); at worst, there, it falls short by 0.100."
    assert fails[1].startswith(
        ("It would be signed even so: as a pause", "Knowing that, not all would sign: as a pause")
    )
    assert fails[2] == "For it to last, breaking it would have to cost in all: Hills 0.100."
    assert "(2.5 years)" in lasting(2.5, 1)[0]
    none = lasting(1, 1, enforcement={"vales": {"strip": {"0.5": 0.3}}})
    assert none[0] == fails[0]
    kept = lasting(1, 1, enforcement={"hills": {"strip": {"0.5": 0.3}}})
    assert kept[0] == "The Nash deal would hold at every later date named, by a margin of 0.20."


def test_worse_dates_do_not_pass_for_the_first() -> None:
    """Short by 0.04 at first and by 0.1 later: the worst is called the worst."""
    future = {
        "dusk": {"label": "Dusk", "after_years": 1, "leverage": {"storm": 0.7}},
        "night": {"label": "Night", "after_years": 2, "leverage": {"storm": 1}},
    }
    text = lasting(1, 0, future=future)
    assert (
        text[0]
        == "The Nash deal would be broken at “Dusk” (1 year); at worst, at “Night” (2 years), it falls short by 0.100."
    )


def test_no_durable_deal_is_a_commitment_problem() -> None:
    future = {
        "dusk": {"label": "Dusk", "after_years": 1, "leverage": {"storm": 1}},
        "dawn": {"label": "Dawn", "after_years": 1, "leverage": {"storm": -1}},
    }
    text = lasting(1, 0, future=future)
    short = "No deal in the zone would hold at every later date (the nearest is short by 0.100)"
    assert f"{short}: the obstacle is commitment." in text
    assert list(durability_sentences(sim.study(built(dispute())))) == []


def test_fear_of_a_later_date() -> None:
    """Certain to lose the strip later, and soon: the Vale would rather fight now."""
    future = {"dusk": {"label": "Dusk", "after_years": 0.1, "leverage": {"rise": 1}}}
    rise = {"rise": {"range": [0, 1], "default": 0, "shifts": {"war.outcomes.hills win.odds": {"factor": 1e6}}}}
    text = lasting(1, 0, leverage=rise, future=future)
    fear = "Fearing “Dusk”, Vale would rather fight now than take any deal whose terms would then be settled anew"
    assert f"{fear} in talks, or dictated by the other side." in text
    assert sum(sentence.startswith("Fearing") for sentence in text) == 1


def test_coalitions_in_words() -> None:
    table = {"small": 0.0, "large": 1.0}
    data = changed(dispute(), parties__hills__no_deal=0.1, parties__vales__no_deal=0.1)
    del data["war"]
    data["issues"]["size"] = {"levels": ["small", "large"], "control": ["ally"], "reversion": "small"}
    for party in data["parties"].values():
        party["values"] = party["values"] | {"size": {"importance": 1, "table": table}}
    data["parties"]["ally"] = {
        "label": "United Isles",
        "values": {"size": {"importance": 1, "table": table}},
        "no_deal": 0,
        "consent": False,
    }
    text = list(coalition_sentences(sim.study(built(data))))
    assert text == [
        "Hills, Vale: a zone with margin 0.15; all 7 efficient deals are blocked; "
        "Hills, Vale, United Isles together would leave 7 for another.",
        "Hills, Vale, United Isles: a zone with margin 0.65; all 11 efficient deals stand.",
        "The Nash deal of those who must sign is blocked.",
        "(A deal stands, or is in the core, where no coalition that can sign has one that all its members prefer.)",
    ]
    data["parties"]["ally"]["consent"] = True
    data["issues"]["strip"]["reversion"] = 0.5
    alone = list(coalition_sentences(sim.study(built(data))))
    assert alone == ["Hills, Vale, United Isles: a zone with margin 0.65."]
    data["issues"]["toll"] = {"levels": ["none", "some"], "control": ["hills", "vales"], "reversion": "none"}
    for name in ("hills", "vales"):
        data["parties"][name]["values"]["toll"] = {"importance": 2, "table": {"none": 0, "some": 1}}
    veto = list(coalition_sentences(sim.study(built(data))))[-1]
    without = (
        "If United Isles did not sign, what it controls by name stayed at its reversion and what all control as it"
    )
    change = "the Nash deal of the others would change their utility by: Hills -0.25, Vale -0.25."
    assert veto == f"{without} is, {change}"
    del data["parties"]["ally"]
    data["issues"]["size"] = {"levels": ["small", "large"]}
    assert list(coalition_sentences(sim.study(built(data)))) == []


# Judgement -----------------------------------------------------------------------------------------------------------


def judgement(data: Data, outcome: Data) -> str:
    study = sim.study(built(data))
    text = io.StringIO()
    print_judgement(Console(file=text, width=2000), study, judged(study, outcome))
    return text.getvalue()


def trade(**second: Any) -> Data:
    """The strip, and a road that only the Vale cares for."""
    data = changed(dispute(), parties__hills__no_deal=0.2, parties__vales__no_deal=0.2)
    del data["war"]
    data["issues"]["road"] = {"label": "Road", "levels": ["shut", "open"]}
    data["parties"]["vales"]["values"]["road"] = {"importance": 1, "table": {"shut": 0, "open": 1}}
    data["parties"]["hills"]["values"] |= second
    return data


def test_a_gain_for_one_alone_is_not_called_a_gain_for_all() -> None:
    text = judgement(changed(trade(), parties__vales__no_deal=0), {"strip": 1, "road": "shut"})
    assert "One signer could have more at no cost to another, for example with:" in text
    assert "Every signer could have" not in text
    assert "A change that hurts no signer: Road open (Hills +0.000, Vale +0.500)." in text
    assert text.count("at least as good as no deal") == 2


def test_a_gain_for_all_and_no_gain() -> None:
    likes = trade(road={"importance": 1, "table": {"shut": 0, "open": 1}})
    assert "Every signer could have at least 0.500 more at once" in judgement(likes, {"strip": 0.5, "road": "shut"})
    best = judgement(trade(), {"strip": 0.5, "road": "open"})
    assert (
        "It lies on the Pareto frontier: no outcome within all red lines is better for one signer and worse for none."
        in best
    )


def test_a_deal_beyond_a_red_line() -> None:
    data = trade()
    data["parties"]["hills"]["red_lines"] = {"ridge": {"label": "the ridge", "issue": "strip", "min": 0.4}}
    text = judgement(data, {"strip": 0.3, "road": "open"})
    assert "It crosses Hills' line “the ridge”." in text
    assert "would walk away (a red line is crossed)" in text
    assert "It lies on the Pareto frontier" not in text
    assert "No outcome within all red lines is better for one signer and worse for none." in text
    poor = judgement(data, {"strip": 1, "road": "shut"})
    assert "would walk away" in poor
    assert "(a red line is crossed)" not in poor


# The whole page ------------------------------------------------------------------------------------------------------

PAGES = {
    "a zone": dispute(leverage=FRONT, moves=MOVES),
    "no zone": changed(dispute(), parties__hills__no_deal=0.7),
    "no outcome": changed(
        dispute(),
        parties__hills__red_lines={"a": {"issue": "strip", "min": 1}},
        parties__vales__red_lines={"b": {"issue": "strip", "max": 0}},
    ),
}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_whole_and_tidy(name: str) -> None:
    text = page(sim.study(built(PAGES[name])))
    assert ("THE NASH DEAL" in text) is ("Kalai-Smorodinsky" in text) is (name == "a zone")
    assert ("WHAT WOULD OPEN IT" in text) is (name != "a zone")
    assert "WHY" in text
    for blemish in ("nan", "None", "inf ", "-0.00", "s's ", "..", " ,"):
        assert blemish not in text, blemish


def test_offers_that_may_break_down_and_cost() -> None:
    data = dispute(talks={"breakdown": 0.1, "costs": {"hills": 0.01, "vales": 0.01}})
    text = games(data)
    assert "and each refusal ends the talks with a chance of 10 %" in text[0]
    fixed = "If instead each round of talks costs a fixed amount (Hills 0.01, Vale 0.01), the first offer leaves: with"
    assert text[2].startswith(fixed)
    assert " to Hills " in text[2], "equal costs leave a range of equilibria"
