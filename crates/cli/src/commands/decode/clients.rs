//! The clients of a signal, a file each.

use std::collections::BTreeMap;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use otn_frame::{Signal, SimTime};
use otn_proc::observer::ClientOctets;
use otn_proc::place::Place;
use otn_proc::terminal::LineCoding;

use super::frames::FrameTap;
use crate::capture::{LINK_ETHERNET, PcapNgWriter};
use crate::channels::{ChannelReport, ChannelTaps};
use crate::commands::{Written, not_the_input};
use crate::decoder::{FrameView, Harvest, OverheadView};
use crate::input::StreamInfo;
use crate::output::OutFile;

/// Most files written at once; more clients than an OPU4 has slots come only of noise.
const MAX_FILES: usize = 1_000;

enum Client {
    Packets(PcapNgWriter<OutFile>),
    Bits(BufWriter<OutFile>),
}

/// Writes each client to a file of its own, and lets the frames be looked at.
pub(super) struct ClientFolder {
    folder: Option<PathBuf>,
    /// The signal, which is not written over.
    inputs: Vec<PathBuf>,
    files: BTreeMap<(usize, Place, bool), Client>,
    names: Vec<String>,
    tap: FrameTap,
    channels: ChannelTaps,
}

impl ClientFolder {
    /// Files in this folder, or nowhere.
    pub(super) fn new(
        folder: Option<PathBuf>,
        inputs: Vec<PathBuf>,
        tap: FrameTap,
        channels: ChannelTaps,
    ) -> Self {
        Self { folder, inputs, files: BTreeMap::new(), names: Vec::new(), tap, channels }
    }

    /// True where the frame asked for was shown.
    pub(super) fn shown(&self) -> bool {
        self.tap.shown()
    }

    /// Gives the files their names, and tells of the channels.
    pub(super) fn commit(self) -> Result<(Vec<String>, Vec<ChannelReport>)> {
        for client in self.files.into_values() {
            match client {
                Client::Packets(writer) => writer.into_inner().commit()?,
                Client::Bits(writer) => {
                    writer.into_inner().map_err(std::io::IntoInnerError::into_error)?.commit()?;
                }
            }
        }
        Ok((self.names, self.channels.commit()?))
    }

    fn open(&mut self, stream: usize, place: Place, packets: bool) -> Result<Option<&mut Client>> {
        let Some(folder) = &self.folder else { return Ok(None) };
        let key = (stream, place, packets);
        if !self.files.contains_key(&key) {
            if self.files.len() >= MAX_FILES {
                bail!("{}: found more than {MAX_FILES} clients", folder.display());
            }
            let path = folder.join(file_name(stream, place, packets));
            for input in &self.inputs {
                not_the_input(input, &path)?;
            }
            let file = OutFile::create(&path)?;
            self.names.push(path.display().to_string());
            let client = if packets {
                let mut writer = PcapNgWriter::new(file).written(&path)?;
                writer.interface(LINK_ETHERNET, &place.to_string(), "Ethernet").written(&path)?;
                Client::Packets(writer)
            } else {
                Client::Bits(BufWriter::new(file))
            };
            self.files.insert(key, client);
        }
        Ok(self.files.get_mut(&key))
    }
}

/// `client-0.pcapng`, `client-0-3.80.bin`: stream, first tributary slots on the way.
fn file_name(stream: usize, place: Place, packets: bool) -> String {
    let ports = place.to_string();
    let dash = if ports.is_empty() { "" } else { "-" };
    let extension = if packets { "pcapng" } else { "bin" };
    format!("client-{stream}{dash}{ports}.{extension}")
}

impl Harvest for ClientFolder {
    fn stream(&mut self, index: usize, info: &StreamInfo) -> Result<()> {
        self.tap.stream(index, info);
        Ok(())
    }

    fn settled(&mut self, index: usize, signal: Signal, coding: LineCoding) -> Result<()> {
        self.tap.settled(index, signal, coding);
        Ok(())
    }

    fn frame(
        &mut self,
        stream: usize,
        number: u64,
        at: SimTime,
        view: FrameView<'_>,
    ) -> Result<()> {
        self.tap.frame(stream, number, at, view)
    }

    fn overhead(&mut self, view: &OverheadView<'_>) -> Result<()> {
        self.channels.take(view)
    }

    fn packet(&mut self, stream: usize, place: Place, stamp_ns: u64, octets: &[u8]) -> Result<()> {
        let folder = self.folder.clone().unwrap_or_default();
        match self.open(stream, place, true)? {
            Some(Client::Packets(writer)) => writer.packet(0, stamp_ns, octets).written(&folder),
            Some(Client::Bits(_)) | None => Ok(()),
        }
    }

    fn client(&mut self, stream: usize, client: &ClientOctets<'_>) -> Result<()> {
        let name = |folder: &Path| folder.display().to_string();
        let context = self.folder.as_deref().map(name).unwrap_or_default();
        match self.open(stream, client.place, false)? {
            Some(Client::Bits(writer)) => writer.write_all(client.octets).context(context),
            Some(Client::Packets(_)) | None => Ok(()),
        }
    }
}
