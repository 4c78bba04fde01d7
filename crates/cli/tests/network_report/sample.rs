//! A report as a run of a national network could give it: every list has something in it.
//!
//! Coordinates are those of cities, everything else is made up. No run has been this one.

use otn::network_report::model::{
    Alarm, Capture, Channel, DecoderBin, Delay, DelayMeasurement, Disruption, EndCounters, Event,
    FecModel, Fibre, Latency, LightSample, Line, LineDirection, LineState, LineStateChange,
    LineTotals, Node, NodeKind, NodeState, NodeStateChange, PacketBin, PacketCounts, Pattern,
    PerformanceBin, Period, Protection, ProtectionSwitch, Report, Role, Route, Run, Service,
    ServiceDirection, ServiceState, ServiceStateChange, Severity, SlotUse, Tandem, TandemCounts,
    VERSION, Validity,
};
use otn::network_report::model::{Loss, LossCause, LostByCause};

const MS: u64 = 1_000_000_000;
const US: u64 = 1_000_000;
const END: u64 = 1_000 * MS;
/// The cut and its repair.
const CUT: [u64; 2] = [300 * MS, 700 * MS];
/// The ramp of attenuation.
const RAMP: [u64; 2] = [400 * MS, 640 * MS];
/// When the ramp is noticed, when it is too much.
const DEGRADED: u64 = 520 * MS;
const TOO_MUCH: u64 = 600 * MS;
/// The power that fails.
const POWER: [u64; 2] = [850 * MS, 920 * MS];
const BIN: u64 = 10 * MS;

/// A service with what a careless name can do to a file.
pub(super) const CARELESS: &str = "video \"A\", </script><!--";

const SITES: [(&str, NodeKind, f64, f64); 12] = [
    ("Hamburg", NodeKind::Switch, 53.55, 9.99),
    ("Bremen", NodeKind::Terminal, 53.08, 8.80),
    ("Hannover", NodeKind::Switch, 52.37, 9.73),
    ("Berlin", NodeKind::Switch, 52.52, 13.40),
    ("Dortmund", NodeKind::Terminal, 51.51, 7.47),
    ("Köln", NodeKind::Switch, 50.94, 6.96),
    ("Leipzig", NodeKind::Switch, 51.34, 12.37),
    ("Frankfurt", NodeKind::Switch, 50.11, 8.68),
    ("Nürnberg", NodeKind::Switch, 49.45, 11.08),
    ("Stuttgart", NodeKind::Switch, 48.78, 9.18),
    ("München", NodeKind::Switch, 48.14, 11.58),
    ("Kassel", NodeKind::Roadm, 51.31, 9.49),
];

/// Name, nodes on the way, kilometres.
const LINES: [(&str, &[&str], f64); 17] = [
    ("HH-HB", &["Hamburg", "Bremen"], 115.0),
    ("HH-B", &["Hamburg", "Berlin"], 290.0),
    ("HH-H", &["Hamburg", "Hannover"], 155.0),
    ("HB-H", &["Bremen", "Hannover"], 125.0),
    ("H-B", &["Hannover", "Stendal", "Berlin"], 290.0),
    ("H-B-2", &["Hannover", "Stendal", "Berlin"], 290.0),
    ("H-DO", &["Hannover", "Dortmund"], 210.0),
    ("H-F", &["Hannover", "Kassel", "Frankfurt"], 350.0),
    ("H-L", &["Hannover", "Leipzig"], 260.0),
    ("B-L", &["Berlin", "Leipzig"], 190.0),
    ("DO-K", &["Dortmund", "Köln"], 95.0),
    ("K-F", &["Köln", "Frankfurt"], 190.0),
    ("L-N", &["Leipzig", "Nürnberg"], 280.0),
    ("F-N", &["Frankfurt", "Nürnberg"], 225.0),
    ("F-S", &["Frankfurt", "Stuttgart"], 205.0),
    ("S-M", &["Stuttgart", "München"], 220.0),
    ("N-M", &["Nürnberg", "München"], 170.0),
];

/// Name, client, ODU, slots, route by working lines, by protection lines.
type Asked = (
    &'static str,
    &'static str,
    &'static str,
    u32,
    &'static [&'static str],
    &'static [&'static str],
);

const SERVICES: [Asked; 12] = [
    ("bank-1", "10GbE", "ODU2", 8, &["H-B"], &["HH-H", "HH-B"]),
    ("bank-2", "1GbE", "ODU0", 1, &["H-B"], &["H-L", "B-L"]),
    (CARELESS, "1GbE", "ODU0", 1, &["H-B-2"], &[]),
    ("exchange", "100GbE", "ODU4", 80, &["F-N"], &["F-S", "S-M", "N-M"]),
    (
        "north-south",
        "10GbE",
        "ODU2e",
        8,
        &["HH-H", "H-F", "F-S"],
        &["HH-B", "B-L", "L-N", "N-M", "S-M"],
    ),
    ("port", "10GbE", "ODU2", 8, &["HH-HB"], &["HH-H", "HB-H"]),
    ("rhine", "10GbE", "ODU2", 8, &["DO-K", "K-F"], &["H-DO", "H-F"]),
    ("saxony", "10GbE", "ODU2", 8, &["H-L"], &["H-B-2", "B-L"]),
    ("isar", "1GbE", "ODU0", 1, &["S-M"], &[]),
    ("franken", "1GbE", "ODU0", 1, &["F-N"], &[]),
    ("archive", "10GbE", "ODU2", 8, &["L-N"], &[]),
    ("weser", "1GbE", "ODU0", 1, &["HB-H"], &[]),
];

/// Numbers that look random and are always the same.
struct Noise(u64);

impl Noise {
    /// Between -1 and 1.
    fn next(&mut self) -> f64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 40) as f64 / f64::from(1u32 << 23) - 1.0
    }
}

/// The whole report.
pub(super) fn report() -> Report {
    let mut report = Report {
        version: VERSION,
        run: Run {
            name: "national sample".to_string(),
            seed: 7,
            duration_ps: END,
            ended_at_ps: END + 3 * MS,
            interrupted: false,
            warnings: vec!["F-N: errors behind the decoder come from a measured table".to_string()],
            files: vec!["capture-Berlin-H-B.rx.pcapng".to_string()],
        },
        nodes: nodes(),
        fibres: Vec::new(),
        lines: Vec::new(),
        services: SERVICES.iter().enumerate().map(|(index, asked)| service(index, asked)).collect(),
        events: events(),
        alarms: alarms(),
        switches: Vec::new(),
        performance: Vec::new(),
        captures: vec![Capture {
            point: "Berlin:H-B.rx".to_string(),
            file: "capture-Berlin-H-B.rx.pcapng".to_string(),
            frames: 81_968,
        }],
    };
    report.lines = LINES.iter().enumerate().map(|(index, named)| line(index, *named)).collect();
    report.fibres = fibres();
    report.switches = switches(&report.services);
    report.performance = performance(&report);
    report
}

fn nodes() -> Vec<Node> {
    let site = |(name, kind, latitude, longitude): (&str, NodeKind, f64, f64)| {
        let states = match name {
            "Leipzig" => vec![
                NodeStateChange { at_ps: POWER[0], state: NodeState::Down },
                NodeStateChange { at_ps: POWER[1], state: NodeState::Up },
            ],
            _ => Vec::new(),
        };
        let (latitude, longitude) = (Some(latitude), Some(longitude));
        Node { name: name.to_string(), kind, latitude, longitude, states }
    };
    let mut nodes: Vec<Node> = SITES.map(site).into();
    let amplifier =
        Node { name: "Stendal".to_string(), kind: NodeKind::Amplifier, ..Node::default() };
    nodes.push(amplifier);
    nodes
}

fn event(id: u64, times: [u64; 2], kind: &str, place: &str, text: &str) -> Event {
    Event {
        id,
        at_ps: times[0],
        until_ps: Some(times[1]),
        kind: kind.to_string(),
        place: place.to_string(),
        text: text.to_string(),
        ..Event::default()
    }
}

fn events() -> Vec<Event> {
    let cut = event(
        1,
        CUT,
        "cut",
        "H-B",
        "The cable between Hannover and Stendal is cut, both directions.",
    );
    let ramp = event(2, RAMP, "attenuate", "F-N", "Towards Nürnberg, 9 dB more loss, in a ramp.");
    let power = event(4, POWER, "power-loss", "Leipzig", "Leipzig loses its power.");
    let forced = Event {
        id: 3,
        at_ps: 780 * MS,
        kind: "forced-switch".to_string(),
        place: "port@Hamburg".to_string(),
        text: "The operator forces \"port\" to protection.".to_string(),
        service: Some("port".to_string()),
        ..Event::default()
    };
    vec![
        Event { line: Some("H-B".to_string()), ..cut },
        Event { line: Some("F-N".to_string()), ..ramp },
        forced,
        Event { node: Some("Leipzig".to_string()), ..power },
    ]
}

/// Times at which the direction of a line that ends at `to` fails, degrades and is well again.
fn trouble(name: &str, path: &[&str], to: &str) -> Vec<LineStateChange> {
    let change = |at_ps, state| LineStateChange { at_ps, state };
    match name {
        "H-B" | "H-B-2" => vec![
            change(CUT[0] + 700 * US, LineState::Failed),
            change(CUT[1] + 4 * MS, LineState::Up),
        ],
        "F-N" if to == "Nürnberg" => vec![
            change(DEGRADED, LineState::Degraded),
            change(TOO_MUCH, LineState::Failed),
            change(RAMP[1] + 4 * MS, LineState::Up),
        ],
        _ if path.contains(&"Leipzig") => vec![
            change(POWER[0] + 600 * US, LineState::Failed),
            change(POWER[1] + 5 * MS, LineState::Up),
        ],
        _ => Vec::new(),
    }
}

fn line(index: usize, (name, path, km): (&str, &[&str], f64)) -> Line {
    let ends = [path[0].to_string(), path[path.len() - 1].to_string()];
    let big = name == "F-N" || ["F-S", "S-M", "N-M"].contains(&name);
    let count = if big { 80 } else { 16 };
    let direction =
        |from: usize| direction(index, (name, path, km), [&ends[from], &ends[1 - from]]);
    Line {
        name: name.to_string(),
        path: path.iter().map(|node| (*node).to_string()).collect(),
        signal: if big { "OTU4" } else { "OTU2" }.to_string(),
        fec: if big { "oFEC" } else { "RS(255,239)" }.to_string(),
        fec_model: if big { FecModel::Table } else { FecModel::Decoder },
        delay_ps: (km * 4_900.0 * 1_000.0) as u64,
        length_km: Some(km),
        frequency_thz: Some(frequency(index)),
        risk_groups: if name.starts_with("H-B") { vec!["A2 motorway".to_string()] } else { vec![] },
        slot_count: count,
        slots: slots(name, count),
        directions: vec![direction(0), direction(1)],
        ends,
    }
}

/// The centre of a line's channel.
fn frequency(index: usize) -> f64 {
    193.1 + 0.1 * index as f64
}

fn slots(name: &str, count: u32) -> Vec<SlotUse> {
    let mut all = Vec::new();
    for (service, _, odu, size, working, protection) in SERVICES {
        let roles = [(Role::Working, working), (Role::Protection, protection)];
        for (role, _) in roles.iter().filter(|(_, route)| route.contains(&name)) {
            for _ in 0..size {
                let slot = all.len() as u32 + 1;
                if slot <= count {
                    let (service, odu) = (service.to_string(), odu.to_string());
                    all.push(SlotUse {
                        slot,
                        service,
                        role: *role,
                        odu,
                        from_ps: 0,
                        until_ps: None,
                    });
                }
            }
        }
    }
    if name == "HH-HB" {
        // Restored for a while.
        all.push(SlotUse {
            slot: count,
            service: CARELESS.to_string(),
            role: Role::Restoration,
            odu: "ODU0".to_string(),
            from_ps: CUT[0] + 40 * MS,
            until_ps: Some(CUT[1]),
        });
    }
    all
}

fn direction(
    index: usize,
    (name, path, km): (&str, &[&str], f64),
    [from, to]: [&str; 2],
) -> LineDirection {
    let states = trouble(name, path, to);
    let mut noise = Noise(index as u64 * 2 + u64::from(from < to));
    let mut way =
        LineDirection { from: from.to_string(), to: to.to_string(), ..LineDirection::default() };
    let state = |at: u64| states.iter().rfind(|c| c.at_ps <= at).map_or(LineState::Up, |c| c.state);
    way.decoder.bin_ps = BIN;
    let dark = |at: u64| name != "F-N" && state(at) == LineState::Failed;
    for at_ps in (0..END).step_by(BIN as usize) {
        let (ramp, length) = ((RAMP[1] - RAMP[0]) as f64, at_ps.saturating_sub(RAMP[0]) as f64);
        let ramped = name == "F-N" && to == "Nürnberg" && (RAMP[0]..RAMP[1]).contains(&at_ps);
        let loss = if ramped { 9.0 * length / ramp } else { 0.0 };
        let gsnr = 23.0 - km / 40.0 - loss + 0.08 * noise.next();
        let q_db = gsnr - 4.0;
        let ber = 0.5 * (-10f64.powf(q_db / 10.0) / 2.6).exp();
        let lit = |value: f64| (!dark(at_ps + BIN)).then_some(value);
        way.light.push(LightSample {
            at_ps,
            pre_fec_ber: Some(lit(ber).unwrap_or(0.5)),
            gsnr_db: lit(gsnr),
            osnr_db: lit(gsnr + 1.1),
            q_db: lit(q_db),
            margin_db: lit(gsnr - 12.5),
            power_dbm: lit(-8.0 - loss + 0.05 * noise.next()),
        });
        let bits = 1.07e10 * BIN as f64 / 1e12;
        let corrected = (bits * ber * (1.0 + 0.1 * noise.next())).max(0.0) as u64;
        let bad = if ramped && ber > 2e-3 { (ber * 4e4) as u64 } else { 0 };
        way.decoder.push(DecoderBin {
            at_ps,
            frames: if lit(1.0).is_some() { 820 } else { 0 },
            pre_fec_ber: lit(corrected as f64 / bits),
            post_fec_ber: lit(if bad > 0 { ber / 20.0 } else { 0.0 }),
            corrected_bits: if lit(1.0).is_some() { corrected } else { 0 },
            uncorrectable_codewords: bad,
        });
    }
    let frames = way.decoder.frames.iter().sum();
    let corrected_bits = way.decoder.corrected_bits.iter().sum();
    way.totals = LineTotals {
        frames_sent: 82_000,
        frames_received: frames,
        codewords: frames * 64,
        bits_flipped: corrected_bits + 1_234,
        corrected_bits,
        uncorrectable_codewords: way.decoder.uncorrectable_codewords.iter().sum(),
        residual_bit_errors: 1_234,
    };
    way.states = states;
    way
}

fn fibres() -> Vec<Fibre> {
    let mut all: Vec<Fibre> = Vec::new();
    for (index, (name, path, km)) in LINES.iter().enumerate() {
        let share = km / (path.len() - 1) as f64;
        for pair in path.windows(2) {
            for (from, to) in [(pair[0], pair[1]), (pair[1], pair[0])] {
                let fibre = format!("{from}-{to}");
                let place = all.iter().position(|f| f.name == fibre).unwrap_or(all.len());
                if place == all.len() {
                    let (from, to) = (from.to_string(), to.to_string());
                    let load = Channel {
                        frequency_thz: 192.6,
                        width_ghz: 150.0,
                        owner: "loading".to_string(),
                        from_ps: if place == 2 { 500 * MS } else { 0 },
                        ..Channel::default()
                    };
                    let channels = if place.is_multiple_of(3) { vec![] } else { vec![load] };
                    all.push(Fibre { name: fibre, from, to, length_km: Some(share), channels });
                }
                let width_ghz = if name.starts_with('F') { 75.0 } else { 50.0 };
                let owner = (*name).to_string();
                let frequency_thz = frequency(index);
                let power_dbm = Some(0.5);
                let channel =
                    Channel { frequency_thz, width_ghz, owner, power_dbm, ..Channel::default() };
                all[place].channels.push(channel);
            }
        }
    }
    all
}

/// Nodes on the way over these lines, from the end that the next line does not have.
fn nodes_of(route: &[&str]) -> Vec<String> {
    let ends = |name: &str| {
        let path = LINES.iter().find(|(line, ..)| *line == name).expect("a line of the sample").1;
        [path[0], path[path.len() - 1]]
    };
    let first = ends(route[0]);
    let turned = route.get(1).is_some_and(|next| ends(next).contains(&first[0]));
    let mut nodes = vec![first[usize::from(turned)].to_string()];
    for name in route {
        let [a, b] = ends(name);
        let here = nodes.last().is_some_and(|node| node == a);
        nodes.push(if here { b } else { a }.to_string());
    }
    nodes
}

/// When the working route of a service fails and is well again, and the event.
fn failure(working: &[&str]) -> Option<([u64; 2], u64)> {
    if working.iter().any(|line| line.starts_with("H-B")) {
        Some(([CUT[0] + 700 * US, CUT[1] + 4 * MS], 1))
    } else if working.contains(&"F-N") {
        Some(([TOO_MUCH, RAMP[1] + 4 * MS], 2))
    } else if working.iter().any(|line| line.contains("L-N") || *line == "H-L") {
        Some(([POWER[0] + 600 * US, POWER[1] + 5 * MS], 4))
    } else {
        None
    }
}

fn service(index: usize, (name, client, odu, _, working, protection): &Asked) -> Service {
    let nodes = nodes_of(working);
    let route = |role, route: &[&str]| Route {
        role,
        nodes: nodes_of(route),
        lines: route.iter().map(|line| (*line).to_string()).collect(),
        from_ps: 0,
    };
    let mut routes = vec![route(Role::Working, working)];
    if !protection.is_empty() {
        routes.push(route(Role::Protection, protection));
    }
    let ends = [nodes[0].clone(), nodes[nodes.len() - 1].clone()];
    let guard = Protection {
        kind: "SNC/N 1+1 bidirectional".to_string(),
        revertive: true,
        hold_off_ps: 0,
        wait_to_restore_ps: 60 * MS,
    };
    let way = |from: usize| {
        service_way(index, working, !protection.is_empty(), [&ends[from], &ends[1 - from]])
    };
    Service {
        name: (*name).to_string(),
        client: (*client).to_string(),
        mapping: if *client == "1GbE" { "GMP" } else { "GFP-F" }.to_string(),
        odu: (*odu).to_string(),
        routes,
        protection: (!protection.is_empty()).then_some(guard),
        directions: vec![way(0), way(1)],
        tandem: vec![Tandem {
            level: 2,
            mode: "operational".to_string(),
            ends: ends.clone(),
            received: vec![TandemCounts { frames: 1_000, ..TandemCounts::default() }; 2],
            ..Tandem::default()
        }],
        delays: vec![Delay {
            of: "TCM2".to_string(),
            ends: ends.clone(),
            lines_ps: 2 * MS,
            measured: 1,
            measurements: vec![DelayMeasurement { began_ps: MS, frames: 50, lasts_ps: 3 * MS }],
            ..Delay::default()
        }],
        ends,
    }
}

/// Two packets that a codeword spoiled.
fn loss() -> Loss {
    Loss {
        cause: LossCause::Codeword,
        first_packet: 40,
        packets: 2,
        line: Some("lyon-paris".to_string()),
        node: Some("paris".to_string()),
        frame: Some(812),
        row: Some(3),
        sub_row: Some(11),
        ..Loss::default()
    }
}

fn service_way(
    index: usize,
    working: &[&str],
    protected: bool,
    [from, to]: [&str; 2],
) -> ServiceDirection {
    let change = |at_ps, state| ServiceStateChange { at_ps, state };
    let mut way = ServiceDirection {
        from: from.to_string(),
        to: to.to_string(),
        ..ServiceDirection::default()
    };
    let mut hit = failure(working);
    if let Some((times, event)) = hit.as_mut() {
        way.states.push(change(times[0], ServiceState::Failed));
        let repaired = times[1];
        if protected {
            times[1] = times[0] + 2 * MS + index as u64 * 137 * US;
            way.states.push(change(times[1], ServiceState::Protection));
            way.states.push(change(repaired + 60 * MS, ServiceState::Working));
        } else {
            way.states.push(change(times[1], ServiceState::Working));
        }
        way.lost_by_cause = LostByCause { codeword: 2, ..LostByCause::default() };
        way.losses.push(loss());
        way.disruptions.push(Disruption {
            from_ps: times[0] - 90 * US,
            to_ps: Some(times[1] + 30 * US),
            packets_lost: (times[1] - times[0]) / (100 * US),
            longest_gap_ps: times[1] - times[0] + 120 * US,
            defect_ps: times[1] - times[0],
            event: Some(*event),
        });
    }
    way.flow.bin_ps = BIN;
    for at_ps in (0..END).step_by(BIN as usize) {
        let lost = hit.map_or(0, |(times, _)| {
            let overlap = times[1].min(at_ps + BIN).saturating_sub(times[0].max(at_ps));
            overlap / (100 * US)
        });
        let latency_ps = (lost < 100).then_some((1_500 + 40 * index as u64) * US);
        way.flow.push(PacketBin { at_ps, sent: 100, delivered: 100 - lost, lost, latency_ps });
    }
    let lost = way.flow.lost.iter().sum();
    let delivered = way.flow.delivered.iter().sum();
    way.packets = PacketCounts {
        sent: 10_000,
        delivered,
        lost,
        octets: delivered * 1_518,
        ..PacketCounts::default()
    };
    if working == ["HB-H"] {
        way.pattern = Some(Pattern {
            received: 1_244_160_000,
            bits: 1_244_160_000,
            errors: 0,
            sync_losses: 0,
        });
    }
    let middle = (1_500 + 40 * index as u64) * US;
    way.latency = Latency {
        min_ps: Some(middle - 4 * US),
        mean_ps: Some(middle),
        max_ps: Some(middle + 900 * US),
    };
    way
}

/// Raises alarms one after the other.
struct Raise {
    all: Vec<Alarm>,
}

impl Raise {
    /// An alarm and its number. One without a cause before it is primary.
    fn alarm(
        &mut self,
        event: u64,
        times: [u64; 2],
        place: [&str; 3],
        what: [&str; 2],
        cause: Option<u64>,
    ) -> u64 {
        let id = self.all.len() as u64 + 1;
        let before = cause.map(|cause| &self.all[cause as usize - 1].causes);
        let causes = cause.into_iter().chain(before.into_iter().flatten().copied()).collect();
        let ([node, line, point], [layer, defect]) = (place, what);
        let primary = cause.is_none();
        self.all.push(Alarm {
            id,
            raised_ps: times[0],
            cleared_ps: Some(times[1]).filter(|at| *at < END),
            node: node.to_string(),
            termination_point: format!("{node}:{point}"),
            line: Some(line.to_string()).filter(|line| !line.is_empty()),
            service: SERVICES.iter().find(|s| point.starts_with(s.0)).map(|s| s.0.to_string()),
            layer: layer.to_string(),
            defect: defect.to_string(),
            fault_cause: (primary || defect == "dBDI").then(|| defect.replacen('d', "c", 1)),
            probable_cause: (defect == "dLOS").then(|| "lossOfSignal".to_string()),
            severity: primary.then_some(if defect == "dDEG" {
                Severity::Minor
            } else {
                Severity::Critical
            }),
            primary,
            causes,
            event: Some(event),
        });
        id
    }
}

/// What a node tells of a line that it no longer receives, and the other end of that.
fn received(
    raise: &mut Raise,
    (name, event, times): (&str, u64, [u64; 2]),
    dark: Option<&str>,
    [node, other]: [&str; 2],
) {
    let receiver = format!("{name}.rx");
    let at = |by: u64| [times[0] + by, times[1] + by];
    let here = [node, name, receiver.as_str()];
    let root = if let Some(los) = dark {
        let root = raise.alarm(event, at(0), here, ["OTSi", los], None);
        raise.alarm(event, at(3 * MS), here, ["OTU", "dLOF"], Some(root));
        root
    } else {
        raise.alarm(event, [DEGRADED, times[1]], here, ["OTU", "dDEG"], None);
        raise.alarm(event, at(0), here, ["OTU", "dLOF"], None)
    };
    if other != "Leipzig" {
        raise.alarm(event, at(2 * MS), [other, name, &receiver], ["OTU", "dBDI"], Some(root));
    }
    for (service, _, _, _, working, protection) in SERVICES {
        let role = match (working.contains(&name), protection.contains(&name)) {
            (true, _) => "working",
            (false, true) => "protection",
            (false, false) => continue,
        };
        let point = format!("{service} {role}");
        let ais =
            raise.alarm(event, at(900 * US), [node, name, &point], ["ODU", "dAIS"], Some(root));
        raise.alarm(event, at(1_900 * US), [other, name, &point], ["ODU", "dBDI"], Some(ais));
    }
}

fn alarms() -> Vec<Alarm> {
    let mut raise = Raise { all: Vec::new() };
    for (name, path, _) in LINES {
        let ends = [path[0], path[path.len() - 1]];
        let (event, times, dark) = match name {
            "H-B" | "H-B-2" => (1, [CUT[0] + 700 * US, CUT[1] + 4 * MS], true),
            "F-N" => (2, [TOO_MUCH, RAMP[1] + 4 * MS], false),
            _ if path.contains(&"Leipzig") => (4, [POWER[0] + 600 * US, POWER[1] + 5 * MS], true),
            _ => continue,
        };
        for (index, node) in ends.into_iter().enumerate() {
            if node != "Leipzig" && (dark || index == 1) {
                let cause = dark.then_some("dLOS");
                received(&mut raise, (name, event, times), cause, [node, ends[1 - index]]);
            }
        }
    }
    raise.alarm(
        4,
        [POWER[0] + 900 * US, END + MS],
        ["Nürnberg", "L-N", "L-N.rx"],
        ["TCM1", "dTIM"],
        None,
    );
    let mut alarms = raise.all;
    alarms.sort_by_key(|alarm| (alarm.raised_ps, alarm.id));
    alarms
}

fn switches(services: &[Service]) -> Vec<ProtectionSwitch> {
    let mut all = Vec::new();
    for service in services.iter().filter(|service| service.protection.is_some()) {
        for way in &service.directions {
            for change in &way.states {
                let (from, to, request) = match change.state {
                    ServiceState::Protection => ("working", "protection", "SF"),
                    ServiceState::Working => ("protection", "working", "WTR"),
                    ServiceState::Failed | ServiceState::Restored => continue,
                };
                let hit = request == "SF";
                all.push(ProtectionSwitch {
                    at_ps: change.at_ps,
                    node: way.to.clone(),
                    service: service.name.clone(),
                    from: from.to_string(),
                    to: to.to_string(),
                    request: request.to_string(),
                    reason: if hit { "signal fail of working" } else { "wait-to-restore is over" }
                        .to_string(),
                    since_detection_ps: hit.then_some(change.at_ps % (7 * MS) + 400 * US),
                    alarm: hit.then_some(2),
                    event: way.disruptions.first().and_then(|d| d.event),
                });
            }
        }
    }
    all.sort_by_key(|switch| switch.at_ps);
    all
}

fn performance(report: &Report) -> Vec<PerformanceBin> {
    let mut all = Vec::new();
    for line in &report.lines {
        for way in &line.directions {
            let bad = u64::from(!way.states.is_empty());
            for (period, validity) in [
                (Period::Second, Validity::Complete),
                (Period::QuarterHour, Validity::Partial),
                (Period::Day, Validity::Partial),
            ] {
                all.push(PerformanceBin {
                    node: way.to.clone(),
                    termination_point: format!("{}:{}.rx/OTU", way.to, line.name),
                    period,
                    start_ps: 0,
                    elapsed_ps: END,
                    validity,
                    near: EndCounters {
                        errored_seconds: bad,
                        severely_errored_seconds: bad,
                        defect_seconds: bad,
                        ..EndCounters::default()
                    },
                    far: EndCounters::default(),
                    corrected_bits: Some(way.totals.corrected_bits),
                    uncorrectable_codewords: Some(way.totals.uncorrectable_codewords),
                });
            }
        }
    }
    all
}
