"""Random tasks for two programs: networks, libraries and settings, each from its number.

A task has at least one feature by its number, so that any run of them meets all; others by chance.
"""

from dataclasses import dataclass
from random import Random
from typing import Any

from gnpy_library import library
from gnpy_network import Network

Json = dict[str, Any]

# Features, and how probably a task has one that its number does not give it.
CHANCES = {
    "mesh": 0.15,
    "raman": 0.05,
    "ggn_approx": 0.05,
    "multiband": 0.08,
    "sweep": 0.15,
    "gain_mode": 0.2,
    "spectrum": 0.3,
    "profiles": 0.15,
    "degrees": 0.3,
    "loss_table": 0.15,
    "ggn_separated": 0.05,
    "scattering": 0.1,
    "no_insert": 0.08,
    "slope": 0.15,
    "lumped": 0.15,
}
FEATURES = tuple(CHANCES)
# What takes GNPy long: such tasks get few channels.
SLOW = {"raman", "ggn_approx", "ggn_separated", "scattering"}


@dataclass(frozen=True)
class Variant:
    """What both programs are asked."""

    features: set[str]
    equipment: Json
    topology: Json
    spectrum: Json | None
    sim_params: Json | None
    power_dbm: float | None
    no_insert_edfas: bool

    def files(self) -> dict[str, Json]:
        """The files there are, by what they hold."""
        names = ("equipment", "topology", "spectrum", "sim_params")
        held = {name: getattr(self, name) for name in names}
        return {name: content for name, content in held.items() if content is not None}


def variant(seed: int) -> Variant:
    """The task of this number."""
    rng = Random(seed)
    features = {feature for feature, chance in CHANCES.items() if rng.random() < chance}
    features.add(FEATURES[seed % len(FEATURES)])
    if "multiband" in features:
        # The library of several bands has no detailed ROADMs and none of the other amplifiers.
        features -= {"profiles", "raman"}
    if features & SLOW:
        # Once is enough where GNPy takes seconds.
        features -= {"sweep"}
    return Variant(
        features=features,
        equipment=library(rng, features),
        topology=Network(rng, features).topology(),
        spectrum=spectrum(rng, features),
        sim_params=simulation(rng, features),
        power_dbm=rng.choice([None, None, None, 1, -2.5]),
        no_insert_edfas="no_insert" in features,
    )


def spectrum(rng: Random, features: set[str]) -> Json | None:
    """A spectrum file of one to three partitions; in C and L band where there are several."""
    if not features & {"spectrum", "multiband"}:
        return None
    if "multiband" in features:
        starts = (191.4e12, 186.7e12)
    else:
        starts = (191.4e12, 192.6e12, 193.8e12)[: rng.randint(1, 3)]
    return {"spectrum": [partition(rng, f_min, 5 if features & SLOW else 12) for f_min in starts]}


def partition(rng: Random, f_min: float, most: int) -> Json:
    """Channels side by side, in less than 1.1 THz."""
    slot, baud_rate = rng.choice([(50e9, 32e9), (75e9, 64e9), (87.5e9, 64e9)])
    found = {
        "f_min": f_min,
        "f_max": f_min + slot * (rng.randint(3, most) - 1) + 1e6,
        "slot_width": slot,
        "baud_rate": baud_rate,
        "roll_off": 0.15,
    }
    if rng.random() < 0.5:
        found["delta_pdb"] = rng.choice([-1, 0, 1])
    if rng.random() < 0.5:
        found["tx_osnr"] = rng.choice([38, 45])
    if rng.random() < 0.3:
        found["tx_power_dbm"] = rng.choice([-1, 0])
    if rng.random() < 0.7:
        found["label"] = f"from {f_min * 1e-12:.1f}"
    return found


def simulation(rng: Random, features: set[str]) -> Json | None:
    """How light is computed; `None` for closed form and no scattering."""
    if not features & SLOW:
        return None
    raman = {
        "flag": bool(features & {"raman", "scattering"}),
        "method": rng.choice(["perturbative", "numerical"]),
        "order": rng.randint(1, 4),
        "result_spatial_resolution": 10e3,
        "solver_spatial_resolution": rng.choice([200, 500]),
    }
    nli: Json = {"method": "gn_model_analytic"}
    for method in ("ggn_separated", "ggn_approx"):
        if method in features:
            nli = {
                "method": {"ggn_separated": "ggn_spectrally_separated"}.get(method, method),
                "dispersion_tolerance": 1,
                "phase_shift_tolerance": 0.1,
            }
            nli.update(
                rng.choice([{"computed_channels": [1, 3]}, {"computed_number_of_channels": 3}])
            )
    return {"raman_params": raman, "nli_params": nli}
