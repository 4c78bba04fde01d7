"""Random networks: a line, a chain of ROADMs, or a mesh, with elements given, open or left out.

In: a random generator and the features wanted. Out: a topology as GNPy reads it, with the transceivers
`trx A` and `trx Z`.

What GNPy stops at is not built: a ROADM followed by a fibre without amplifiers where insertion is off, a long
fibre whose loss is a table, a pumped fibre in the span behind an amplifier or with an open connector, parameters
that hold nothing but empty lists, a line of several bands where no amplifier is given.
"""

from random import Random
from typing import Any

Json = dict[str, Any]

AMPLIFIERS = (
    "std_low_gain",
    "std_medium_gain",
    "std_high_gain",
    "std_fixed_gain",
    "operator_model_example",
    "medium+low_gain",
    "high_detail_model_example",
    "Juniper_BoosterHG",
    "openroadm_ila_standard",
)
MULTIBAND = {
    "std_medium_gain_multiband": ("std_medium_gain_C", "std_medium_gain_L"),
    "std_low_gain_multiband": ("std_low_gain", "std_low_gain_L"),
    "std_low_gain_multiband_bis": ("std_low_gain_bis", "std_low_gain_L"),
}
C_AND_L = (
    {"f_min": 191.3e12, "f_max": 195.1e12, "spacing": 50e9},
    {"f_min": 186.6e12, "f_max": 190.0e12, "spacing": 50e9},
)
# Past the pumps on one side and the L band on the other: a loss table holds nothing beyond its ends.
TABLE_HZ = (180e12, 190e12, 193e12, 194e12, 197e12, 212e12)
PUMP_HZ = (201e12, 203e12, 205e12)


class Network:
    """A topology while it is built."""

    def __init__(self, rng: Random, features: set[str]) -> None:
        """Builds it."""
        self.rng = rng
        self.features = features
        self.elements: list[Json] = []
        self.connections: list[Json] = []
        if "mesh" in features:
            self.mesh()
        elif features & {"degrees", "profiles", "multiband"} or rng.random() < 0.85:
            self.chain()
        else:
            self.line()

    def topology(self) -> Json:
        """The file."""
        return {"elements": self.elements, "connections": self.connections}

    # Shapes

    def line(self) -> None:
        """Two transceivers and one direction between them."""
        start, end = self.transceiver("A"), self.transceiver("Z")
        self.join(start, *self.span(), end)

    def chain(self) -> None:
        """Two to four ROADMs in a row, both directions, a transceiver at each end."""
        nodes = [self.roadm(chr(65 + i)) for i in range(self.rng.randint(2, 4))]
        for one, other in zip(nodes, nodes[1:]):
            self.both_ways(one, other)
        self.end("A", nodes[0])
        self.end("Z", nodes[-1])

    def mesh(self) -> None:
        """A ring of ROADMs and a chord: several paths of different length, which the lengths tell apart."""
        nodes = [self.roadm(chr(65 + i)) for i in range(self.rng.randint(4, 5))]
        for one, other in zip(nodes, [*nodes[1:], nodes[0]]):
            self.both_ways(one, other)
        self.both_ways(nodes[0], nodes[2])
        self.end("A", nodes[0])
        self.end("Z", self.rng.choice(nodes[2:]))

    def both_ways(self, one: Json, other: Json) -> None:
        """A line in each direction between two ROADMs."""
        for start, end in ((one, other), (other, one)):
            between = self.span()
            self.join(start, *between, end)
            if "degrees" in self.features:
                self.degree(start, between[0])

    def end(self, name: str, roadm: Json) -> None:
        """A transceiver at a ROADM."""
        transceiver = self.transceiver(name)
        self.join(transceiver, roadm, transceiver)

    def join(self, *elements: Json) -> None:
        """Connects one to the next."""
        for one, other in zip(elements, elements[1:]):
            self.connections.append({"from_node": one["uid"], "to_node": other["uid"]})

    # Elements

    def add(self, uid: str, kind: str, **fields: Any) -> Json:
        """An element somewhere."""
        location = {
            "city": self.rng.choice(["here", "there", None]),
            "region": "",
            "latitude": round(self.rng.uniform(-5, 5), 2),
            "longitude": round(self.rng.uniform(-5, 5), 2),
        }
        element = {"uid": uid, "type": kind, "metadata": {"location": location}, **fields}
        self.elements.append(element)
        return element

    def numbered(self, name: str) -> str:
        """A name that no other element has."""
        return f"{name} {len(self.elements) + 1}"

    def transceiver(self, name: str) -> Json:
        """A transceiver."""
        return self.add(f"trx {name}", "Transceiver")

    def roadm(self, name: str) -> Json:
        """A ROADM: as the library has it, with targets or restrictions of its own, or of another type."""
        rng, roadm = self.rng, self.add(f"roadm {name}", "Roadm")
        if "profiles" in self.features:
            roadm["type_variety"] = rng.choice(["detailed_impairments"] * 2 + ["roadm_type_1"])
        params: Json = {}
        if rng.random() < 0.3:
            own = [{"target_pch_out_db": -18}, {"target_psd_out_mWperGHz": 2.5e-4}]
            params.update(rng.choice(own))
        if rng.random() < 0.2 and "multiband" not in self.features:
            allowed = ["std_medium_gain", "std_low_gain", "std_high_gain"]
            params["restrictions"] = {
                "preamp_variety_list": rng.choice([allowed, allowed[:1]]),
                "booster_variety_list": rng.choice([[], allowed[:2]]),
            }
        if "multiband" in self.features:
            params["design_bands"] = list(C_AND_L)
        if params:
            roadm["params"] = params
        return roadm

    def degree(self, roadm: Json, neighbour: Json) -> None:
        """A target for one direction of a ROADM; only a name that design does not change can be one."""
        if neighbour["type"] not in ("Edfa", "Multiband_amplifier"):
            return
        key, value = self.rng.choice(
            [
                ("per_degree_pch_out_db", -21.5),
                ("per_degree_psd_out_mWperGHz", 2e-4),
                ("per_degree_psd_out_mWperSlotWidth", 1.5e-4),
            ]
        )
        roadm.setdefault("params", {}).setdefault(key, {})[neighbour["uid"]] = value

    def span(self) -> list[Json]:
        """What lies between two ends of a line."""
        rng, closed = self.rng, "no_insert" in self.features
        elements = []
        if "raman" in self.features and not closed and rng.random() < 0.7:
            elements += [self.fused(), self.fibre(pumped=True)]
        elif closed or "multiband" in self.features:
            elements.append(self.amplifier())
        elif rng.random() < (0.7 if "degrees" in self.features else 0.25):
            elements.append(self.amplifier())
        elif rng.random() < 0.12:
            elements.append(self.fused())
        for number in range(rng.randint(1, 3)):
            if number and rng.random() < 0.4:
                elements.append(self.amplifier())
            elif number and rng.random() < 0.25:
                elements.append(self.fused())
            elements.append(self.fibre())
        if closed or rng.random() < 0.25:
            elements.append(self.amplifier())
        return elements

    def amplifier(self) -> Json:
        """An amplifier, more or less of it open."""
        if "multiband" in self.features:
            return self.multiband_amplifier()
        amplifier = self.add(self.numbered("amplifier"), "Edfa")
        variety = self.rng.choice(["", *AMPLIFIERS])
        if variety or self.rng.random() < 0.5:
            amplifier["type_variety"] = variety
        operational = self.operational()
        if operational:
            amplifier["operational"] = operational
        return amplifier

    def multiband_amplifier(self) -> Json:
        """An amplifier for C and L band: open, of a type, or with all its parts."""
        amplifier = self.add(self.numbered("amplifier"), "Multiband_amplifier")
        variety = self.rng.choice(["", *MULTIBAND])
        amplifier["type_variety"] = variety
        amplifier["amplifiers"] = [
            {"type_variety": part, "operational": self.operational()}
            for part in MULTIBAND.get(variety, ())
            if variety
        ]
        return amplifier

    def operational(self) -> Json:
        """Settings of an amplifier that a file may give or leave open."""
        rng, given = self.rng, {}
        if rng.random() < 0.5:
            given["gain_target"] = rng.choice([None, 15, round(rng.uniform(8, 26), 2)])
        if rng.random() < 0.4:
            given["delta_p"] = rng.choice([None, 0, round(rng.uniform(-3, 3), 2)])
        if rng.random() < 0.4:
            given["tilt_target"] = rng.choice([0, 0, -0.5, 1.0])
        if rng.random() < 0.4:
            given["out_voa"] = rng.choice([None, 0, 1.5])
        if rng.random() < 0.2:
            given["in_voa"] = rng.choice([0, 1])
        return given

    def fused(self) -> Json:
        """A joint."""
        fused = self.add(self.numbered("fused"), "Fused")
        if self.rng.random() < 0.6:
            fused["params"] = {"loss": self.rng.choice([0, 0.5, 2])}
        return fused

    def fibre(self, pumped: bool = False) -> Json:
        """A fibre: short, usual, or so long that it has to be split."""
        rng = self.rng
        table = "loss_table" in self.features and rng.random() < 0.6
        lengths = [(1, 30), (30, 110), (60, 110), (150, 330)]
        length_km = round(rng.uniform(*rng.choice(lengths[:3] if pumped or table else lengths)), 3)
        if "no_insert" in self.features:
            length_km = min(length_km, 140)
        loss: Any = rng.choice([0.19, 0.2, 0.22, 0.27])
        if table:
            loss = {"frequency": list(TABLE_HZ), "value": [0.23, 0.21, 0.2, 0.19, 0.2, 0.26]}
        params = {
            "length": length_km,
            "loss_coef": loss,
            "length_units": "km",
            "con_in": rng.choice([0.25, 0.5] if pumped else [None, 0.25, 0.5]),
            "con_out": rng.choice([0, 0.4] if pumped else [None, 0.4]),
        }
        if rng.random() < 0.15:
            params["att_in"] = rng.choice([0, 1, 3])
        if rng.random() < 0.1:
            params["pmd_coef"] = 3e-15
        if "slope" in self.features and rng.random() < 0.6:
            params["dispersion_slope"] = rng.choice([58, 80.5])
        if length_km < 110 and rng.random() < (0.4 if "lumped" in self.features else 0.05):
            params["lumped_losses"] = self.lumped_losses(length_km)
        variety = "SSMF" if pumped else rng.choice(["SSMF", "SSMF", "NZDF", "LOF"])
        fields = {"type_variety": variety, "params": params}
        if pumped:
            fields["operational"] = {"temperature": 283, "raman_pumps": self.pumps()}
        kind = "RamanFiber" if pumped else "Fiber"
        return self.add(self.numbered("fibre"), kind, **fields)

    def lumped_losses(self, length_km: float) -> list[Json]:
        """One or two splices."""
        places = self.rng.sample([0.2, 0.5, 0.8], self.rng.randint(1, 2))
        return [
            {"position": round(place * length_km, 2), "loss": self.rng.choice([0.5, 2])}
            for place in places
        ]

    def pumps(self) -> list[Json]:
        """One or two pumps, with the light or against it."""
        return [
            {
                "power": round(self.rng.uniform(0.05, 0.25), 4),
                "frequency": frequency_hz,
                "propagation_direction": self.rng.choice(["counterprop", "counterprop", "coprop"]),
            }
            for frequency_hz in self.rng.sample(PUMP_HZ, self.rng.randint(1, 2))
        ]
