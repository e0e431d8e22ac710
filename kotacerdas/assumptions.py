"""One assumption at a time: leave something out, move one weight, aggregate differently; and what each does to ranks.

Every alternative is one simulated round; together they form an `Ensemble` whose `names` say which is which. Finals
are rounded half-up and keep the round's residue (what a printed final differs from its printed components).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from kotacerdas.ensemble import Ensemble
from kotacerdas.field import Field
from kotacerdas.problem import Problem
from kotacerdas.published import Published
from kotacerdas.scoring import Floats, Plan, round_half_up_many


def leave_out(field: Field, questions: pd.DataFrame | None = None) -> Ensemble:
    """Each component left out in turn (`without:<id>`), the others sharing its weight in proportion.

    Where `questions` (cities x questions, `Published.question_matrix`) hold every question of every ranked city, also
    each question (`without_question:<id>`): the component then moves by what leaving it out does to its score.
    """
    alternatives = {
        f"without:{part}": field.finals(_without(field.weights, j)) for j, part in enumerate(field.components)
    }
    if questions is not None and len(questions.columns):
        answers = questions.reindex(list(field.codes))
        if answers.notna().all(axis=None):
            alternatives |= _without_questions(field, answers)
    return _ensemble(field, alternatives)


def one_weight(field: Field, spread: float = 0.25) -> Ensemble:
    """Each component's weight alone raised (`up:<id>`) and lowered (`down:<id>`) by `spread`, its set back to 1."""
    alternatives = {}
    for column, part in enumerate(field.components):
        for name, factor in (("up", 1 + spread), ("down", 1 - spread)):
            weights = field.weights.copy()
            weights[:, column] *= factor
            alternatives[f"{name}:{part}"] = field.finals(weights / weights.sum(axis=1, keepdims=True))
    return _ensemble(field, alternatives)


def methods(field: Field) -> Ensemble:
    """Arithmetic or geometric mean x official or equal weights (`geometric:equal` ...), and all cities by one set.

    `arithmetic:official` is the published method. A component counted as 0 by rule makes the geometric mean 0.
    `one_set:<instrument>`: every city by the weights of one instrument, where all cities have its components.
    """
    equal = (field.weights > 0) / (field.weights > 0).sum(axis=1, keepdims=True)
    alternatives = {}
    for weights_name, weights in (("official", field.weights), ("equal", equal)):
        own = weights[field.group]
        alternatives[f"arithmetic:{weights_name}"] = field.printed_as((own * field.values).sum(axis=1))
        alternatives[f"geometric:{weights_name}"] = field.printed_as(np.prod(field.values**own, axis=1))
    for place, instrument in enumerate(field.instruments):
        used = field.weights[place] > 0
        if len(field.instruments) > 1 and (field.weights[:, used] > 0).all():
            one = np.tile(field.weights[place], (len(field.instruments), 1))
            alternatives[f"one_set:{instrument.id}"] = field.finals(one)
    return _ensemble(field, alternatives)


def effects(ensembles: Mapping[str, Ensemble]) -> pd.DataFrame:
    """What each assumption does to the published ranks, largest mean change first.

    One row per ensemble of random draws (index: its name in `ensembles`) and one per named alternative (index: the
    alternative's name). Columns: `preset` (the name in `ensembles`), `mean` (mean absolute rank change over cities
    and draws), `most` (largest change of any city in any draw), `city` (code of that city), `moved` (share of cities
    that change rank at all; in random draws: over all draws).
    """
    rows = {}
    for preset, ensemble in ensembles.items():
        change = np.abs(ensemble.ranks() - ensemble.published_ranks.astype(np.int16))
        parts = dict(zip(ensemble.names, change[:, None], strict=True)) if ensemble.names else {preset: change}
        for name, moved in parts.items():
            widest = moved.max(axis=0)
            rows[name] = {
                "preset": preset,
                "mean": float(moved.mean()),
                "most": int(widest.max()),
                "city": ensemble.field.codes[int(widest.argmax())],
                "moved": float((moved > 0).mean()),
            }
    frame = pd.DataFrame.from_dict(rows, orient="index").rename_axis("assumption")
    return frame.sort_values("mean", ascending=False, kind="stable")


def questions_left_out(published: Published, code: str, year: int) -> pd.DataFrame:
    """Each question of one city left out in turn, the other cities held constant: one row per question, in order.

    Index `question`; columns `component`, `final` (rounded half-up, with the round's residue), `rank` among the
    printed finals, `moved` (places gained against the published rank), `change` (points against the printed final).
    Raises `Problem` where the city has no complete question results for the year.
    """
    answers = published.answers(code, year)
    results = published.results(year)
    row = results.loc[code]
    instrument = published.instrument_of(year, row["group"])
    plan = Plan(instrument)
    asked = instrument.of_kind("question")
    if any(question.id not in answers for question in asked):
        raise Problem("questions_incomplete", city=row["name"], year=year)
    whole = np.array([[float(answers.get(leaf, "nan")) for leaf in plan.leaves]])
    cases = np.repeat(whole, len(asked), axis=0)
    cases[np.arange(len(asked)), [plan.leaves.index(question.id) for question in asked]] = np.nan
    residue = row["final"] - round_half_up_many(plan.score_matrix(whole)[:, -1])
    finals = np.round(round_half_up_many(plan.score_matrix(cases)[:, -1]) + residue, 2)
    others = results["final"].dropna().drop(code).to_numpy()
    ranks = 1 + (others > finals[:, None]).sum(axis=1)
    return pd.DataFrame(
        {
            "component": [question.parent for question in asked],
            "final": finals,
            "rank": ranks,
            "moved": int(row["rank"]) - ranks,
            "change": np.round(finals - row["final"], 2),
        },
        index=pd.Index([question.id for question in asked], name="question"),
    )


def _without(weights: Floats, column: int) -> Floats:
    left = weights.copy()
    left[:, column] = 0
    return np.asarray(left / left.sum(axis=1, keepdims=True))


def _without_questions(field: Field, answers: pd.DataFrame) -> dict[str, Floats]:
    found = {}
    instrument = field.instruments[0]
    plan = Plan(instrument)
    whole = answers.reindex(columns=plan.leaves).to_numpy(float)
    scored = plan.score_matrix(whole)
    for column, part in enumerate(field.components):
        ids = [node.id for node in instrument.below(part) if node.id in plan.leaves] if part in instrument else []
        for question in ids if len(ids) > 1 else []:
            case, place = whole.copy(), plan.columns.index(part)
            case[:, plan.leaves.index(question)] = np.nan
            values = field.values.copy()
            values[:, column] += plan.score_matrix(case)[:, place] - scored[:, place]
            found[f"without_question:{question}"] = field.finals(values=values)
    return found


def _ensemble(field: Field, alternatives: Mapping[str, Floats]) -> Ensemble:
    finals = np.array(list(alternatives.values()))
    return Ensemble(field, np.rint(finals * 100).astype(np.int16), tuple(alternatives))
