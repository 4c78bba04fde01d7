//! Loss, noise and interference against figures computed by hand.

use otn_emu::light::{Action, Direction, Limit, Options, Plant, Reception, SpanLine, Texts};
use otn_plan::Source;
use proptest::prelude::*;

use crate::plants::{around, line, one, over, ring};

/// What the forward receiver of the first lightpath has after `actions`.
fn after(plant: &Plant, actions: &[Action]) -> Reception {
    let mut state = plant.initial();
    for action in actions {
        state.apply(action);
    }
    plant.propagate(&state).unwrap()[0][0].clone()
}

/// The action that bends a span of the forward direction.
fn bend(plant: &Plant, line: &SpanLine, span: usize, loss_db: f64) -> Action {
    let fibre = plant.fibre(&line.fibre(span, Direction::Forward)).unwrap();
    Action::Attenuate { fibre, loss_db, ramp: None }
}

/// One span of 80 km at 0.2 dB/km and one amplifier of 16 dB and 5 dB noise figure, -10 dBm launched:
/// OSNR is P - loss - NF - h f B in dBm, with B of 12.5 GHz.
#[test]
//= type=test otn:light-sensitivity
fn the_osnr_of_one_amplifier() {
    let library = r#"{
      "Edfa": [{"type_variety": "fixed", "type_def": "fixed_gain", "gain_flatmax": 16, "gain_min": 16,
                "p_max": 21, "nf0": 5, "allowed_for_design": true}],
      "Fiber": [{"type_variety": "SSMF", "dispersion": 1.67e-05, "effective_area": 83e-12, "pmd_coef": 1.265e-15}],
      "Span": [{"power_mode": true, "delta_power_range_db": [0, 0, 0.5], "max_length": 150, "length_units": "km",
                "padding": 10, "EOL": 0, "con_in": 0, "con_out": 0}],
      "Roadm": [{"target_pch_out_db": -20, "add_drop_osnr": 38, "pmd": 0, "pdl": 0,
                 "restrictions": {"preamp_variety_list": [], "booster_variety_list": []}}],
      "SI": [{"f_min": 191.3e12, "baud_rate": 32e9, "f_max": 196.1e12, "spacing": 50e9, "power_dbm": 0,
              "power_range_db": [0, 0, 1], "tx_power_dbm": 0, "roll_off": 0.15, "tx_osnr": 40, "sys_margins": 0}],
      "Transceiver": []}"#;
    let span = |uid: &str| {
        format!(
            r#"{{"uid": "{uid}", "type": "Fiber", "type_variety": "SSMF",
                "params": {{"length": 80, "loss_coef": 0.2, "length_units": "km"}}}}"#
        )
    };
    let edfa = |uid: &str| {
        format!(
            r#"{{"uid": "{uid}", "type": "Edfa", "type_variety": "fixed", "operational": {{"gain_target": 16}}}}"#
        )
    };
    let topology = format!(
        r#"{{"elements": [{{"uid": "a", "type": "Transceiver"}}, {{"uid": "b", "type": "Transceiver"}}, {}, {}, {}, {}],
         "connections": [
           {{"from_node": "a", "to_node": "f1"}}, {{"from_node": "f1", "to_node": "e1"}},
           {{"from_node": "e1", "to_node": "b"}}, {{"from_node": "b", "to_node": "f2"}},
           {{"from_node": "f2", "to_node": "e2"}}, {{"from_node": "e2", "to_node": "a"}}]}}"#,
        span("f1"),
        span("f2"),
        edfa("e1"),
        edfa("e2")
    );
    let texts = Texts {
        topology: Source::new("one.json", &topology),
        equipment: Source::new("fixed.json", library),
        extra_equipment: &[],
        configurations: &[],
    };
    let mut lightpath = around("one", ["a", "b"], &[], 193.1);
    lightpath.transceiver.tx_power_dbm = Some(-10.0);
    let plant = Plant::from_gnpy(&texts, vec![lightpath], &Options::default()).unwrap();
    let [forward, backward] = &plant.propagate(&plant.initial()).unwrap()[0];
    let noise_dbm = 10.0 * (6.626_070_15e-34f64 * 193.1e12 * 12.5e9 * 1e3).log10();
    let expected = -10.0 - 16.0 - 5.0 - noise_dbm;
    // Interference takes its power from the signal, here a few parts in a million of it.
    assert!((forward.osnr_01nm_db - expected).abs() < 5e-5, "{} {expected}", forward.osnr_01nm_db);
    // In the bandwidth of 32 GBd there is 32/12.5 of that noise; at -10 dBm interference takes 2 thousandths of a dB.
    let in_signal = expected - 10.0 * (32.0f64 / 12.5).log10();
    assert!((forward.gsnr_bw_db - in_signal).abs() < 5e-3, "{}", forward.gsnr_bw_db);
    // Signal and noise behind 16 dB of gain that make up for 16 dB of loss.
    let share = 10f64.powf(-in_signal / 10.0);
    assert!((forward.power_dbm - (-10.0 + 10.0 * (1.0 + share).log10())).abs() < 1e-6);
    assert_eq!(forward, backward, "both spans are alike");
    assert_eq!(forward.limited_by, Limit::Amplifiers);
    let failed = after(&plant, &[Action::FailAmplifier(plant.amplifier("e1").unwrap())]);
    assert_eq!((failed.light, failed.limited_by), (false, Limit::Amplifier("e1".to_owned())));
    // A receiver needs a microwatt, -30 dBm. The amplifier's noise gives it a part of that, whatever the loss; a
    // bend takes the signal below the rest.
    let noise_mw = 10f64.powf((-10.0 - in_signal) / 10.0);
    let enough_db = -10.0 - 10.0 * (1e-3 - noise_mw).log10();
    let extra = |loss_db| {
        let fibre = plant.fibre("f1").unwrap();
        after(&plant, &[Action::Attenuate { fibre, loss_db, ramp: None }])
    };
    assert!(extra(enough_db - 0.01).light, "{enough_db}");
    let less = extra(enough_db + 0.01);
    assert_eq!((less.light, less.limited_by), (false, Limit::Sensitivity));
}

/// Four equal spans: every amplifier adds a quarter of the noise. A bend in one lifts the share of that
/// amplifier and of those behind it.
#[test]
//= type=test otn:light-bend
//= type=test otn:light-gain
fn a_bend_costs_what_its_amplifiers_add() {
    let (line, plant) = one(4, 80.0, -10.0);
    let before = after(&plant, &[]);
    for span in 0..4 {
        for loss_db in [0.5, 3.0, 8.0] {
            let bent = after(&plant, &[bend(&plant, &line, span, loss_db)]);
            let behind = (4 - span) as f64 / 4.0;
            let noise = 1.0 - behind + behind * 10f64.powf(loss_db / 10.0);
            let expected = before.osnr_01nm_db - 10.0 * noise.log10();
            assert!((bent.osnr_01nm_db - expected).abs() < 1e-3, "{span} {loss_db}: {bent:?}");
            // Interference at -10 dBm is some 20 dB below amplifier noise squared; its share moves by less.
            let gsnr = before.gsnr_01nm_db - 10.0 * noise.log10();
            assert!((bent.gsnr_01nm_db - gsnr).abs() < 0.02, "{span} {loss_db}: {bent:?}");
            assert!(bent.pre_fec_ber >= before.pre_fec_ber && bent.delay == before.delay);
        }
    }
}

/// Behind a ROADM channels are level again: a bend costs power there only as far as the ROADM has some to spare.
#[test]
//= type=test otn:light-gain
fn a_roadm_levels_what_a_bend_took() {
    let options = Options::default();
    let plant = ring(vec![around("ac", ["ta", "tc"], &["ab", "bc"], 193.1)], &options);
    let fibre = plant.fibre("ab").unwrap();
    let power_dbm = |loss_db: f64| {
        let mut state = plant.initial();
        state.apply(&Action::Attenuate { fibre, loss_db, ramp: None });
        let all = otn_emu::light::occupation(&plant, &state).unwrap();
        let of = |name: &str| {
            let fibre = plant.fibre(name).unwrap();
            all.iter().find(|occupation| occupation.fibre == fibre).unwrap().channels[0].power_dbm
        };
        (of("ab"), of("bc"))
    };
    let (first, second) = power_dbm(0.0);
    let (same, level) = power_dbm(3.0);
    assert!((first - same).abs() < 1e-12 && (second - level).abs() < 1e-12);
    // A bend of 40 dB is more than the ROADM takes off.
    assert!(power_dbm(40.0).1 < second - 10.0);
}

#[test]
fn a_neighbour_that_goes_leaves_more() {
    let line = line("west", 5, 80.0);
    let at = |k: usize| over(&line, &format!("channel {k}"), 193.1e12 + k as f64 * 50e9);
    let plant = Plant::from_spans(
        std::slice::from_ref(&line),
        (0..9).map(at).collect(),
        &Options::default(),
    )
    .unwrap();
    let middle = otn_emu::light::LightpathId(4);
    let gsnr =
        |state: &otn_emu::light::State| plant.propagate(state).unwrap()[middle.0][0].gsnr_01nm_db;
    let mut state = plant.initial();
    let mut last = gsnr(&state);
    let all = last;
    for neighbour in [0, 8, 1, 7, 2, 6, 3, 5] {
        state.apply(&Action::Remove(otn_emu::light::LightpathId(neighbour)));
        let next = gsnr(&state);
        assert!(next > last + 1e-4, "{neighbour}: {last} {next}");
        last = next;
    }
    for neighbour in 0..9 {
        state.apply(&Action::Add(otn_emu::light::LightpathId(neighbour)));
    }
    assert_eq!(gsnr(&state), all);
    // A laser that is off is as good as a channel that is not there, but only its own way.
    let dark = Direction::Forward;
    let laser = otn_emu::light::LightpathId(3);
    state.apply(&Action::Laser { lightpath: laser, direction: dark, on: false });
    let both = plant.propagate(&state).unwrap();
    assert_eq!(both[laser.0][0].limited_by, Limit::Laser);
    assert!(both[laser.0][1].light && both[middle.0][0].gsnr_01nm_db > all);
    assert!((both[middle.0][1].gsnr_01nm_db - all).abs() < 1e-12);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// A bend before the last amplifier costs, whatever the power: interference is over by then.
    #[test]
    //= type=test otn:light-bend
    fn more_loss_is_worse(
        spans in 1usize..5,
        km in 40.0f64..110.0,
        power_dbm in -6.0f64..4.0,
        less in 0.0f64..12.0,
        more in 0.01f64..12.0,
    ) {
        let (line, plant) = one(spans, km, power_dbm);
        let one = after(&plant, &[bend(&plant, &line, spans - 1, less)]);
        let other = after(&plant, &[bend(&plant, &line, spans - 1, less + more)]);
        prop_assert!(other.gsnr_01nm_db < one.gsnr_01nm_db);
        prop_assert!(other.osnr_01nm_db < one.osnr_01nm_db);
        prop_assert!(other.pre_fec_ber >= one.pre_fec_ber);
        // No bend takes more than it is wide.
        prop_assert!(other.osnr_01nm_db > one.osnr_01nm_db - more - 1e-9);
    }

    /// Ways over spans in the opposite order differ; over the same spans they do not.
    #[test]
    fn directions_differ_as_their_spans_do(short in 30.0f64..70.0, long in 80.0f64..110.0) {
        let mut line = line("skew", 2, short);
        line.spans[1].length_m = long * 1e3;
        let turned = SpanLine {
            name: "turned".to_owned(),
            spans: line.spans.iter().rev().cloned().collect(),
        };
        let lightpaths = vec![over(&line, "skew", 193.1e12), over(&turned, "turned", 193.1e12)];
        let plant =
            Plant::from_spans(&[line, turned], lightpaths, &Options::default()).unwrap();
        let all = plant.propagate(&plant.initial()).unwrap();
        prop_assert_eq!(&all[0][0], &all[1][1]);
        prop_assert_eq!(&all[0][1], &all[1][0]);
        prop_assert!((all[0][0].gsnr_01nm_db - all[0][1].gsnr_01nm_db).abs() > 1e-6);
        prop_assert_eq!(all[0][0].delay, all[0][1].delay);
    }
}
