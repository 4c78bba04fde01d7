//! A response document as GNPy's table.
//!
//! Clauses: GNPy 1.3 (CSV), 6.10 (rounding). In: a response document, the library that its modes are of. Out: a
//! table of 27 columns, one row a response.

use core::fmt;

use otn_photon::rounding::round_python;
use serde_json::Value;

use crate::library::{Library, Mode};

/// Columns, in their order.
//= gnpy:1.3-csv
pub const COLUMNS: [&str; 27] = [
    "response-id",
    "source",
    "destination",
    "path_bandwidth",
    "Pass?",
    "nb of tsp pairs",
    "total cost",
    "transponder-type",
    "transponder-mode",
    "bit rate",
    "OSNR-0.1nm (average)",
    "SNR-0.1nm (average)",
    "SNR-bandwidth (average)",
    "SNR-0.1nm (min)",
    "SNR-0.1nm (max)",
    "PDL_penalty",
    "CD_penalty",
    "PMD_penalty",
    "min required OSNR (inc. margin)",
    "baud rate (Gbaud)",
    "input power (dBm)",
    "path",
    "spectrum (N,M)",
    "reversed path OSNR-0.1nm (average)",
    "reversed path SNR-0.1nm (average)",
    "reversed path SNR-bandwidth (average)",
    "reversed path SNR-0.1nm (min)",
];

/// What follows the columns above where the way back was judged.
const MORE: [&str; 4] = [
    "reversed path SNR-0.1nm (max)",
    "reversed path PDL_penalty",
    "reversed path CD_penalty",
    "reversed path PMD_penalty",
];

/// Metrics in the order of their columns.
const METRICS: [&str; 8] = [
    "OSNR-0.1nm",
    "SNR-0.1nm",
    "SNR-bandwidth",
    "lowest_SNR-0.1nm",
    "biggest_SNR-0.1nm",
    "PDL_penalty",
    "CD_penalty",
    "PMD_penalty",
];

/// Why a response document has no table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoTable {
    /// Where in the document, as RFC 6901 points to it.
    pub pointer: String,
    /// What was found, and what was expected.
    pub problem: String,
}

impl fmt::Display for NoTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.pointer, self.problem)
    }
}

impl core::error::Error for NoTable {}

/// The rows of a response document; the first one holds the names of the columns.
///
/// # Errors
/// [`NoTable`] for a document of another shape, and for a transponder that the library does not have.
pub fn table(document: &Value, library: &Library) -> Result<Vec<Vec<String>>, NoTable> {
    let responses = document.get("response").and_then(Value::as_array);
    let responses = responses.ok_or_else(|| NoTable {
        pointer: "/response".into(),
        problem: "not there, expected a list of responses".into(),
    })?;
    let header = COLUMNS.iter().chain(&MORE).map(|name| (*name).to_owned()).collect();
    let mut rows = vec![header];
    for (i, response) in responses.iter().enumerate() {
        rows.push(Row { at: format!("/response/{i}"), library, response }.cells()?);
    }
    Ok(rows)
}

struct Row<'a> {
    at: String,
    library: &'a Library,
    response: &'a Value,
}

impl Row<'_> {
    fn wrong(&self, field: &str, problem: &str) -> NoTable {
        NoTable { pointer: format!("{}/{field}", self.at), problem: problem.to_owned() }
    }

    //= gnpy:1.3-csv
    fn cells(&self) -> Result<Vec<String>, NoTable> {
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let id = self.response.get("response-id").and_then(text);
        let id = id.ok_or_else(|| self.wrong("response-id", "expected a name"))?;
        let mut cells = vec![String::new(); COLUMNS.len() + MORE.len()];
        cells[0] = id;
        let no_path = self.response.get("no-path");
        let reason = no_path.and_then(|no| no.get("no-path")).and_then(text);
        let properties = match no_path {
            Some(no_path) => no_path.get("path-properties"),
            None => self.response.get("path-properties"),
        };
        if let Some(reason) = &reason {
            cells[4].clone_from(reason);
        }
        let Some(properties) = properties else {
            let missing =
                || self.wrong("path-properties", "not there, expected a path or its lack");
            return reason.map(|_| cells).ok_or_else(missing);
        };
        let hops = self.hops(properties)?;
        cells[1] = hops.path.first().cloned().unwrap_or_default();
        cells[2] = hops.path.last().cloned().unwrap_or_default();
        let (variety, format) = hops
            .transponder
            .ok_or_else(|| self.wrong("path-properties", "no transponder among its objects"))?;
        let mode = self.mode(&variety, &format)?;
        let metrics = properties.get("path-metric").unwrap_or(&Value::Null);
        let margin_db = self.library.spectra.first().map_or(0.0, |comb| comb.sys_margins_db);
        let required_db = mode.osnr_db + margin_db;
        if reason.is_none() {
            let bandwidth = number(metrics, "path_bandwidth");
            let bandwidth =
                bandwidth.ok_or_else(|| self.wrong("path-properties", "no path_bandwidth"))?;
            let pairs = (bandwidth / mode.bit_rate).ceil();
            let judged = number(metrics, "lowest_SNR-0.1nm").or(number(metrics, "SNR-0.1nm"));
            let passes = judged.is_some_and(|snr_db| snr_db >= required_db);
            cells[3] = float(bandwidth * 1e-9);
            cells[4] = if passes { "True".into() } else { "False".into() };
            cells[5] = format!("{pairs}");
            cells[6] = format!("{}", pairs * mode.cost);
            cells[22] = hops.spectrum;
        }
        (cells[7], cells[8]) = (variety, format);
        cells[9] = float(mode.bit_rate * 1e-9);
        for (i, name) in METRICS.into_iter().enumerate() {
            cells[10 + i] = shown(metrics, name);
        }
        cells[18] = format!("{required_db}");
        cells[19] = float(mode.baud_rate * 1e-9);
        cells[20] = number(metrics, "reference_power")
            .map_or_else(String::new, |power_w| float(otn_photon::units::dbm(power_w)));
        cells[21] = hops.path.join(" | ");
        if let Some(back) = properties.get("z-a-path-metric") {
            for (i, name) in METRICS.into_iter().enumerate() {
                cells[23 + i] = shown(back, name);
            }
        }
        Ok(cells)
    }

    fn mode(&self, variety: &str, format: &str) -> Result<&Mode, NoTable> {
        let transceiver = self.library.transceiver(variety);
        let mode = transceiver.and_then(|transceiver| transceiver.mode(format));
        mode.ok_or_else(|| {
            let found = format!("no mode '{format}' of transceiver '{variety}' in the library");
            self.wrong("path-properties/path-route-objects", &found)
        })
    }

    fn hops(&self, properties: &Value) -> Result<Hops, NoTable> {
        let objects = properties.get("path-route-objects").and_then(Value::as_array);
        let objects = objects
            .ok_or_else(|| self.wrong("path-properties/path-route-objects", "expected a list"))?;
        let mut hops = Hops::default();
        for object in objects.iter().filter_map(|object| object.get("path-route-object")) {
            if let Some(uid) = object.pointer("/num-unnum-hop/node-id").and_then(Value::as_str) {
                hops.path.push(uid.to_owned());
            }
            if let Some(labels) = object.get("label-hop").and_then(Value::as_array) {
                let all = |key: &str| {
                    let each = labels.iter().filter_map(|label| label.get(key)?.as_i64());
                    let each: Vec<String> = each.map(|number| number.to_string()).collect();
                    format!("[{}]", each.join(", "))
                };
                hops.spectrum = format!("{}, {}", all("N"), all("M"));
            }
            let of = |key| object.pointer(key).and_then(Value::as_str).map(str::to_owned);
            let transponder =
                of("/transponder/transponder-type").zip(of("/transponder/transponder-mode"));
            hops.transponder = hops.transponder.or(transponder);
        }
        Ok(hops)
    }
}

/// What the objects of a route say.
#[derive(Default)]
struct Hops {
    path: Vec<String>,
    transponder: Option<(String, String)>,
    spectrum: String,
}

fn value<'a>(metrics: &'a Value, name: &str) -> Option<&'a Value> {
    let mut all = metrics.as_array()?.iter();
    all.find(|metric| metric.get("metric-type").is_some_and(|of| of == name))?
        .get("accumulative-value")
}

fn number(metrics: &Value, name: &str) -> Option<f64> {
    value(metrics, name)?.as_f64()
}

fn shown(metrics: &Value, name: &str) -> String {
    match value(metrics, name) {
        Some(Value::Number(number)) => float(number.as_f64().unwrap_or(f64::NAN)),
        Some(Value::String(word)) => word.clone(),
        _ => String::new(),
    }
}

/// A number with two decimals at most, and one at least.
//= gnpy:6.10-csv
fn float(value: f64) -> String {
    format!("{:?}", round_python(value, 2))
}
