//! Small plants that several tests use.

use otn_emu::light::{
    Direction, Lightpath, Options, Plant, Span, SpanLine, Texts, TransceiverChoice,
};
use otn_photon::modulation::Modulation;
use otn_photon::spectrum::Channel;
use otn_plan::Source;

/// Group index and speed of light, m/s, for delays computed apart from the code under test.
pub(crate) const INDEX: f64 = 1.468;
pub(crate) const LIGHT: f64 = 299_792_458.0;

/// Seconds that light takes for so many metres of fibre.
pub(crate) fn flight_s(metres: f64) -> f64 {
    metres * INDEX / LIGHT
}

/// A line of equal spans of standard fibre, 0.2 dB/km.
pub(crate) fn line(name: &str, spans: usize, km: f64) -> SpanLine {
    SpanLine { name: name.to_owned(), spans: vec![Span::standard(km * 1e3, 0.2); spans] }
}

/// QPSK at 32 GBd with a transmitter without noise.
pub(crate) fn clean() -> TransceiverChoice {
    let mut choice = TransceiverChoice::figures(Modulation::Qpsk, 32e9);
    let figures = otn_emu::light::ModeChoice::Figures {
        baud_rate: 32e9,
        roll_off: None,
        tx_osnr_db: Some(200.0),
    };
    choice.mode = figures;
    choice
}

/// A lightpath over a line, 50 GHz wide.
pub(crate) fn over(line: &SpanLine, name: &str, frequency_hz: f64) -> Lightpath {
    Lightpath {
        name: name.to_owned(),
        ends: Direction::ALL.map(|direction| line.transceiver(direction)),
        through: [Vec::new(), Vec::new()],
        frequency_hz,
        slot_width_hz: 50e9,
        transceiver: clean(),
        lit: true,
    }
}

/// The nominal channel of a lightpath, for comparisons.
pub(crate) fn slot(lightpath: &Lightpath) -> (f64, f64) {
    let half = lightpath.slot_width_hz / 2.0;
    (lightpath.frequency_hz - half, lightpath.frequency_hz + half)
}

/// Whether a channel touches a slot.
pub(crate) fn touches(channel: &Channel, (low, high): (f64, f64)) -> bool {
    let half = channel.slot_width_hz / 2.0;
    channel.frequency_hz - half < high && channel.frequency_hz + half > low
}

/// A line with one lightpath at so much power.
pub(crate) fn one(spans: usize, km: f64, tx_power_dbm: f64) -> (SpanLine, Plant) {
    let line = line("west", spans, km);
    let mut lightpath = over(&line, "blue", 193.1e12);
    lightpath.transceiver.tx_power_dbm = Some(tx_power_dbm);
    let lines = std::slice::from_ref(&line);
    let plant = Plant::from_spans(lines, vec![lightpath], &Options::default());
    (line, plant.unwrap_or_else(|error| panic!("{error}")))
}

/// A ring of three ROADMs a, b, c, 60 km apart, a transceiver at each: `ta`, `tb`, `tc`.
pub(crate) fn ring_text() -> String {
    let nodes = ["a", "b", "c"];
    let (mut elements, mut joined) = (Vec::new(), Vec::new());
    let mut join = |from: &str, to: &str| {
        joined.push(serde_json::json!({"from_node": from, "to_node": to}));
    };
    for node in nodes {
        let end = format!("t{node}");
        elements.push(serde_json::json!({"uid": end, "type": "Transceiver"}));
        elements.push(serde_json::json!({"uid": node, "type": "Roadm"}));
        join(&end, node);
        join(node, &end);
        for other in nodes.into_iter().filter(|&other| other != node) {
            let uid = format!("{node}{other}");
            let params = serde_json::json!({"length": 60, "loss_coef": 0.2, "length_units": "km"});
            elements.push(serde_json::json!({
                "uid": uid, "type": "Fiber", "type_variety": "SSMF", "params": params
            }));
            join(node, &uid);
            join(&uid, other);
        }
    }
    serde_json::json!({"elements": elements, "connections": joined}).to_string()
}

/// A lightpath of the ring over the ROADMs given.
pub(crate) fn around(name: &str, ends: [&str; 2], through: &[&str], thz: f64) -> Lightpath {
    Lightpath {
        name: name.to_owned(),
        ends: ends.map(str::to_owned),
        through: [through.iter().map(|&uid| uid.to_owned()).collect(), Vec::new()],
        frequency_hz: thz * 1e12,
        slot_width_hz: 50e9,
        transceiver: clean(),
        lit: true,
    }
}

/// The ring with these lightpaths.
pub(crate) fn ring(lightpaths: Vec<Lightpath>, options: &Options) -> Plant {
    let topology = ring_text();
    let texts = Texts {
        topology: Source::new("ring.json", &topology),
        equipment: Source::new("library.json", otn_emu::light::spans::DEFAULT_LIBRARY),
        extra_equipment: &[],
        configurations: &[],
    };
    Plant::from_gnpy(&texts, lightpaths, options).unwrap_or_else(|error| panic!("{error}"))
}
