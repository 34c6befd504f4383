"""What a sound shape can still get wrong: one bad edit each, with its path, place and words."""

# ruff: noqa: E501  (a case a line reads better than a case a screen)

from __future__ import annotations

import pytest
from scenario_texts import FULL, SMALL, assert_one_fault, edited, faults, read

from sim.model.checks import CHECKS

Edit = tuple[str, str]

ISSUES: list[tuple[list[Edit], str, str]] = [
    ([("{unit: ships, range: [2, 8], step: 2}", "^{unit: ships}")], "issues.fleet", "neither range nor levels"),
    ([("flag: {levels", "flag: ^{range: [0, 1], step: 1, levels")], "issues.flag", "both range and levels"),
    ([("flag: {levels: ", "flag: {^step: 1, levels: ")], "issues.flag.step", "step with listed levels"),
    ([("flag: {levels: ", "flag: {^unit: m, levels: ")], "issues.flag.unit", "unit with named levels"),
    ([("[north, shared, south]}", "[north, shared, south, ^shared]}")], "issues.flag.levels.3", "'shared' is listed twice"),
    ([("levels: [open, shut]", "levels: [open, ^'a.b', shut]"), ("{open: 1,", "{open: 1, a.b: 0,")], "issues.canal.levels.1", "'a.b' is not a name"),
    ([("levels: [open, shut]", "levels: [open, ^'a, b', shut]"), ("{open: 1,", "{open: 1, 'a, b': 0,")], "issues.canal.levels.1", "'a, b' is not a name"),
    ([("levels: [north, shared", "levels: [north, ^5, shared")], "issues.flag.levels.1", "5 among names (expected all names or all numbers"),
    ([("range: [2, 8], step: 2", "levels: [2, 4, 6, 8, ^7]")], "issues.fleet.levels.4", "7 after 8 (expected numbers that rise)"),
    ([("range: [2, 8], step: 2", "levels: [2, 4, 6, 8], ^step: 2")], "issues.fleet.step", "step with listed levels"),
    ([("range: [2, 8], step: 2", "range: [2, 8], step: 2, labels: {2: two, ^3: three}")], "issues.fleet.labels.3", "3 is not a level (expected 2 to 8 in steps of 2)"),
    ([("[north, shared, south]}", "[north, shared, south], labels: {^nort: Ours}}")], "issues.flag.labels.nort", "'nort' is not a level (did you mean north?)"),
    ([("range: [2, 8]", "range: ^[2, 2]")], "issues.fleet.range", "empty range 2 to 2 (expected low below high)"),
    ([("range: [2, 8]", "range: ^[8, 2]")], "issues.fleet.range", "inverted range 8 to 2 (expected low below high)"),
    ([("{unit: ships, range: [2, 8], step: 2}", "^{range: [2, 8]}")], "issues.fleet", "step is missing"),
    ([("[2, 8], step: 2", "[2, 8], step: ^7")], "issues.fleet.step", "7 is wider than the range (expected at most 6)"),
    ([("[2, 8], step: 2", "[2, 8], step: ^1e-5")], "issues.fleet.step", "1e-05 makes over 100,000 levels"),
    ([("[2, 8], step: 2", "[2, 8], step: ^1e-99")], "issues.fleet.step", "1e-99 makes over 100,000 levels"),
    ([("control: [south, guild]", "control: [south, ^gild]")], "issues.canal.control.1", "no party named 'gild' (did you mean guild?)"),
    ([("control: [south, guild]", "control: ^[]")], "issues.canal.control", "no party controls this issue"),
    ([(", reversion: open}", "}"), ("canal: {levels", "canal: ^{levels")], "issues.canal", "reversion is missing (guild controls this issue and does not consent)"),
    ([("reversion: open", "reversion: ^opne")], "issues.canal.reversion", "'opne' is not a level (did you mean open?)"),
    ([("reversion: open", "reversion: ^7")], "issues.canal.reversion", "7 is not a level (expected one of: open, shut)"),
]  # fmt: skip

PARTIES: list[tuple[list[Edit], str, str]] = [
    ([("consent: true", "consent: false"), ("  north:\n    label: N", "  ^north:\n    label: N")], "parties", "fewer than two parties consent"),
    ([("      fleet: {importance: 1, at_least: 4}", "      ^flet: {importance: 1, at_least: 4}")], "parties.guild.values.flet", "no issue named 'flet' (did you mean fleet?)"),
    ([("{importance: 1, at_most: 20}", "{importance: 0, at_most: 20}"), ("tax: {importance: 0", "tax: {importance: 0"), ("      fleet: {importance: 1, at", "      fleet: {importance: 0, at"), ("      tax: {importance: 0", "      ^tax: {importance: 0")], "parties.guild.values", "importances sum to zero"),
    ([("{north: 1, shared", "{^nort: 0, north: 1, shared")], "parties.north.values.flag.table.nort", "'nort' is not a level (did you mean north?)"),
    ([("table: {north: 1, shared: 0.6, south: 0}", "table: ^{north: 1, shared: 0.6}")], "parties.north.values.flag.table", "no value for south (expected every level)"),
    ([("{2: 0, 4: 0.5, 6: 0.8, 8: 1}", "^{2: 0, 4: 0.5, 8: 1}")], "parties.south.values.fleet.table", "no value for 6 (expected every level)"),
    ([("{2: 0, 4: 0.5,", "{2: 0, ^3: 0.2, 4: 0.5,")], "parties.south.values.fleet.table.3", "3 is not a level (expected 2 to 8 in steps of 2)"),
    ([("{2: 0, 4: 0.5,", "{2: 0, ^few: 0.2, 4: 0.5,")], "parties.south.values.fleet.table.few", "'few' is not a number (the issue is numeric)"),
    ([("{2: 0, 4: 0.5,", "^{2: 0, 4.0: 0, 4: 0.5,")], "parties.south.values.fleet.table", "two keys name the same number"),
    ([("{importance: 2, table: {north: 1, shared: 0.6, south: 0}}", "^{importance: 2, at_least: 2}")], "parties.north.values.flag", "a numeric value function for named levels (expected table)"),
    ([("best: 40, worst: 0", "best: 40, worst: 40"), ("tax: {importance: 4", "tax: ^{importance: 4")], "parties.north.values.tax", "best and worst are both 40"),
    ([("{power: 0.5}", "^{power: 0.5, exponential: 2}")], "parties.north.values.tax.shape", "2 shapes (expected one"),
    ([("{power: 0.5}", "^{}")], "parties.north.values.tax.shape", "0 shapes (expected one"),
    ([("{power: 0.5}", "{exponential: ^0}")], "parties.north.values.tax.shape.exponential", "0 (expected a rate other than 0"),
    ([("[[0, 1], [20, 0.4]", "^[[0, 1], [0, 0.4]")], "parties.south.values.tax.points", "levels do not rise"),
    ([("issues: [fleet, flag]", "issues: ^[fleet, fleet]")], "parties.north.linkages.sea.issues", "fleet is linked to itself"),
    ([("issues: [fleet, flag]", "issues: [fleet, ^flg]")], "parties.north.linkages.sea.issues.1", "no issue named 'flg' (did you mean flag?)"),
    ([("      canal: {importance: 1, table: {open: 1, shut: 0}}\n", ""), ("issues: [fleet, flag]", "issues: [fleet, ^canal]")], "parties.north.linkages.sea.issues.1", "canal has no value function here"),
    ([("      sea: {issues: [fleet, flag], importance: -1}", "      ^sea: {issues: [fleet, flag], importance: -2.5}")], "parties.north.linkages", "linkages take 2.5 from flag, whose importance is 2"),
    ([("ceiling: {issue: tax", "ceiling: {issue: ^tex")], "parties.south.red_lines.ceiling.issue", "no issue named 'tex' (did you mean tax?)"),
    ([("ceiling: {issue: tax, max: 30}", "ceiling: ^{issue: tax}")], "parties.south.red_lines.ceiling", "no limit (expected min, max, forbid or allow)"),
    ([("ceiling: {issue: tax, max: 30}", "ceiling: ^{issue: tax, min: 31, max: 30}")], "parties.south.red_lines.ceiling", "min 31 above max 30"),
    ([("colours: {issue: flag,", "colours: ^{issue: flag, min: 1,")], "parties.south.red_lines.colours", "min or max on named levels (expected forbid or allow)"),
    ([("forbid: [south]", "forbid: [south, ^sooth]")], "parties.north.red_lines.banner.forbid.1", "'sooth' is not a level (did you mean south?)"),
    ([("allow: [shared, south]", "allow: [shared, ^5]")], "parties.south.red_lines.colours.allow.1", "5 is not a level (expected one of: north, shared, south)"),
    ([("fleet: [2, 4]}", "fleet: [2, ^5]}")], "parties.north.red_lines.banner.when.fleet.1", "5 is not a level (expected 2 to 8 in steps of 2)"),
    ([("{tax: {max: 30}, fleet", "{^tx: {max: 30}, fleet")], "parties.north.red_lines.banner.when.tx", "no issue named 'tx' (did you mean tax?)"),
    ([("{tax: {max: 30}, fleet", "{tax: ^{}, fleet")], "parties.north.red_lines.banner.when.tax", "no bound (expected min, max or a list of levels)"),
    ([("{tax: {max: 30}, fleet", "{tax: ^{min: 31, max: 30}, fleet")], "parties.north.red_lines.banner.when.tax", "min 31 above max 30"),
    ([("{tax: {max: 30}, fleet", "{^flag: [north], fleet")], "parties.north.red_lines.banner.when.flag", "the limited issue itself"),
    ([("{tax: {max: 30}, fleet", "{canal: ^{max: 30}, fleet")], "parties.north.red_lines.banner.when.canal", "min or max on named levels"),
    ([("discount_rate: 0.05, ", ""), ("      war: {cost: 0.1", "      war: ^{cost: 0.1")], "parties.north.no_deal.war", "discount_rate is missing (war.end_rate makes costs yearly)"),
    ([("{north_wins: 1.2}", "{^north_win: 1.2}")], "parties.north.no_deal.war.optimism.north_win", "no war outcome named 'north_win' (did you mean north_wins?)"),
]  # fmt: skip

SITUATION: list[tuple[list[Edit], str, str]] = [
    ([("{odds: 2,", "{odds: 0,"), ("odds: 1,", "odds: 0,"), ("    north_wins: {odds", "    ^north_wins: {odds")], "war.outcomes", "all odds are zero"),
    ([("  status_quo: {tax: 15, fleet: 4, flag: shared, canal: open}\n", ""), ("  end_rate: 0.5", "  ^end_rate: 0.5")], "war", "status_quo is missing"),
    ([("{tax: 15, fleet: 4,", "^{fleet: 4,")], "war.status_quo", "no level for tax (expected every issue)"),
    ([("{tax: 15, fleet", "{^tex: 1, tax: 15, fleet")], "war.status_quo.tex", "no issue named 'tex' (did you mean tax?)"),
    ([("{tax: 15, fleet", "{tax: ^some, fleet")], "war.status_quo.tax", "'some' is not a number (the issue is numeric)"),
    ([("fleet: 2, flag: south", "fleet: 2, flag: ^suth")], "war.outcomes.south_wins.levels.flag", "'suth' is not a level (did you mean south?)"),
    ([("fleet: 2, flag: south", "fleet: ^3, flag: south")], "war.outcomes.south_wins.levels.fleet", "3 is not in south's table"),
    ([("{south: 0.4}", "{^sooth: 0.4}")], "war.outcomes.north_wins.worse_by.sooth", "no party named 'sooth' (did you mean south?)"),
    ([("costs: {north: 0.01, south: 0.02}", "costs: ^{north: 0.01}")], "talks.costs", "no cost for south (expected one for every party"),
    ([("costs: {north: 0.01,", "costs: {north: 0.01, ^sooth: 1,")], "talks.costs.sooth", "no party named 'sooth' (did you mean south?)"),
    ([("stances: 4", "stances: ^11")], "talks.stances", "11 (expected at most 10)"),
    ([("stances: 4", "stances: ^2.5")], "talks.stances", "2.5 (expected a whole number)"),
    ([("solution: egalitarian", "solution: ^egalitarain")], "talks.solution", "no solution named 'egalitarain' (did you mean egalitarian?)"),
    ([("breakdown: 0.1", "last_round: ^0")], "talks.last_round", "0 (expected at least 1)"),
    ([("breakdown: 0.1", "last_round: ^1.5")], "talks.last_round", "1.5 (expected a whole number)"),
    ([("breakdown: 0.1", "breakdown: ^1")], "talks.breakdown", "1 (expected less than 1)"),
    ([("range: [-1, 1]", "range: ^[1, 1]")], "leverage.storm.range", "empty or inverted range 1 to 1"),
    ([("    default: 0\n", "    default: ^1.5\n")], "leverage.storm.default", "1.5 (expected -1 to 1)"),
    ([("{factor: 2}", "^{factor: 2, by: 1}")], "leverage.storm.shifts.war.outcomes.north_wins.odds", "neither or both of by and factor"),
    ([("{factor: 2}", "^{}")], "leverage.storm.shifts.war.outcomes.north_wins.odds", "neither or both of by and factor"),
    ([("{war.outcomes.north_wins.odds: {f", "{^war.outcomes.nort_wins.odds: {f")], "leverage.storm.shifts.war.outcomes.nort_wins.odds", "no war.outcomes.nort_wins (did you mean north_wins?)"),
    ([("{war.outcomes.north_wins.odds: {f", "{^war.outcomes.north_wins: {f")], "leverage.storm.shifts.war.outcomes.north_wins", "is not a number in this file"),
    ([("{war.outcomes.north_wins.odds: {f", "{^issues.tax.step: {f")], "leverage.storm.shifts.issues.tax.step", "leverage cannot move values or issues"),
    ([("{war.outcomes.north_wins.odds: {f", "{^parties.north.values.tax.importance: {f")], "leverage.storm.shifts.parties.north.values.tax.importance", "leverage cannot move"),
    ([("{war.outcomes.north_wins.odds: {f", "{^issues.tax.range.0: {f")], "leverage.storm.shifts.issues.tax.range.0", "holds no further keys (lists are set whole)"),
    ([("after_years: 1, leverage: {storm: 0.5}", "after_years: 1, leverage: {^strom: 0.5}")], "future.spring.leverage.strom", "no leverage variable named 'strom' (did you mean storm?)"),
    ([("after_years: 1, leverage: {storm: 0.5}", "after_years: 1, leverage: {storm: ^1.5}")], "future.spring.leverage.storm", "makes the level 1.5 (expected -1 to 1)"),
    ([("enforcement:\n  north", "enforcement:\n  ^nort")], "enforcement.nort", "no party named 'nort' (did you mean north?)"),
    ([("    flag: {shared: 0.05}", "    ^flga: {shared: 0.05}")], "enforcement.north.flga", "no issue named 'flga' (did you mean flag?)"),
    ([("{shared: 0.05}", "{^shard: 0.05}")], "enforcement.north.flag.shard", "'shard' is not a level (did you mean shared?)"),
    ([("{10: 0.02,", "{^15: 0.02,")], "enforcement.north.tax.15", "15 is not a level (expected 0 to 40 in steps of 10)"),
    ([("  south:\n    wait", "  ^sout:\n    wait")], "moves.sout", "no party named 'sout' (did you mean south?)"),
    ([("{label: Sail, leverage: {storm: 0.5}", "{label: Sail, leverage: {^strom: 0.5}")], "moves.north.sail.leverage.strom", "no leverage variable named 'strom'"),
    ([("{label: Sail, leverage: {storm: 0.5}", "{label: Sail, leverage: {storm: ^1.5}")], "moves.north.sail.leverage.storm", "makes the level 1.5 (expected -1 to 1)"),
    ([("{storm: -0.5}", "{storm: 0.6}"), ("moves:\n  north", "moves:\n  ^north")], "moves", "moves together take storm to 1.1 at most (expected -1 to 1)"),
    ([("  parties.north.no_deal.war.cost: {known", "  ^parties.north.no_deal.war.csot: {known")], "private.parties.north.no_deal.war.csot", "is not a number in this file"),
    ([("  parties.north.no_deal.war.cost: {known", "  ^parties.nort.no_deal.war.cost: {known")], "private.parties.nort.no_deal.war.cost", "no parties.nort (did you mean north?)"),
    ([("  parties.north.no_deal.war.cost: {known", "  ^parties.north.power: {known")], "private.parties.north.power", "reaches more than a reservation value"),
    ([("known_to: north", "known_to: ^nort")], "private.parties.north.no_deal.war.cost.known_to", "no party named 'nort' (did you mean north?)"),
    ([("known_to: north", "known_to: ^south")], "private.parties.north.no_deal.war.cost.known_to", "'south' has nothing to do with this number (expected north)"),
    ([("  parties.north.no_deal.war.cost: {known_to: north, distribution: {uniform: [0.05, 0.2]}}", "  war.outcomes.south_wins.odds: {known_to: north, distribution: ^{uniform: [-1, 2]}}")], "private.war.outcomes.south_wins.odds.distribution", "reaches -1 (expected at least 0)"),
    ([("  parties.north.no_deal.war.cost: {known_to: north, distribution: {uniform: [0.05, 0.2]}}", "  war.end_rate: {known_to: north, distribution: ^{normal: [1, 0.1]}}")], "private.war.end_rate.distribution", "reaches any number below 0 (expected more than 0)"),
    ([("uniform: [0.05, 0.2]", "uniform: ^[0.2, 0.05]")], "private.parties.north.no_deal.war.cost.distribution.uniform", "numbers do not rise"),
    ([("uniform: [0.05, 0.2]", "uniform: ^[0.2, 0.2]")], "private.parties.north.no_deal.war.cost.distribution.uniform", "numbers do not rise"),
    ([("{uniform: [0.05, 0.2]}", "^{uniform: [0.05, 0.2], normal: [0, 1]}")], "private.parties.north.no_deal.war.cost.distribution", "2 families (expected one"),
    ([("{uniform: [0.05, 0.2]}", "^{}")], "private.parties.north.no_deal.war.cost.distribution", "0 families (expected one"),
    ([("[2, 4, 6]", "^[2, 7, 6]")], "uncertain.parties.north.values.tax.importance.distribution.triangular", "numbers do not rise"),
    ([("[2, 3, 0, 1]", "^[2, 3, 1, 0]")], "uncertain.parties.south.no_deal.outside.distribution.beta", "numbers do not rise"),
    ([("[[0.2, 0.5], [0.4, 0.5]]", "^[[0.2, 0.5], [0.4, 0.4]]")], "uncertain.parties.guild.no_deal.distribution.discrete", "probabilities sum to 0.9 (expected 1)"),
    ([("  war.end_rate: {dist", "  ^war.end_rte: {dist")], "uncertain.war.end_rte", "war.end_rte is not a number in this file"),
    ([("  storm: {drift", "  ^strom: {drift")], "dynamics.strom", "no leverage variable named 'strom' (did you mean storm?)"),
    ([("uncertain:\n", "uncertain:\n  parties.north.values: ^{}\n")], "uncertain.parties.north.values", "says nothing (expected order, within, between, ratios, distribution)"),
    ([("uncertain:\n", "uncertain:\n  parties.north.values: {order: ^[tax, flet]}\n")], "uncertain.parties.north.values.order", "no issue 'flet' among the values of north (did you mean fleet?)"),
    ([("uncertain:\n", "uncertain:\n  parties.north.values: {order: ^[tax, fleet, tax]}\n")], "uncertain.parties.north.values.order", "names tax 2 times (expected each issue once)"),
    ([("uncertain:\n", "uncertain:\n  parties.north: {order: ^[tax, fleet]}\n")], "uncertain.parties.north.order", "parties.north is not a party's values"),
    ([("uncertain:\n", "uncertain:\n  parties.north.values: {ratios: {tax/fleet: [^0, 2]}}\n")], "uncertain.parties.north.values.ratios.tax/fleet.0", "0 (expected more than 0)"),
    ([("uncertain:\n", "uncertain:\n  parties.north.values: {ratios: {^tax/tax: [1, 2]}}\n")], "uncertain.parties.north.values.ratios.tax/tax", "is no ratio of two issues (expected ISSUE/ISSUE)"),
    ([("uncertain:\n", "uncertain:\n  parties.north.values: {ratios: {tax/fleet: ^[3, 2]}}\n")], "uncertain.parties.north.values.ratios.tax/fleet", "3 is above 2 (expected [low, high])"),
    ([("uncertain:\n", "uncertain:\n  war.outcomes.north_wins.odds: {between: ^[-1, 2]}\n")], "uncertain.war.outcomes.north_wins.odds.between", "reaches -1 (expected at least 0)"),
    ([("uncertain:\n", "uncertain:\n  ^issues.tax.step: {between: [1, 2]}\n")], "uncertain.issues.tax.step", "is no importance and sets no no-deal value (expected one of these)"),
    ([("uncertain:\n", "uncertain:\n  ^parties.north.values: {order: [fleet, tax], ratios: {tax/fleet: [2, 3]}}\n")], "uncertain.parties.north.values", "no numbers obey this (expected statements that can be true together)"),
    ([("uncertain:\n", "uncertain:\n  war.outcomes: {within: 0.1}\n  ^war.outcomes.north_wins.odds: {between: [90, 99]}\n")], "uncertain.war.outcomes.north_wins.odds", "no numbers obey this and war.outcomes (expected statements that can be true together)"),
    ([("{storm: 0.3}", "{^strom: 0.3}")], "dynamics.events.0.leverage.strom", "no leverage variable named 'strom'"),
    ([("{storm: 0.3}", "{storm: ^1.3}")], "dynamics.events.0.leverage.storm", "makes the level 1.3 (expected -1 to 1)"),
    ([("  issues: {assum", "  ^isues: {assum")], "sources.isues", "isues is not in this file"),
    ([("  issues.tax.range: {cl", "  ^issues.tex.range: {cl")], "sources.issues.tex.range", "no issues.tex (did you mean tax?)"),
    ([("{assumption: Round figures.}", "^{}")], "sources.issues", "neither or both of claims and assumption"),
    ([("{assumption: Round figures.}", "^{assumption: x, claims: [a/b]}")], "sources.issues", "neither or both of claims and assumption"),
    ([("{assumption: Round figures.}", "{assumption: x, ^differs: y}")], "sources.issues.differs", "differs without claims"),
    ([("[doc-900/tax]", "[^doc-900-tax]")], "sources.issues.tax.range.claims.0", "'doc-900-tax' (expected DOCUMENT/CLAIM"),
]  # fmt: skip


BLOC = "{seats: 3, values: {tax: {importance: 1, at_most: 20}}, no_deal: 0.1}"


def _house(section: str) -> list[Edit]:
    return [("talks:\n", f"ratification: {section.replace('BLOC', BLOC)}\ntalks:\n")]


RATIFICATION: list[tuple[list[Edit], str, str]] = [
    (_house("{house: {quota: ^4, blocs: {a: BLOC}}}"), "ratification.house.quota", "4 votes of 3 (expected no more than there are)"),
    (_house("{house: {quota: ^3, parties: [north, guild]}}"), "ratification.house.quota", "3 votes of 2 (expected no more than there are)"),
    (_house("{house: {party: ^nort, quota: 1, blocs: {a: BLOC}}}"), "ratification.house.party", "no party named 'nort' (did you mean north?)"),
    (_house("{house: {quota: 1, parties: [north, ^gild]}}"), "ratification.house.parties.1", "no party named 'gild' (did you mean guild?)"),
    (_house("{house: {quota: 1, parties: [guild, ^guild]}}"), "ratification.house.parties.1", "guild is named twice"),
    (_house("{house: ^{quota: 1, parties: [guild], blocs: {a: BLOC}}}"), "ratification.house", "both blocs and parties"),
    (_house("{house: ^{quota: 0}}"), "ratification.house", "nobody votes (expected blocs, or parties)"),
    (_house("{house: {quota: 1, blocs: {a: ^{seats: 3, no_deal: 0.1}}}}"), "ratification.house.blocs.a", "values is missing"),
    (_house("{house: {quota: 1, blocs: {a: {seats: 3, values: ^{}, no_deal: 0.1}}}}"), "ratification.house.blocs.a.values", "importances sum to zero"),
    (_house("{house: {quota: 1, blocs: {a: {seats: 3, values: {^tex: {importance: 1, at_most: 20}}, no_deal: 0.1}}}}"), "ratification.house.blocs.a.values.tex", "no issue named 'tex' (did you mean tax?)"),
    (_house("{house: {quota: 1, blocs: {a: {seats: ^0, values: {tax: {importance: 1, at_most: 20}}, no_deal: 0.1}}}}"), "ratification.house.blocs.a.seats", "0 (expected at least 1)"),
    (_house("{house: ^{quota: 12, blocs: {" + ", ".join(f"b{k}: BLOC" for k in range(9)) + "}}}"), "ratification.house", "more than 64 least sets of members carry it"),
    (_house("^{house: {quota: 6, blocs: {a: BLOC, b: BLOC, c: BLOC, d: BLOC, e: BLOC}}, court: {quota: 6, blocs: {a: BLOC, b: BLOC, c: BLOC, d: BLOC, e: BLOC}}}"), "ratification", "100 ways to carry all bodies (expected at most 64"),
]  # fmt: skip


@pytest.mark.parametrize(("edits", "path", "words"), ISSUES + PARTIES + RATIFICATION + SITUATION)
def test_one_bad_edit_gives_one_fault_in_its_place(edits: list[Edit], path: str, words: str) -> None:
    assert_one_fault(edited(FULL, *edits), path, words)


@pytest.mark.parametrize(
    ("edit", "path", "words"),
    [
        (("range: [2, 8], step: 2", "range: [2, 8], step: null"), "issues.fleet", "step is missing"),
        (("reversion: open", "reversion: null"), "issues.canal", "reversion is missing"),
        (("discount_rate: 0.05", "discount_rate: null"), "parties.north.no_deal.war", "discount_rate is missing"),
        (("{factor: 2}", "{factor: null}"), "leverage.storm.shifts.war.outcomes.north_wins.odds", "neither or both"),
    ],
)
def test_null_is_as_good_as_left_out(edit: Edit, path: str, words: str) -> None:
    assert edit[0] in FULL
    assert [(fault.path, words in fault.message) for fault in faults(FULL.replace(*edit))] == [(path, True)]


def test_every_check_has_a_case() -> None:
    sections = {path.split(".")[0] for _, path, _ in ISSUES + PARTIES + RATIFICATION + SITUATION}
    sections.add("constraints")  # its cases are in test_budgets.py
    named = {"private": "beliefs", "uncertain": "statements"}
    assert {named.get(section, section) for section in sections} == set(CHECKS)


def test_no_issues_at_all() -> None:
    text = "format: 1\nname: x\nissues: ^{}\nparties:\n  a: {values: {}, no_deal: 0}\n  b: {values: {}, no_deal: 0}\n"
    found = faults(text.replace("^", ""))
    assert [(fault.line, fault.column, fault.message) for fault in found] == [
        (3, 9, "no issues (expected at least one)"),
        (5, 15, "importances sum to zero (expected at least one above zero)"),
        (6, 15, "importances sum to zero (expected at least one above zero)"),
    ]


def test_war_lottery_without_a_war() -> None:
    text = edited(SMALL, ("no_deal: 0.2}", "no_deal: {war: ^{cost: 0.1}}}"))
    assert_one_fault(text, "parties.a.no_deal.war", "no section war")


def test_a_broken_part_is_not_called_unknown_elsewhere() -> None:
    text = edited(FULL, ("range: [2, 8], step: 2}", "range: [2, 8], step: ^0}"))
    assert_one_fault(text, "issues.fleet.step", "0 (expected more than 0)")
    text = edited(FULL, ("    default: 0\n", "    default: ^none\n"))
    assert_one_fault(text, "leverage.storm.default", "'none' (expected a number)")


def test_every_check_reports_in_one_run() -> None:
    text = edited(
        FULL,
        ("[2, 8], step: 2", "[2, 8], step: 7"),
        ("ceiling: {issue: tax, max: 30}", "ceiling: {issue: tax, min: 31, max: 30}"),
        ("tax: 15, fleet", "tax: some, fleet"),
        ("{factor: 2}", "{}"),
        ("after_years: 1, leverage: {storm: 0.5}", "after_years: 1, leverage: {storm: -4}"),
        ("{shared: 0.05}", "{shard: 0.05}"),
        ("  south:\n    wait", "  sout:\n    wait"),
        ("known_to: north", "known_to: nobody"),
        ("  storm: {drift", "  strom: {drift"),
        ("[doc-900/tax]", "[doc]"),
    )
    found = [fault.path.split(".")[0] for fault in faults(text)]
    assert list(dict.fromkeys(found)) == [
        "issues", "parties", "war", "leverage", "future", "enforcement", "moves", "private", "dynamics", "sources",
    ]  # fmt: skip


def test_large_numbers_are_written_out() -> None:
    text = edited(SMALL, ("cake: {range: [0, 1], step: 0.1}", "cake: {range: [0, 2000000], step: 1000}"))
    text += "enforcement: {a: {cake: {^1234567: 0}}}\n"
    assert_one_fault(
        text, "enforcement.a.cake.1234567", "1234567 is not a level (expected 0 to 2000000 in steps of 1000)"
    )


def test_levels_may_be_given_as_any_equal_number() -> None:
    text = edited(
        FULL, ("{2: 0, 4: 0.5,", "{2.0: 0, 4e0: 0.5,"), ("fleet: [2, 4]}", "fleet: [2.0000000001, 4]}"), ("{10: 0", "{1e1: 0")
    )  # fmt: skip
    assert read(text).spec.parties["south"].values["fleet"].at((2.0, 4.0)).tolist() == [0.0, 0.5]


NOTES: list[tuple[list[Edit], str, str]] = [
    ([("ideal: 6, tolerance: 5", "ideal: 6, tolerance: 4")], "", ""),
    ([], "parties.north.values.fleet", "value runs from 0.2 to 1 over the declared levels"),
    ([("[open, shut], c", "[open, shut], meaning: x, c"), ("canal: {importance: 1", "canal: {importance: 0")], "issues.canal", "no party gives this issue any importance"),
    ([("{by: 0.02}", "{by: 0.02}, parties.north.power: {by: 1}")], "leverage.storm", "moves both war odds and power"),
    ([("{by: 0.02}", "{by: 0.02}, war.outcomes.south_wins.levels.tax: {by: 1}")], "leverage.storm", "moves both war costs and levels of what comes without a deal"),
    ([("uncertain:\n", "uncertain:\n  parties.north.values: {order: [fleet, tax]}\n")], "uncertain.parties.north.values", "the numbers of this file do not obey it: tax (4) weighs more than fleet (3)"),
    ([("uncertain:\n", "uncertain:\n  parties.north.values: {ratios: {tax/fleet: [3, 4]}}\n")], "uncertain.parties.north.values", "tax/fleet is 4/3, not from 3 to 4"),
    ([("uncertain:\n", "uncertain:\n  war.outcomes.north_wins.odds: {between: [90, 99]}\n")], "uncertain.war.outcomes.north_wins.odds", "is not from 90 to 99"),
]  # fmt: skip


@pytest.mark.parametrize(("edits", "path", "words"), NOTES)
def test_advice_on_sound_scenarios(edits: list[Edit], path: str, words: str) -> None:
    notes = read(edited(FULL, *edits)).notes
    if path:
        assert words in notes[path]
    else:
        assert not notes


def test_a_grid_whose_step_is_its_range_is_checked() -> None:
    """0.3 - 0.2 is a little below 0.1 in floats, though not in the decimals of a file."""
    assert 0.1 > 0.3 - 0.2
    text = edited(
        SMALL,
        ("range: [0, 1], step: 0.1", "range: [0.2, 0.3], step: 0.1"),
        ("{importance: 1, best: 1, worst: 0}", "{importance: 1, table: ^{'0.2': 0}}"),
    )
    assert_one_fault(text, "parties.a.values.cake.table", "no value for 0.3 (expected every level)")
