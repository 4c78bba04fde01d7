"""GNPy as a referee: designs networks, takes light across, and writes down what came out.

usage: PYTHON gnpy_referee.py JOBS.json, with a Python that has GNPy. It is a program of its own because GNPy
needs an older numpy than the other referees; and one for all tasks because GNPy takes seconds to start.

In: a list of tasks, each with the names of its files. Out: `reference` of each task, in full precision and with
the keys of tests/gnpy-data/reference, or `error` alone where GNPy stops.
"""

import json
import logging
import sys
from pathlib import Path
from typing import Any

from gnpy.core.elements import Edfa, Fiber, Multiband_amplifier
from gnpy.core.parameters import SimParams
from gnpy.tools.json_io import (
    load_equipments_and_configs,
    load_initial_spectrum,
    load_json,
    load_network,
)
from gnpy.tools.worker_utils import designed_network, transmission_simulation

Json = dict[str, Any]


def amplifier(found: Any) -> Json:
    """How an amplifier of one band is set."""
    return {
        "type_variety": found.params.type_variety,
        "effective_gain_db": found.effective_gain,
        "delta_p_db": found.delta_p,
        "tilt_target_db": found.tilt_target,
        "out_voa_db": found.out_voa,
        "in_voa_db": found.in_voa,
    }


def design(network: Any) -> Json:
    """Every amplifier and fibre, and what is connected."""
    amplifiers, fibres = {}, {}
    for node in network.nodes():
        if isinstance(node, Edfa):
            amplifiers[node.uid] = amplifier(node)
        elif isinstance(node, Multiband_amplifier):
            bands = {name: amplifier(part) for name, part in node.amplifiers.items()}
            amplifiers[node.uid] = {"type_variety": node.type_variety, "bands": bands}
        elif isinstance(node, Fiber):
            fibres[node.uid] = {
                "length_m": node.params.length,
                "att_in_db": node.params.att_in,
                "con_in_db": node.params.con_in,
                "con_out_db": node.params.con_out,
                "loss_db": node.loss,
                "ref_pch_in_dbm": node.ref_pch_in_dbm,
            }
    edges = sorted([one.uid, other.uid] for one, other in network.edges())
    return {"amplifiers": amplifiers, "fibers": fibres, "edges": edges}


def receiver(found: Any) -> Json:
    """What the receiver at the end of a path sees."""
    return {
        "uid": found.uid,
        "gsnr_01nm_db": list(found.snr_01nm),
        "gsnr_bw_db": list(found.snr),
        "osnr_ase_01nm_db": list(found.osnr_ase_01nm),
        "osnr_ase_bw_db": list(found.osnr_ase),
        "osnr_nli_bw_db": list(found.osnr_nli),
        "raw_gsnr_bw_db": list(found.raw_snr),
        "cd_ps_nm": list(found.chromatic_dispersion),
        "pmd_ps": list(found.pmd),
        "pdl_db": list(found.pdl),
        "latency_ms": list(found.latency),
    }


def reference(job: Json) -> Json:
    """What GNPy makes of a task."""
    files = {name: Path(path) for name, path in job["files"].items()}
    extra = [Path(path) for path in job["configurations"]]
    equipment = load_equipments_and_configs(files["equipment"], [], extra)
    SimParams.set_params(load_json(files["sim_params"]) if "sim_params" in files else {})
    network = load_network(files["topology"], equipment)
    spectrum = load_initial_spectrum(files["spectrum"]) if "spectrum" in files else None
    network, request, reference_request = designed_network(
        equipment,
        network,
        job["source"],
        job["destination"],
        nodes_list=[job["destination"]],
        loose_list=["STRICT"],
        initial_spectrum=spectrum,
        no_insert_edfas=job["no_insert_edfas"],
        args_power=job["power_dbm"],
    )
    # Light changes amplifiers: what design gave is taken down before.
    designed = design(network)
    path, crossings, powers_dbm, launched = transmission_simulation(
        equipment, network, request, reference_request
    )
    return {
        "design": designed,
        "path": [node.uid for node in path],
        "powers_dbm": list(powers_dbm),
        "frequency_hz": list(launched.frequency),
        "baud_rate": list(launched.baud_rate),
        "receiver": [receiver(crossing[-1]) for crossing in crossings],
    }


def main() -> None:
    """Does all tasks of a file."""
    logging.disable(logging.CRITICAL)
    for job in load_json(Path(sys.argv[1])):
        try:
            found = reference(job)
        except (Exception, SystemExit) as error:
            found = {"error": f"{type(error).__name__}: {error}"}
        Path(job["reference"]).write_text(json.dumps(found, default=float), encoding="utf-8")


if __name__ == "__main__":
    main()
