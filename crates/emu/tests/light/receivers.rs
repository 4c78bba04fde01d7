//! Errors, modes, sensitivity, and what is refused.

use otn_emu::light::{
    Action, Amplification, Direction, Fill, LightError, Lightpath, LightpathId, Limit, Options,
    Plant, PlantError, Span, TransceiverChoice, occupation,
};
use otn_photon::modulation::Modulation;
use otn_plan::Source;

use crate::plants::{around, flight_s, line, one, over, ring, ring_text, slot, touches};

/// QPSK: half the complementary error function of the root of half the ratio, by another library.
#[test]
//= type=test otn:light-errors
fn errors_of_qpsk() {
    for power_dbm in [-26.0, -24.0, -22.0, -20.0] {
        let (_, plant) = one(3, 80.0, power_dbm);
        let forward = plant.propagate(&plant.initial()).unwrap()[0][0].clone();
        let ratio = 10f64.powf(forward.gsnr_bw_db / 10.0);
        let expected = 0.5 * libm::erfc((ratio / 2.0).sqrt());
        assert!((forward.pre_fec_ber / expected - 1.0).abs() < 1e-9, "{forward:?}");
        assert!(forward.pre_fec_ber > 1e-9, "the test would show nothing: {forward:?}");
    }
}

/// The margin to a FEC is zero where the errors are its limit; the implementation's loss moves both.
#[test]
//= type=test otn:light-errors
fn margins_end_at_the_limit() {
    let line = line("west", 3, 80.0);
    let with = |implementation_db: f64, fec_limit: Option<f64>| {
        let mut lightpath = over(&line, "blue", 193.1e12);
        lightpath.transceiver.tx_power_dbm = Some(-23.0);
        lightpath.transceiver.implementation_db = implementation_db;
        lightpath.transceiver.fec_limit = fec_limit;
        let lines = std::slice::from_ref(&line);
        let plant = Plant::from_spans(lines, vec![lightpath], &Options::default()).unwrap();
        plant.propagate(&plant.initial()).unwrap()[0][0].clone()
    };
    let plain = with(0.0, None);
    assert_eq!(plain.margin_db, None);
    let at_limit = with(0.0, Some(plain.pre_fec_ber));
    assert!(at_limit.margin_db.unwrap().abs() < 1e-9, "{at_limit:?}");
    let worse = with(1.5, Some(plain.pre_fec_ber));
    assert!((worse.margin_db.unwrap() + 1.5).abs() < 1e-9);
    let ratio = 10f64.powf((worse.gsnr_bw_db - 1.5) / 10.0);
    assert!((worse.pre_fec_ber / (0.5 * libm::erfc((ratio / 2.0).sqrt())) - 1.0).abs() < 1e-9);
}

/// A library with modes of 100, 150, 200, 300 and 400 Gbit/s; the first one bears little dispersion.
fn with_modes() -> String {
    let mode = |name: &str, baud: f64, gbit: f64, more: &str| {
        format!(
            r#"{{"format": "{name}", "baud_rate": {baud}e9, "OSNR": 12, "bit_rate": {gbit}e9, "roll_off": 0.15,
                "tx_osnr": 40, "min_spacing": 50e9, "cost": 1{more}}}"#
        )
    };
    let penalties = r#", "penalties": [{"chromatic_dispersion": 1e3, "penalty_value": 0.5}]"#;
    let modes = [
        mode("100", 32.0, 100.0, ""),
        mode("150", 32.0, 150.0, ""),
        mode("200", 32.0, 200.0, ""),
        mode("short", 32.0, 100.0, penalties),
    ];
    let transceiver = format!(
        r#""Transceiver": [{{"type_variety": "trx", "frequency": {{"min": 191.3e12, "max": 196.1e12}},
            "mode": [{}]}}]"#,
        modes.join(", ")
    );
    otn_emu::light::spans::DEFAULT_LIBRARY.replace(r#""Transceiver": []"#, &transceiver)
}

fn ring_of(lightpaths: Vec<Lightpath>) -> Result<Plant, PlantError> {
    let (library, topology) = (with_modes(), ring_text());
    let texts = otn_emu::light::Texts {
        topology: Source::new("ring.json", &topology),
        equipment: Source::new("modes.json", &library),
        extra_equipment: &[],
        configurations: &[],
    };
    Plant::from_gnpy(&texts, lightpaths, &Options::default())
}

#[test]
//= type=test otn:light-modulation
fn modes_have_the_least_constellation() {
    // 100 Gbit/s at 32 GBd on two polarisations is 1.6 bits a symbol, 150 is 2.3, 200 is 3.1.
    let expected =
        [("100", Modulation::Qpsk), ("150", Modulation::Qam8), ("200", Modulation::Qam16)];
    for (mode, modulation) in expected {
        let mut lightpath = around("one", ["ta", "tb"], &[], 193.1);
        lightpath.transceiver = TransceiverChoice::library("trx", mode);
        let plant = ring_of(vec![lightpath]).unwrap();
        let found = plant.propagate(&plant.initial()).unwrap()[0][0].clone();
        let ber = modulation.bit_error_ratio(found.gsnr_bw_db);
        assert_eq!(found.pre_fec_ber, ber, "{mode}");
        assert!((found.margin_db.unwrap() - (found.gsnr_01nm_db - 12.0)).abs() < 1e-12);
    }
}

/// 60 km of 16.7 ps/nm/km are 1002 ps/nm, and the mode bears 1000.
#[test]
//= type=test otn:light-errors
fn what_a_mode_does_not_bear() {
    let mut lightpath = around("far", ["ta", "tb"], &[], 193.1);
    lightpath.transceiver = TransceiverChoice::library("trx", "short");
    let plant = ring_of(vec![lightpath]).unwrap();
    let found = plant.propagate(&plant.initial()).unwrap()[0][0].clone();
    assert_eq!((found.light, found.limited_by), (true, Limit::Penalty));
    assert_eq!((found.penalty_db, found.pre_fec_ber), (f64::INFINITY, 0.5));
}

#[test]
//= type=test otn:light-one-owner
fn what_is_refused() {
    let one = || around("one", ["ta", "tb"], &[], 193.1);
    let refused = |change: &dyn Fn(&mut Lightpath)| {
        let mut lightpath = one();
        change(&mut lightpath);
        ring_of(vec![lightpath]).unwrap_err().to_string()
    };
    let unknown = refused(&|lightpath| lightpath.ends[0] = "tA".to_owned());
    assert!(unknown.contains("'one'") && unknown.contains("did you mean 'ta'"), "{unknown}");
    let through = refused(&|lightpath| lightpath.through[0] = vec!["d".to_owned()]);
    assert!(through.contains("no element named 'd'"), "{through}");
    let route = refused(&|l| l.through[0] = vec!["bc".to_owned(), "ab".to_owned()]);
    assert!(route.contains("no path through"), "{route}");
    let mode = refused(&|l| l.transceiver = TransceiverChoice::library("trx", "1OO"));
    assert!(mode.contains("no mode '1OO'"), "{mode}");
    let wide = refused(&|lightpath| lightpath.slot_width_hz = 25e9);
    assert!(wide.contains("does not fit its slot"), "{wide}");
    let same = refused(&|lightpath| lightpath.ends[1] = "ta".to_owned());
    assert!(same.contains("begins and ends at 'ta'"), "{same}");
    let limit = refused(&|lightpath| lightpath.transceiver.fec_limit = Some(0.7));
    assert!(limit.contains("between 0 and 0.5"), "{limit}");
    // One slot for two: also if the second is to come later; not if they share no fibre.
    let mut second = around("two", ["ta", "tc"], &["ab"], 193.14);
    second.lit = false;
    let overlap = ring_of(vec![one(), second.clone()]).unwrap_err().to_string();
    assert!(overlap.contains("'one' and 'two' overlap"), "{overlap}");
    second.through[0] = vec!["ac".to_owned()];
    assert!(ring_of(vec![one(), second.clone()]).is_ok(), "one site may send a frequency two ways");
    second.through[0] = vec!["ab".to_owned()];
    second.frequency_hz = 193.15e12;
    assert!(ring_of(vec![one(), second]).is_ok(), "slots may touch");
}

#[test]
//= type=test otn:light-shift
fn a_laser_off_its_frequency() {
    let line = line("west", 4, 80.0);
    let lightpaths = vec![over(&line, "red", 193.1e12), over(&line, "blue", 193.15e12)];
    let plant =
        Plant::from_spans(std::slice::from_ref(&line), lightpaths, &Options::default()).unwrap();
    let gsnr = |offset_hz: f64| {
        let mut state = plant.initial();
        let (lightpath, direction) = (LightpathId(0), Direction::Forward);
        state.apply(&Action::Shift { lightpath, direction, offset_hz });
        plant.propagate(&state).map(|all| [0, 1].map(|i| all[i][0].gsnr_01nm_db))
    };
    let [red, blue] = gsnr(0.0).unwrap();
    let near = gsnr(9e9).unwrap();
    let far = gsnr(-9e9).unwrap();
    assert!(near[0] < red && near[1] < blue, "nearer neighbours interfere more: {near:?}");
    assert!(far[0] > red && far[1] > blue, "{far:?}");
    // 32 GBd in 50 GHz leave 9 GHz on each side.
    match gsnr(9.5e9) {
        Err(LightError::Shift { lightpath, most_hz, .. }) => {
            assert_eq!((lightpath.as_str(), most_hz), ("red", 9e9));
        }
        other => panic!("{other:?}"),
    }
}

/// A comb around two lightpaths: as many channels as touch neither, each at the level of its section.
#[test]
//= type=test otn:light-fill
fn fill_and_owners() {
    let options = Options { fill: Fill::Comb, ..Options::default() };
    let mut wide = around("wide", ["ta", "tb"], &[], 193.125);
    wide.slot_width_hz = 75e9;
    let lightpaths = vec![wide.clone(), around("other", ["tb", "tc"], &[], 194.0)];
    let plant = ring(lightpaths, &options);
    let all = occupation(&plant, &plant.initial()).unwrap();
    let of = |name: &str| {
        let fibre = plant.fibre(name).unwrap();
        all.iter().find(|occupation| occupation.fibre == fibre).map(|found| &found.channels)
    };
    // 191.3 to 196.1 THz by 50 GHz: 97 centres; amplifiers of the library pass 191.35 to 196.1 THz with the
    // whole slot.
    let comb: Vec<f64> = (0..97).map(|i| 191.3e12 + f64::from(i) * 50e9).collect();
    let ab = of("ab").unwrap();
    let owned: Vec<_> = ab.iter().filter(|c| c.owner != otn_emu::light::Owner::Fill).collect();
    assert_eq!(owned.len(), 1);
    assert_eq!((owned[0].frequency_hz, owned[0].slot_width_hz), (193.125e12, 75e9));
    let (low, high) = slot(&wide);
    for channel in ab {
        let own = channel.frequency_hz == 193.125e12;
        assert!(own || channel.frequency_hz + 25e9 <= low || channel.frequency_hz - 25e9 >= high);
        assert!(own || comb.contains(&channel.frequency_hz));
        let level = otn_photon::spectrum::Channel {
            frequency_hz: channel.frequency_hz,
            slot_width_hz: channel.slot_width_hz,
            baud_rate: 32e9,
            roll_off: 0.15,
            delta_power_db: 0.0,
            tx_osnr_db: 40.0,
            tx_power_dbm: 0.0,
            label: String::new(),
        };
        assert_eq!(touches(&level, (low, high)), own);
    }
    // 193.1 and 193.15 THz touch the wide slot.
    assert_eq!(of("bc").unwrap().len(), ab.len() + 1);
    let flat = |channels: &[otn_emu::light::Occupied]| {
        let powers = channels.iter().map(|channel| channel.power_dbm);
        powers.clone().fold(f64::NEG_INFINITY, f64::max) - powers.fold(f64::INFINITY, f64::min)
    };
    assert!(flat(ab) < 0.1, "all are levelled alike: {}", flat(ab));
    assert!(of("ca").is_none(), "no lightpath is there");
}

/// 100 km of glass with an index of 1.468.
#[test]
//= type=test otn:light-delay
fn delays() {
    let (_, plant) = one(2, 50.0, 0.0);
    let found = plant.delay(LightpathId(0), Direction::Forward).unwrap();
    let expected = flight_s(100e3) * 1e12;
    assert!((found.as_ps() as f64 - expected).abs() <= 1.0, "{found} {expected}");
    assert_eq!(plant.delay(LightpathId(1), Direction::Forward), None);
    assert_eq!(plant.propagate(&plant.initial()).unwrap()[0][1].delay, found);
}

#[test]
fn spans_that_cannot_be() {
    let refused = |change: &dyn Fn(&mut Span)| {
        let mut line = line("west", 2, 80.0);
        change(&mut line.spans[1]);
        let lightpath = over(&line, "blue", 193.1e12);
        let plant = Plant::from_spans(&[line], vec![lightpath], &Options::default());
        plant.unwrap_err().to_string()
    };
    for length_m in [-1.0, f64::NAN, f64::INFINITY] {
        let error = refused(&|span| span.length_m = length_m);
        assert!(error.contains("west/span 2 forward"), "{error}");
    }
    for loss_db_per_km in [-0.2, f64::NAN] {
        let error = refused(&|span| span.loss_db_per_km = loss_db_per_km);
        assert!(error.contains("west/span 2 forward"), "{error}");
    }
    let fibre = refused(&|span| span.fibre = "SMF".to_owned());
    assert!(fibre.contains("'SMF'") && fibre.contains("SSMF"), "{fibre}");
    let edfa = refused(&|span| span.amplifier = Amplification::Of("big".to_owned()));
    assert!(edfa.contains("'big'") && edfa.contains("low_gain"), "{edfa}");
    let twice = vec![line("west", 1, 80.0), line("west", 2, 50.0)];
    let error = Plant::from_spans(&twice, Vec::new(), &Options::default()).unwrap_err();
    assert_eq!(error, PlantError::SameLine { name: "west".to_owned() });
}

/// Without an amplifier the receiver has what the fibre leaves, and no noise but the transmitter's; outside the
/// band of an amplifier it has nothing.
#[test]
fn without_amplifiers_and_outside_of_them() {
    let mut bare = line("bare", 1, 80.0);
    bare.spans[0].amplifier = Amplification::None;
    let lightpath = over(&bare, "blue", 193.1e12);
    let plant = Plant::from_spans(&[bare], vec![lightpath], &Options::default()).unwrap();
    let found = &plant.propagate(&plant.initial()).unwrap()[0][0];
    assert!((found.power_dbm + 16.0).abs() < 1e-9 && found.osnr_01nm_db > 150.0, "{found:?}");
    assert_eq!(found.limited_by, Limit::Interference);
    let line = line("west", 2, 80.0);
    let lightpath = over(&line, "infrared", 186.0e12);
    let plant = Plant::from_spans(&[line], vec![lightpath], &Options::default()).unwrap();
    let found = &plant.propagate(&plant.initial()).unwrap()[0][1];
    assert_eq!((found.light, &found.limited_by), (false, &Limit::Band("west/second end".into())));
}
