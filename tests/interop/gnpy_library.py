"""Random equipment libraries: those of the reference data, with rules and numbers changed.

In: a random generator and the features wanted. Out: a library as GNPy reads it.
"""

import copy
import json
from pathlib import Path
from random import Random
from typing import Any

DATA = Path(__file__).resolve().parents[1] / "gnpy-data"
# The configurations that GNPy has built in; libraries refer to them by their bare names.
CONFIGURATIONS = [
    DATA / "example-data" / name
    for name in ("std_medium_gain_advanced_config.json", "Juniper-BoosterHG.json")
]
ONE_BAND = "cases/inv01_tx_default/equipment.json"
SEVERAL_BANDS = "cases/inv16_multiband/equipment.json"

# Types whose most power and attenuator may be changed.
PLAIN_TYPES = ("variable_gain", "fixed_gain", "advanced_model")
TARGETS = (
    {"target_pch_out_db": -20},
    {"target_pch_out_db": -17.5},
    {"target_psd_out_mWperGHz": 3.125e-4},
    {"target_out_mWperSlotWidth": 2e-4},
)

Json = dict[str, Any]


def library(rng: Random, features: set[str]) -> Json:
    """A library: rules for spans, a comb, amplifiers, ROADMs."""
    name = SEVERAL_BANDS if "multiband" in features else ONE_BAND
    equipment = copy.deepcopy(json.loads((DATA / name).read_text(encoding="utf-8")))
    span_rules(rng, features, equipment["Span"][0])
    if "multiband" in features:
        # GNPy stops where the best amplifiers of two bands belong to no common type, as those with `_ter` do.
        equipment["Edfa"] = [
            entry for entry in equipment["Edfa"] if not entry["type_variety"].endswith("_ter")
        ]
        for comb in equipment["SI"]:
            comb["use_si_channel_count_for_design"] = False
        equipment["SI"][0]["power_dbm"] = rng.choice([0, 1, -1.5])
    else:
        comb_rules(rng, features, equipment["SI"][0])
    amplifiers(rng, features, equipment["Edfa"])
    roadms(rng, equipment["Roadm"])
    return equipment


def span_rules(rng: Random, features: set[str], span: Json) -> None:
    """Changes the rules of design."""
    span["power_mode"] = "gain_mode" not in features
    span["delta_power_range_db"] = rng.choice(
        [[-2, 3, 0.5], [0, 0, 0.5], [-3, 2, 0.25], [-2, 2, 1], [0, 0, 0]]
    )
    span["padding"] = rng.choice([10, 11, 8, 12])
    span["EOL"] = rng.choice([0, 0.5, 1])
    span["con_in"] = rng.choice([0, 0.5])
    span["con_out"] = rng.choice([0, 0.3])
    span["max_length"] = rng.choice([120, 135, 150])
    span["target_extended_gain"] = rng.choice([0, 2.5, 4])
    span["max_fiber_lineic_loss_for_raman"] = rng.choice([0.19, 0.25])


def comb_rules(rng: Random, features: set[str], comb: Json) -> None:
    """Changes the default comb; few channels where each of them takes long."""
    comb["power_dbm"] = rng.choice([0, 1, -1.5, 3])
    comb["tx_power_dbm"] = rng.choice([0, 2, -3])
    if rng.random() < 0.3:
        del comb["tx_power_dbm"]
    comb["use_si_channel_count_for_design"] = rng.random() < 0.5
    comb["spacing"], comb["baud_rate"] = rng.choice(
        [(50e9, 32e9), (75e9, 64e9), (100e9, 90e9), (62.5e9, 44e9)]
    )
    comb["f_min"], comb["f_max"] = rng.choice(
        [(191.3e12, 195.1e12), (191.35e12, 196.1e12), (192e12, 194e12)]
    )
    if features & {"raman", "ggn_approx", "ggn_separated", "scattering"}:
        comb["f_max"] = comb["f_min"] + rng.choice([0.8e12, 1.1e12])
    comb["tx_osnr"] = rng.choice([35, 40, 100])
    comb["power_range_db"] = [-1, 1, 0.5] if "sweep" in features else [0, 0, 1]


def amplifiers(rng: Random, features: set[str], types: list[Json]) -> None:
    """Changes most powers and attenuators, and allows design more types."""
    for entry in types:
        if entry["type_def"] in PLAIN_TYPES:
            entry["out_voa_auto"] = rng.random() < 0.25
            if rng.random() < 0.15:
                entry["p_max"] = rng.choice([16, 18, 20, 25])
    kinds = ("multi_band",) if "multiband" in features else (*PLAIN_TYPES, "dual_stage")
    for entry in rng.sample([entry for entry in types if entry["type_def"] in kinds], 3):
        entry["allowed_for_design"] = True


def roadms(rng: Random, types: list[Json]) -> None:
    """Changes the ROADM that is taken where a topology names none."""
    default = next(entry for entry in types if "type_variety" not in entry)
    del default["target_pch_out_db"]
    default.update(rng.choice(TARGETS))
    default["pmd"] = rng.choice([0, 3e-12])
    default["pdl"] = rng.choice([0, 0.5])
    default["add_drop_osnr"] = rng.choice([33, 38])
