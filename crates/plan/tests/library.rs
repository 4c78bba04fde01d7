//! What files leave out is as GNPy has it.
//!
//! Expected values are those GNPy 2.14.2 showed for the same small files.

use otn_plan::library::{
    Band, DetailedReceiver, Equalisation, Library, Loss, NoiseModel, Penalty, PowerRange,
    Restrictions, SpanRules, SpectrumInformation,
};
use otn_plan::services::{FrequencySlot, IncludeNode, Services};
use otn_plan::sim_params::{NliMethod, NliParams, RamanMethod, RamanParams, SimParams};
use otn_plan::topology::{Fused, Kind, Location, Operational, Topology};
use otn_plan::{Source, spectrum_file};

const VG: &str = r#"{"type_variety": "vg", "type_def": "variable_gain", "gain_flatmax": 26,
    "gain_min": 15, "p_max": 23, "nf_min": 6, "nf_max": 10}"#;

const FG: &str = r#"{"type_variety": "fg", "type_def": "fixed_gain", "gain_flatmax": 21,
    "gain_min": 20, "p_max": 21, "nf0": 5.5, "f_min": 186e12, "f_max": 190e12}"#;

/// A library with these amplifiers and this section more.
fn text(amplifiers: &[&str], more: &str) -> String {
    format!(
        r#"{{"Edfa": [{}], "Span": [{{"delta_power_range_db": [0, 0, 0.5]}}],
        "SI": [{{"power_range_db": [0, 0, 1]}}], "Roadm": [{{"target_pch_out_db": -20}}]{more}}}"#,
        amplifiers.join(", ")
    )
}

fn load(text: &str) -> Library {
    let loaded = Library::load(Source::new("eqpt.json", text), &[], &[]).expect("a library");
    assert_eq!(loaded.warnings, []);
    loaded.value
}

fn names(library: &Library) -> Vec<&str> {
    library.amplifiers.iter().map(|entry| entry.type_variety.as_str()).collect()
}

//= type=test gnpy:1.2-library-defaults
#[test]
fn fields_left_out_have_their_defaults() {
    let library = load(&text(&[VG], ""));
    let step = |step_db| PowerRange { min_db: 0.0, max_db: 0.0, step_db };
    let span = library.span().expect("rules");
    assert_eq!(*span, SpanRules { delta_power_range_db: step(0.5), ..SpanRules::default() });
    assert!(span.power_mode);
    let spans = [
        (span.max_fiber_lineic_loss_for_raman_db_per_km, 0.25),
        (span.target_extended_gain_db, 2.5),
        (span.max_length_m, 150e3),
        (span.padding_db, 10.0),
        (span.eol_db, 0.0),
        (span.con_in_db, 0.0),
        (span.con_out_db, 0.0),
        (span.span_loss_ref_db, 20.0),
        (span.power_slope, 0.3),
        (span.voa_margin_db, 1.0),
        (span.voa_step_db, 0.5),
    ];
    for (found, expected) in spans {
        assert_eq!(found, expected);
    }
    assert_eq!(span.max_loss_db, None);
    let spectrum = library.spectrum("default").expect("a comb");
    let expected = SpectrumInformation {
        type_variety: "default".to_owned(),
        f_min_hz: 191.35e12,
        f_max_hz: 196.1e12,
        baud_rate: 32e9,
        spacing_hz: 50e9,
        power_dbm: 0.0,
        power_range_db: step(1.0),
        roll_off: 0.15,
        tx_osnr_db: 45.0,
        tx_power_dbm: None,
        sys_margins_db: 0.0,
        use_si_channel_count_for_design: false,
    };
    assert_eq!(*spectrum, expected);
    let roadm = library.roadm("default").expect("a ROADM");
    assert_eq!(roadm.equalisation, Equalisation::PowerDbm(-20.0));
    assert_eq!((roadm.add_drop_osnr_db, roadm.pmd_s, roadm.pdl_db), (100.0, 0.0, 0.0));
    assert_eq!(roadm.restrictions, Restrictions::default());
    assert_eq!(roadm.path_impairments, []);
    let amplifier = library.amplifier("vg").expect("an amplifier");
    assert_eq!(amplifier.bands, [Band { f_min_hz: 191.275e12, f_max_hz: 196.125e12 }]);
    assert_eq!(amplifier.profile.nf_ripple_db, [0.0]);
    assert_eq!(amplifier.profile.gain_ripple_db, [0.0]);
    assert_eq!(amplifier.profile.dgt.len(), 96);
    assert_eq!(amplifier.profile.dgt[..2], [1.0, 1.017807767853702]);
    assert!(!amplifier.out_voa_auto && !amplifier.allowed_for_design && !amplifier.raman);
    assert_eq!((amplifier.pmd_s, amplifier.pdl_db), (0.0, 0.0));
}

//= type=test gnpy:1.2-amplifier-configuration
#[test]
fn a_configuration_gives_band_and_profile() {
    let configuration = r#"{"f_min": 192e12, "f_max": 195e12, "nf_ripple": [0.1, 0.2],
        "gain_ripple": [0.3, 0.1], "dgt": [1.0, 2.0], "nf_fit_coeff": [0, 0, 0, 5]}"#;
    let with = |keys: &str| VG.replace("\"type_def\"", &format!("{keys}, \"type_def\""));
    let named = with(r#""default_config_from_json": "my.json""#);
    let own = with(r#""default_config_from_json": "my.json", "f_min": 186e12, "f_max": 190e12"#)
        .replace("\"vg\"", "\"own\"");
    let advanced = r#"{"type_variety": "adv", "type_def": "advanced_model", "gain_flatmax": 25,
        "gain_min": 15, "p_max": 21, "advanced_config_from_json": "my.json"}"#;
    let built_in = advanced
        .replace("my.json", "std_medium_gain_advanced_config.json")
        .replace("\"adv\"", "\"built in\"");
    let text = text(&[&named, &own, advanced, &built_in], "");
    let configurations = [Source::new("some/folder/my.json", configuration)];
    let library = Library::load(Source::new("eqpt.json", &text), &[], &configurations);
    let library = library.expect("a library").value;
    let [named, own, advanced, built_in] = library.amplifiers.as_slice() else { panic!("four") };
    assert_eq!((named.f_min_hz, named.f_max_hz), (192e12, 195e12));
    assert_eq!((own.f_min_hz, own.f_max_hz), (186e12, 190e12));
    for amplifier in [named, own, advanced] {
        assert_eq!(amplifier.profile.nf_ripple_db, [0.1, 0.2]);
        assert_eq!(amplifier.profile.gain_ripple_db, [0.3, 0.1]);
        assert_eq!(amplifier.profile.dgt, [1.0, 2.0]);
    }
    let polynomial =
        |nf_fit_coeff: [f64; 4]| NoiseModel::AdvancedModel { nf_fit_coeff: nf_fit_coeff.to_vec() };
    assert_eq!(advanced.model, polynomial([0.0, 0.0, 0.0, 5.0]));
    assert_eq!(built_in.model, polynomial([0.000168241, 0.0469961, 0.0359549, 5.82851]));
    assert_eq!(built_in.profile.nf_ripple_db[2], 0.41270842850729195);
    assert!(matches!(named.model, NoiseModel::VariableGain { .. }));
}

//= type=test gnpy:1.2-composed-amplifiers
#[test]
fn composed_amplifiers_take_from_their_parts() {
    // The composed ones come first: they may name later entries, and each other.
    let dual = r#"{"type_variety": "dual", "type_def": "dual_stage", "gain_min": 25,
        "preamp_variety": "fg", "booster_variety": "vg", "raman": true}"#;
    let dual_of_dual = r#"{"type_variety": "dd", "type_def": "dual_stage", "gain_min": 25,
        "preamp_variety": "dual", "booster_variety": "vg"}"#;
    let bands = r#"{"type_variety": "mb", "type_def": "multi_band", "amplifiers": ["vg", "fg"]}"#;
    let library = load(&text(&[dual_of_dual, dual, bands, VG, FG], ""));
    assert_eq!(names(&library), ["dd", "dual", "mb", "vg", "fg"]);
    let of = |name| library.amplifier(name).expect("an amplifier");
    assert_eq!((of("dual").gain_flatmax_db, of("dual").gain_min_db), (47.0, 25.0));
    assert_eq!((of("dual").p_max_dbm, of("dual").raman), (23.0, true));
    assert_eq!((of("dual").f_min_hz, of("dual").f_max_hz), (191.275e12, 196.125e12));
    assert_eq!((of("dd").gain_flatmax_db, of("dd").p_max_dbm), (73.0, 23.0));
    let c = Band { f_min_hz: 191.275e12, f_max_hz: 196.125e12 };
    let l = Band { f_min_hz: 186e12, f_max_hz: 190e12 };
    assert_eq!(of("mb").bands, [c, l]);
    assert_eq!((of("mb").f_min_hz, of("mb").f_max_hz), (186e12, 196.125e12));
}

//= type=test gnpy:1.2-other-name
#[test]
fn other_names_stand_before_the_own() {
    let aliased = VG.replace("\"type_def\"", "\"other_name\": [\"a\", \"b\"], \"type_def\"");
    let library = load(&text(&[&aliased, FG], ""));
    assert_eq!(names(&library), ["a", "b", "vg", "fg"]);
    assert_eq!(library.amplifiers[0].model, library.amplifiers[2].model);
}

//= type=test gnpy:1.2-extra-equipment
#[test]
fn extra_files_add_and_never_replace() {
    let main = text(&[VG], "");
    let first = format!(
        r#"{{"Edfa": [{FG}, {}], "SI": [{{"power_range_db": [0, 0, 1], "f_min": 192e12}},
        {{"type_variety": "l", "power_range_db": [0, 0, 1], "f_min": 187e12}}],
        "Span": [{{"delta_power_range_db": [0, 0, 1], "padding": 5}}]}}"#,
        VG.replace("23", "20")
    );
    let second = format!("{{\"Edfa\": [{}]}}", FG.replace("\"fg\"", "\"f2\""));
    let extra = [Source::new("one.json", &first), Source::new("two.json", &second)];
    let loaded = Library::load(Source::new("eqpt.json", &main), &extra, &[]).expect("a library");
    let library = loaded.value;
    assert_eq!(names(&library), ["vg", "fg", "f2"]);
    assert_eq!(library.amplifier("vg").map(|entry| entry.p_max_dbm), Some(23.0));
    assert_eq!(library.span().map(|entry| entry.padding_db), Some(10.0));
    assert_eq!(library.spectrum("default").map(|entry| entry.f_min_hz), Some(191.35e12));
    assert_eq!(library.spectrum("l").map(|entry| entry.f_min_hz), Some(187e12));
    let warnings: Vec<String> = loaded.warnings.iter().map(ToString::to_string).collect();
    let passed = |place: &str, name: &str| {
        format!("one.json: {place}: '{name}' is already in the library, the first one holds")
    };
    assert_eq!(
        warnings,
        [passed("/SI/0", "default"), passed("/Span/0", "default"), passed("/Edfa/1", "vg")]
    );
}

//= type=test gnpy:6.7-penalty-points
#[test]
fn penalty_points_become_curves() {
    let more = r#", "Transceiver": [{"type_variety": "t", "frequency": {"min": 191.35e12,
        "max": 196.1e12}, "mode": [{"format": "m", "baud_rate": 32e9, "OSNR": 11, "bit_rate": 1e11,
        "roll_off": null, "tx_osnr": 40, "min_spacing": 37.5e9, "cost": 1, "penalties": [
        {"chromatic_dispersion": 4e3, "penalty_value": 0}, {"pmd": 10, "penalty_value": 0.5},
        {"chromatic_dispersion": 1e3, "penalty_value": 1}, {"pdl": 1, "penalty_value": 1},
        {"chromatic_dispersion": -1e3, "penalty_value": 1}, {"pdl": 0, "penalty_value": 0.1}]}]}]"#;
    let library = load(&text(&[VG], more));
    let mode = library.transceiver("t").and_then(|entry| entry.mode("m")).expect("a mode");
    let curve = |points: &[(f64, f64)]| -> Vec<Penalty> {
        points.iter().map(|&(up_to, penalty_db)| Penalty { up_to, penalty_db }).collect()
    };
    let penalties = &mode.penalties;
    let dispersion = curve(&[(-1e3, 1.0), (1e3, 1.0), (4e3, 0.0)]);
    assert_eq!(penalties.chromatic_dispersion, dispersion);
    assert_eq!(penalties.pmd, curve(&[(0.0, 0.0), (10.0, 0.5)]));
    assert_eq!(penalties.pdl, curve(&[(0.0, 0.1), (1.0, 1.0)]));
    assert_eq!((mode.roll_off, mode.equalisation_offset_db), (None, 0.0));
}

//= type=test gnpy:1.2-simulation-defaults
#[test]
fn simulation_parameters_have_defaults() {
    let given = |text| SimParams::load(Source::new("sim.json", text)).expect("parameters").value;
    let raman = RamanParams {
        flag: false,
        method: RamanMethod::Perturbative,
        order: 2,
        result_spatial_resolution_m: 1e4,
        solver_spatial_resolution_m: 1e4,
    };
    let nli = NliParams {
        method: NliMethod::GgnApprox,
        dispersion_tolerance: 4.0,
        phase_shift_tolerance: 0.1,
        computed_channels: None,
        computed_number_of_channels: None,
    };
    let found = given(r#"{"nli_params": {"method": "ggn_approx"}}"#);
    assert_eq!(found, SimParams { raman, nli });
    assert_eq!(given("{}"), SimParams::default());
    let found = given(r#"{"raman_params": {"flag": true, "method": "numerical", "order": 3}}"#);
    assert_eq!((found.raman.flag, found.raman.order), (true, 3));
    assert_eq!(found.raman.method, RamanMethod::Numerical);
}

//= type=test gnpy:6.1-partition-defaults
#[test]
fn parts_of_a_spectrum_have_defaults() {
    let text = r#"{"spectrum": [
        {"f_min": 194.2e12, "f_max": 195e12, "baud_rate": 64e9, "slot_width": 75e9, "roll_off": 0.1},
        {"f_min": 191.4e12, "f_max": 193.1e12, "baud_rate": 32e9, "slot_width": 50e9,
         "roll_off": 0.15}]}"#;
    let parts = spectrum_file::load(Source::new("s.json", text)).expect("a spectrum").value;
    let shown: Vec<_> = parts.iter().map(|p| (p.label.as_str(), p.channel_count())).collect();
    assert_eq!(shown, [("0-32.00G", 35), ("1-64.00G", 11)]);
    for part in &parts {
        assert_eq!((part.delta_power_db, part.tx_osnr_db, part.tx_power_dbm), (0.0, 40.0, 0.0));
    }
}

//= type=test gnpy:6.1-partition-overlap
#[test]
fn parts_of_a_spectrum_must_not_overlap() {
    let text = |f_min: &str| {
        format!(
            r#"{{"spectrum": [{{"f_min": 191.4e12, "f_max": 193.1e12, "baud_rate": 32e9,
            "slot_width": 50e9, "roll_off": 0.15}}, {{"f_min": {f_min}, "f_max": 194e12,
            "baud_rate": 32e9, "slot_width": 50e9, "roll_off": 0.15}}]}}"#
        )
    };
    let load = |f_min| spectrum_file::load(Source::new("s.json", &text(f_min)));
    assert!(load("193.15e12").is_ok());
    let error = load("193.1e12").expect_err("an overlap").to_string();
    let expected = "s.json: /spectrum/1: found a first slot from 193.07500 THz, below 193.12500 THz \
                    where the part below ends, expected parts that do not overlap";
    assert_eq!(error, expected);
}

//= type=test gnpy:1.2-route-order
#[test]
fn routes_go_by_index() {
    let text = r#"{"path-request": [{"request-id": "1", "source": "a", "destination": "b",
        "path-constraints": {"te-bandwidth": {"trx_type": "Voyager", "spacing": 50e9,
        "effective-freq-slot": [{"N": null, "M": 4}], "path_bandwidth": 1e11}},
        "explicit-route-objects": {"route-object-include-exclude": [
        {"index": 1, "num-unnum-hop": {"node-id": "x", "hop-type": "STRICT"}},
        {"index": 0, "num-unnum-hop": {"node-id": "y", "hop-type": "LOOSE"}}]}}]}"#;
    let services = Services::load(Source::new("s.json", text)).expect("services").value;
    let request = &services.requests[0];
    let node = |node_id: &str, loose| IncludeNode { node_id: node_id.to_owned(), loose };
    assert_eq!(request.include, [node("y", true), node("x", false)]);
    // GNPy stops at a slot that has a width and no place; here it is left to planning.
    assert_eq!(request.frequency_slots, [FrequencySlot { n: None, m: Some(4) }]);
    assert_eq!((request.trx_mode.as_deref(), request.bidirectional), (None, false));
}

#[test]
fn what_a_topology_leaves_out_stays_out() {
    let text = r#"{"elements": [{"uid": "e", "type": "Edfa", "type_variety": ""},
        {"uid": "f", "type": "Fused"}, {"uid": "g", "type": "Edfa",
        "operational": {"gain_target": null, "out_voa": 0}}], "connections": []}"#;
    let network = Topology::load(Source::new("t.json", text)).expect("a topology").value;
    let [e, f, g] = network.elements.as_slice() else { panic!("three") };
    let Kind::Edfa(edfa) = &e.kind else { panic!("an amplifier") };
    assert_eq!((edfa.type_variety.as_ref(), edfa.operational), (None, Operational::default()));
    assert_eq!(f.kind, Kind::Fused(Fused { loss_db: None }));
    let Kind::Edfa(edfa) = &g.kind else { panic!("an amplifier") };
    assert_eq!(edfa.operational.out_voa_db, Some(0.0));
    assert_eq!(e.location, Location::default());
}

/// Both ways to give dispersion over frequency, of which GNPy takes neither.
//= type=test gnpy:1.2-frequency-tables
#[test]
fn dispersion_over_frequency_loads_in_both_ways() {
    let load = |table: &str| {
        let text = format!(
            r#"{{"elements": [{{"uid": "f", "type": "Fiber", "params": {{"length": 80,
            "length_units": "km", "loss_coef": 0.2, "lumped_losses": [{{"position": 3, "loss": 1}}],
            "dispersion_per_frequency": {table}}}}}], "connections": []}}"#
        );
        Topology::load(Source::new("t.json", &text)).expect("a topology").value
    };
    let by_lists = load(r#"{"value": [1.7e-5, 1.6e-5], "frequency": [196e12, 191e12]}"#);
    let by_pairs = load(
        r#"[{"frequency": 191e12, "dispersion": 1.6e-5},
        {"frequency": 196e12, "dispersion": 1.7e-5}]"#,
    );
    assert_eq!(by_lists, by_pairs);
    let Kind::Fibre(fibre) = &by_pairs.elements[0].kind else { panic!("a fibre") };
    let table = fibre.params.dispersion_per_frequency.as_ref().expect("a table");
    assert_eq!(table.value, [1.6e-5, 1.7e-5]);
    assert_eq!(table.frequency_hz, [191e12, 196e12]);
    assert_eq!(fibre.params.length_m, Some(80e3));
    assert_eq!(fibre.params.lumped_losses.as_ref().map(|l| l[0].position_m), Some(3e3));
}

/// A library with one transceiver whose mode has the limits of power of GNPy 3.0.
const LIMITS: &str = r#", "Transceiver": [{"type_variety": "trx",
    "frequency": {"min": 191.35e12, "max": 196.1e12},
    "mode": [{"format": "m", "baud_rate": 32e9, "OSNR": 11, "bit_rate": 100e9, "roll_off": 0.15,
        "tx_osnr": 40, "min_spacing": 37.5e9, "cost": 1,
        "tx-channel-power-min-dbm": -10.5, "tx-channel-power-max-dbm": 1,
        "rx-channel-power-min-dbm": -18, "rx-channel-power-max-dbm": 0.5}]}]"#;

#[test]
fn limits_of_power_have_hyphens_in_both_forms() {
    let text = text(&[VG], LIMITS);
    let check = |library: &Library| {
        let mode = &library.transceivers[0].modes[0];
        let tx = (mode.tx_power_min_dbm, mode.tx_power_max_dbm);
        let rx = (mode.rx_power_min_dbm, mode.rx_power_max_dbm);
        assert_eq!((tx, rx), ((Some(-10.5), Some(1.0)), (Some(-18.0), Some(0.5))));
    };
    check(&load(&text));
    let source = Source::new("eqpt.json", &text);
    let yang = otn_plan::yang::to_yang(source).expect("a library").to_string();
    check(&load(&yang));
}

/// A library with the mode of [`LIMITS`] and more keys in it.
fn with_mode(more: &str) -> String {
    text(&[VG], &LIMITS.replace("\"cost\": 1,", &format!("\"cost\": 1, {more}")))
}

const RECEIVER: &str = r#""detailed_rx": {"k1": 0.5, "k2": 0.7, "rx-ref-channel-power-dbm": -15,
    "BER-threshold": 0.02, "snr_trx_db_0.1nm": 20, "snr_prx_db_0.1nm": 65.5},"#;

#[test]
//= type=test gnpy:6.7-detailed-receiver
fn the_noise_of_a_receiver_is_read_in_both_forms() {
    let text = with_mode(RECEIVER);
    let expected = DetailedReceiver {
        k1: 0.5,
        k2: 0.7,
        rx_reference_dbm: -15.0,
        error_ratio_limit: 0.02,
        snr_transceiver_01nm_db: 20.0,
        snr_at_one_watt_01nm_db: 65.5,
    };
    let receiver = |library: &Library| library.transceivers[0].modes[0].receiver;
    assert_eq!(receiver(&load(&text)), Some(expected));
    let yang = otn_plan::yang::to_yang(Source::new("eqpt.json", &text)).expect("a library");
    assert_eq!(receiver(&load(&yang.to_string())), Some(expected));
    assert_eq!(receiver(&load(&with_mode(""))), None);
}

/// What GNPy 3.0.1 refuses, and error ratios without a Q.
#[test]
//= type=test gnpy:6.7-detailed-receiver
//= type=test gnpy:6.7-power-limits
fn receivers_and_limits_that_are_none() {
    let place = "/Transceiver/0/mode/0";
    let receiver = format!("{place}/detailed_rx");
    let wrong = [
        ("\"k1\": 0.5", "\"k1\": -0.5", format!("{receiver}/k1"), "from 0 to 20"),
        ("\"k2\": 0.7", "\"k2\": 20.5", format!("{receiver}/k2"), "from 0 to 20"),
        ("\"k2\": 0.7,", "", receiver.clone(), "k2"),
        ("\": 0.02", "\": 0.5", format!("{receiver}/BER-threshold"), "below 0.5"),
        ("\": 0.02", "\": 0", format!("{receiver}/BER-threshold"), "above 0"),
        (
            "\": 20, \"snr_prx",
            "\": 61, \"snr_prx",
            format!("{receiver}/snr_trx_db_0.1nm"),
            "0 to 60",
        ),
        ("65.5", "-1", format!("{receiver}/snr_prx_db_0.1nm"), "0 to 100"),
        (
            "\": -15",
            "\": -18.5",
            format!("{receiver}/rx-ref-channel-power-dbm"),
            "limits of the mode",
        ),
        ("\": -15", "\": 1", format!("{receiver}/rx-ref-channel-power-dbm"), "limits of the mode"),
        ("\": -10.5", "\": -20.5", format!("{place}/tx-channel-power-min-dbm"), "from -20 to 20"),
        ("\": -18", "\": -61", format!("{place}/rx-channel-power-min-dbm"), "from -60 to 10"),
        ("\": -10.5", "\": 1.5", place.to_owned(), "least power"),
    ];
    let good = with_mode(RECEIVER);
    for (from, to, place, words) in wrong {
        assert!(good.contains(from), "{from}");
        let text = good.replacen(from, to, 1);
        let error = Library::load(Source::new("eqpt.json", &text), &[], &[]).unwrap_err();
        let message = error.to_string();
        assert!(message.contains(&place) && message.contains(words), "{to}: {message}");
    }
}

#[test]
//= type=test gnpy:6.2-loss-ripple
fn ripple_of_a_type_is_read_and_added_to_a_flat_loss() {
    let fibre = |ripple: &str| {
        let fibre = r#", "Fiber": [{"type_variety": "G", "loss_coef_ripple": RIPPLE}]"#;
        load(&text(&[VG], &fibre.replace("RIPPLE", ripple))).fibres[0].clone()
    };
    let row = |frequency: f64, value: f64| {
        format!(r#"{{"frequency": {frequency:e}, "loss_coef_ripple_value": {value}}}"#)
    };
    // As 3.0.1 keeps them, but in rising order: 0.2 dB/km and these give 0.21, 0.18, 0.23.
    let rows = [row(198e12, 0.03), row(191e12, 0.01), row(194e12, -0.02)].join(", ");
    let found = fibre(&format!("[{rows}]"));
    let Loss::PerFrequency(table) = found.rippled(&Loss::Flat(0.2)) else { panic!("a table") };
    assert_eq!(table.frequency_hz, [191e12, 194e12, 198e12]);
    for (found, expected) in table.value.iter().zip([0.21, 0.18, 0.23]) {
        assert!((found - expected).abs() < 1e-12, "{found}");
    }
    assert_eq!(found.rippled(&Loss::PerFrequency(table.clone())), Loss::PerFrequency(table));
    let one = fibre(&format!("[{}]", row(193.5e12, 0.03)));
    assert_eq!(one.rippled(&Loss::Flat(0.2)), Loss::Flat(0.23));
    for wrong in ["[]", "0.1", r#"[{"frequency": 191e12}]"#, r#"[{"frequency": 0}]"#] {
        let fibre = r#", "Fiber": [{"type_variety": "G", "loss_coef_ripple": RIPPLE}]"#;
        let text = text(&[VG], &fibre.replace("RIPPLE", wrong));
        let error = Library::load(Source::new("eqpt.json", &text), &[], &[]).unwrap_err();
        assert!(error.to_string().contains("loss_coef_ripple"), "{wrong}: {error}");
    }
}
