//! One request of a service file, for light to be taken across.
//!
//! Clauses: GNPy 1.3 (the transmission program with a service). In: a service file, the name of a request, a
//! library. Out: ends, path and channels. Where the request leaves the mode open, the one with the highest
//! symbol rate that its spacing has room for is taken, and of these the one with the highest bit rate.

use std::path::PathBuf;

use anyhow::{Result, anyhow, ensure};
use otn_photon::Compat;
use otn_photon::spectrum::Channel;
use otn_photon::units::dbm;
use otn_plan::error::Hint;
use otn_plan::library::{Library, Mode, SpectrumInformation, TransceiverType};
use otn_plan::network::Network;
use otn_plan::services::{Request, Services};

use super::inputs::shown;
use super::modes::{Named, default_comb};
use crate::cli::warn;

/// Which request of which file.
#[derive(Debug, clap::Args)]
pub struct ServiceArguments {
    /// Take ends, path and channels from a request of this file: JSON, xls or xlsx
    #[arg(long, value_name = "FILE", requires = "route_id",
        conflicts_with_all = ["source", "path", "spectrum", "mode", "power"])]
    pub service: Option<PathBuf>,
    /// Name of the request
    #[arg(long, alias = "route_id", value_name = "ID", requires = "service")]
    pub route_id: Option<String>,
}

/// A request, and what the library makes of it.
#[derive(Debug)]
pub(super) struct Service<'a> {
    /// The request.
    pub(super) request: Request,
    /// Its mode.
    pub(super) mode: Named<'a>,
    /// The comb that design reckons with.
    pub(super) comb: SpectrumInformation,
    compat: Compat,
}

impl ServiceArguments {
    /// The request asked for, if there is one.
    ///
    /// # Errors
    /// A name that the file does not have, a transceiver or mode that the library does not have or that the
    /// spacing has no room for.
    //= gnpy:1.3-service
    pub(super) fn find<'a>(
        &self,
        services: impl FnOnce(&PathBuf) -> Result<Services>,
        library: &'a Library,
        compat: Compat,
    ) -> Result<Option<Service<'a>>> {
        let (Some(path), Some(id)) = (&self.service, &self.route_id) else { return Ok(None) };
        let requests = services(path)?.requests;
        let names: Vec<String> = requests.iter().map(|one| one.request_id.clone()).collect();
        let request = requests.into_iter().find(|one| one.request_id == *id);
        let request = request.ok_or_else(|| {
            let names = names.join(", ");
            anyhow!("{}: no request `{id}`, expected one of: {names}", shown(path))
        })?;
        let mode = mode(&request, library)
            .map_err(|error| anyhow!("{}: request `{id}`: {error}", shown(path)))?;
        let comb = comb(&request, &mode, default_comb(library)?, compat);
        Ok(Some(Service { request, mode, comb, compat }))
    }
}

impl Service<'_> {
    /// The channels that are launched.
    ///
    /// # Errors
    /// Numbers of the mode that make no transceiver.
    pub(super) fn channels(&self) -> Result<Vec<Channel>> {
        let mut channels = self.mode.comb(&self.comb, None, self.compat)?;
        if let Some(power_w) = self.request.tx_power_w {
            channels.iter_mut().for_each(|channel| channel.tx_power_dbm = dbm(power_w));
        }
        Ok(channels)
    }

    /// The elements of the path, and whether it may do without them. Those that the network does not have are
    /// left out with a warning where it may.
    pub(super) fn through(&self, network: &Network) -> (Vec<String>, bool) {
        let loose = self.request.include.iter().all(|node| node.loose);
        let known = |uid: &String| {
            let known = !loose || network.vertex(uid).is_some();
            if !known {
                warn(&[format!("no element `{uid}` in the network: the path does without it")]);
            }
            known
        };
        let uids = self.request.include.iter().map(|node| node.node_id.clone());
        (uids.filter(known).collect(), loose)
    }
}

/// The mode that a request names, or the fastest that its spacing has room for.
fn mode<'a>(request: &Request, library: &'a Library) -> Result<Named<'a>> {
    let name = &request.trx_type;
    let transceiver: &TransceiverType = library.transceiver(name).ok_or_else(|| {
        let names = library.transceivers.iter().map(|entry| entry.type_variety.as_str());
        anyhow!("no transceiver named `{name}` in the library{}", Hint::for_name(name, names))
    })?;
    let spacing_ghz = request.spacing_hz * 1e-9;
    let mode = match &request.trx_mode {
        Some(format) => transceiver.mode(format).ok_or_else(|| {
            let names = transceiver.modes.iter().map(|mode| mode.format.as_str());
            let hint = Hint::for_name(format, names);
            anyhow!("transceiver `{name}` has no mode `{format}`{hint}")
        })?,
        None => fastest(&transceiver.modes, request.spacing_hz).ok_or_else(|| {
            anyhow!("no mode of transceiver `{name}` has room in a spacing of {spacing_ghz} GHz")
        })?,
    };
    ensure!(
        mode.min_spacing_hz <= request.spacing_hz,
        "spacing {spacing_ghz} GHz, expected {} GHz or more for mode `{}` of `{name}`",
        mode.min_spacing_hz * 1e-9,
        mode.format
    );
    Ok(Named { transceiver, mode })
}

fn fastest(modes: &[Mode], spacing_hz: f64) -> Option<&Mode> {
    let fitting = modes.iter().filter(|mode| mode.min_spacing_hz <= spacing_hz);
    // Of equals the first one, hence the turned order.
    fitting.rev().max_by(|one, other| {
        let order = one.baud_rate.total_cmp(&other.baud_rate);
        let order = order.then(one.bit_rate.total_cmp(&other.bit_rate));
        order.then(one.equalisation_offset_db.total_cmp(&other.equalisation_offset_db))
    })
}

/// The library's comb, as a request and its mode change it.
fn comb(
    request: &Request,
    named: &Named<'_>,
    library: &SpectrumInformation,
    compat: Compat,
) -> SpectrumInformation {
    let band = named.transceiver.frequency;
    let spacings = request.max_nb_of_channel.map(|count| match compat {
        Compat::Gnpy214 => f64::from(count),
        Compat::Gnpy30 => f64::from(count) - 1.0,
    });
    SpectrumInformation {
        f_min_hz: band.f_min_hz,
        f_max_hz: spacings.map_or(band.f_max_hz, |n| band.f_min_hz + n * request.spacing_hz),
        baud_rate: named.mode.baud_rate,
        spacing_hz: request.spacing_hz,
        power_dbm: request.output_power_w.map_or(library.power_dbm, dbm),
        roll_off: named.mode.roll_off.unwrap_or(library.roll_off),
        tx_osnr_db: named.mode.tx_osnr_db,
        ..library.clone()
    }
}
