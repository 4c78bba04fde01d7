//! The light of a run in its report: what receivers had over time, and what was in each fibre.
//!
//! In: the light of a network file. Out: values of `report.json`.

use std::collections::BTreeMap;

use otn_emu::light::{Owner, Reception, occupation};
use otn_fec::theory::gaussian::{decibels, q_inverse};
use otn_frame::SimTime;

use crate::network::Light;
use crate::network_report::model;

/// Events after which the fibres are looked at again; what later ones change is not in the spectrum.
const LOOKS: usize = 64;

/// Q factor of a bit error ratio, dB.
pub(super) fn q_db(ber: f64) -> Option<f64> {
    (ber > 0.0 && ber < 0.5).then(|| 2.0 * decibels(q_inverse(ber)))
}

/// What the receiver of a line over light had; `from` is its sending end. Nothing for other lines.
pub(super) fn series(light: &Light, line: usize, from: usize) -> Option<model::LightSeries> {
    let lightpath = light.lines.get(line).copied().flatten()?;
    let course = light.courses.get(lightpath.0)?.get(from)?;
    let mut series = model::LightSeries::default();
    course.iter().for_each(|(at, reception)| series.push(sample(*at, reception)));
    Some(series)
}

fn sample(at: SimTime, reception: &Reception) -> model::LightSample {
    let lit = |value: f64| reception.light.then_some(value);
    model::LightSample {
        at_ps: at.as_ps(),
        pre_fec_ber: lit(reception.pre_fec_ber),
        gsnr_db: lit(reception.gsnr_01nm_db),
        osnr_db: lit(reception.osnr_01nm_db),
        q_db: lit(reception.pre_fec_ber).and_then(q_db),
        margin_db: reception.margin_db.filter(|_| reception.light),
        power_dbm: lit(reception.power_dbm),
    }
}

/// A channel in a fibre, by fibre, frequency in kHz and owner.
type Key = (String, u64, String);

/// What was in each fibre, and from when to when.
pub(super) fn fibres(light: &Light) -> Vec<model::Fibre> {
    let mut state = light.plant.initial();
    let mut channels: BTreeMap<Key, Vec<model::Channel>> = BTreeMap::new();
    look(light, &state, SimTime::ZERO, &mut channels);
    let mut events = light.events.iter().map(|(_, event)| event).take(LOOKS).peekable();
    while let Some(event) = events.next() {
        state.apply(&event.action);
        if events.peek().is_none_or(|next| next.at > event.at) {
            look(light, &state, event.at, &mut channels);
        }
    }
    let mut fibres: BTreeMap<String, Vec<model::Channel>> = BTreeMap::new();
    for ((fibre, ..), spans) in channels {
        fibres.entry(fibre).or_default().extend(spans);
    }
    let fibre = |(name, channels)| model::Fibre { name, channels, ..model::Fibre::default() };
    fibres.into_iter().map(fibre).collect()
}

/// Enters what is in the fibres from `at` on, and ends what is not any more.
fn look(
    light: &Light,
    state: &otn_emu::light::State,
    at: SimTime,
    channels: &mut BTreeMap<Key, Vec<model::Channel>>,
) {
    let Ok(now) = occupation(&light.plant, state) else { return };
    let mut seen = BTreeMap::new();
    for fibre in now {
        let name = light.plant.fibre_name(fibre.fibre).to_string();
        for channel in fibre.channels {
            let owner = match channel.owner {
                Owner::Lightpath(lightpath, _) => {
                    light.plant.lightpaths()[lightpath.0].name.clone()
                }
                Owner::Fill => "comb".to_string(),
            };
            let key = (name.clone(), (channel.frequency_hz / 1e3) as u64, owner.clone());
            let entry = model::Channel {
                frequency_thz: channel.frequency_hz * 1e-12,
                width_ghz: channel.slot_width_hz * 1e-9,
                owner,
                power_dbm: Some(channel.power_dbm).filter(|power| power.is_finite()),
                from_ps: at.as_ps(),
                until_ps: None,
            };
            seen.insert(key, entry);
        }
    }
    for (key, spans) in channels.iter_mut() {
        if !seen.contains_key(key)
            && let Some(open) = spans.last_mut().filter(|span| span.until_ps.is_none())
        {
            open.until_ps = Some(at.as_ps());
        }
    }
    for (key, entry) in seen {
        let spans = channels.entry(key).or_default();
        if spans.last().is_none_or(|last| last.until_ps.is_some()) {
            spans.push(entry);
        }
    }
}
