//! HDLC frames of channels into captures.
//!
//! In: the overhead of each frame of a signal. Out: a pcapng a channel, one interface a stream, and
//! counts. A channel in a maintenance signal, or whose frames do not follow one another, begins anew.

use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::{Result, ensure};
use otn_map::hdlc::{Check, Counters, Decoder, Fcs, Framing};
use serde::Serialize;

use super::{ChannelFile, Link, name};
use crate::capture::PcapNgWriter;
use crate::cli::warn;
use crate::commands::{Written, not_the_input};
use crate::decoder::OverheadView;
use crate::output::OutFile;
use crate::text::grouped;

/// What was found in a channel of a stream.
#[derive(Clone, Debug, Serialize)]
pub struct ChannelReport {
    /// Number of the stream, from 0.
    pub stream: usize,
    /// The channel, and where: `gcc1@3.80`.
    pub channel: String,
    /// The capture.
    pub file: String,
    /// What the frames are, `ppp` or `cisco`, once there was one.
    pub link: Option<&'static str>,
    /// Bits of their FCS, once a right one was found.
    pub fcs_bits: Option<u8>,
    /// Good frames.
    pub frames: u64,
    /// Their octets without FCS.
    pub octets: u64,
    /// Frames with a wrong FCS.
    pub fcs_errors: u64,
    /// Frames broken off.
    pub aborted: u64,
    /// Frames shorter than a frame can be.
    pub too_short: u64,
    /// Frames longer than any that is taken.
    pub too_long: u64,
    /// Frames not of whole octets.
    pub unaligned: u64,
}

/// A channel of one stream.
struct Stream {
    decoder: Decoder,
    /// Number of its interface in the capture, and what the frames are.
    interface: Option<(u32, Link)>,
    octets: u64,
}

impl Stream {
    fn new() -> Self {
        let decoder = Decoder::new(Framing::BitSynchronous, Check::Find);
        Self { decoder, interface: None, octets: 0 }
    }
}

/// A channel that is listened to.
struct Tap {
    file: ChannelFile,
    writer: PcapNgWriter<OutFile>,
    streams: BTreeMap<usize, Stream>,
}

impl Tap {
    fn name(&self) -> String {
        name(self.file.channel, self.file.place)
    }

    fn take(&mut self, view: &OverheadView<'_>) -> Result<()> {
        if view.of_otu != self.file.channel.is_of_otu() || view.place != self.file.place {
            return Ok(());
        }
        let name = self.name();
        let Stream { decoder, interface, octets } =
            self.streams.entry(view.stream).or_insert_with(Stream::new);
        if !view.follows || !view.usable {
            decoder.restart();
        }
        if !view.usable {
            return Ok(());
        }
        let (writer, asked) = (&mut self.writer, self.file.link);
        let mut written = Ok(());
        decoder.push(self.file.channel.read(view.columns), |frame| {
            *octets += frame.len() as u64;
            if written.is_ok() {
                written = write(writer, interface, asked, &name, view.stamp_ns, frame);
            }
        });
        written.written(&self.file.path)
    }

    fn report(&self, (&number, stream): (&usize, &Stream)) -> ChannelReport {
        let Counters { good, fcs_errors, aborted, too_short, too_long, unaligned } =
            *stream.decoder.counters();
        ChannelReport {
            stream: number,
            channel: self.name(),
            file: self.file.path.display().to_string(),
            link: stream.interface.map(|(_, link)| link.name()),
            fcs_bits: stream.decoder.fcs().map(Fcs::bits),
            frames: good,
            octets: stream.octets,
            fcs_errors,
            aborted,
            too_short,
            too_long,
            unaligned,
        }
    }
}

/// Writes a frame; the first one of a stream says what its interface is.
fn write(
    writer: &mut PcapNgWriter<OutFile>,
    interface: &mut Option<(u32, Link)>,
    asked: Option<Link>,
    name: &str,
    stamp_ns: u64,
    frame: &[u8],
) -> std::io::Result<()> {
    let number = match *interface {
        Some((number, _)) => number,
        None => {
            let link = asked.unwrap_or_else(|| Link::of(frame));
            let number = writer.interface(link.link_type(), name, "")?;
            *interface = Some((number, link));
            number
        }
    };
    writer.packet(number, stamp_ns, frame)
}

/// All channels that are listened to.
#[derive(Default)]
pub struct ChannelTaps(Vec<Tap>);

impl ChannelTaps {
    /// Starts the captures; `inputs` are not written over.
    ///
    /// # Errors
    /// A file that cannot be written, is an input, or stands for two channels.
    pub fn create(files: &[ChannelFile], inputs: &[PathBuf]) -> Result<Self> {
        let mut taps: Vec<Tap> = Vec::new();
        for file in files {
            for input in inputs {
                not_the_input(input, &file.path)?;
            }
            let twice = taps.iter().any(|tap| tap.file.path == file.path);
            ensure!(!twice, "--gcc: {} stands for two channels", file.path.display());
            let writer = PcapNgWriter::new(OutFile::create(&file.path)?).written(&file.path)?;
            taps.push(Tap { file: file.clone(), writer, streams: BTreeMap::new() });
        }
        Ok(Self(taps))
    }

    /// Takes the overhead of a frame.
    ///
    /// # Errors
    /// A capture that cannot be written on, named.
    pub fn take(&mut self, view: &OverheadView<'_>) -> Result<()> {
        self.0.iter_mut().try_for_each(|tap| tap.take(view))
    }

    /// Gives the captures their names; tells what was in them, and warns of those that nothing in
    /// the signal has a channel for.
    ///
    /// # Errors
    /// A capture that cannot be finished, named.
    pub fn commit(self) -> Result<Vec<ChannelReport>> {
        let mut reports = Vec::new();
        for tap in self.0 {
            if tap.streams.is_empty() {
                let name = tap.name();
                warn(&[format!("--gcc {name}: found no overhead of that layer and place")]);
            }
            reports.extend(tap.streams.iter().map(|stream| tap.report(stream)));
            let none = tap.streams.values().all(|stream| stream.interface.is_none());
            let (name, mut writer) = (tap.name(), tap.writer);
            if none {
                // A capture has at least one interface.
                let link = tap.file.link.unwrap_or(Link::Ppp);
                writer.interface(link.link_type(), &name, "").written(&tap.file.path)?;
            }
            writer.into_inner().commit()?;
        }
        Ok(reports)
    }
}

/// The report of a channel as a line.
pub fn channel_text(report: &ChannelReport) -> String {
    let kind = match (report.link, report.fcs_bits) {
        (Some(link), Some(bits)) => format!(" ({link}, FCS of {bits} bits)"),
        (_, _) => String::new(),
    };
    format!(
        "  {:<11} {} HDLC frames, {} octets{kind} → {}; wrong FCS {}, aborted {}, too short {}, \
         too long {}, not whole octets {}\n",
        report.channel,
        grouped(report.frames),
        grouped(report.octets),
        report.file,
        grouped(report.fcs_errors),
        grouped(report.aborted),
        grouped(report.too_short),
        grouped(report.too_long),
        grouped(report.unaligned),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::CaptureReader;
    use otn_map::hdlc::{Encoder, FrameQueue};
    use otn_proc::place::Place;
    use std::fs::File;

    struct One(Option<Vec<u8>>, Vec<u8>);

    impl FrameQueue for One {
        fn next_frame(&mut self) -> Option<&[u8]> {
            self.1 = self.0.take()?;
            Some(&self.1)
        }
    }

    /// Octets of a channel with one frame; 23 octets with flags.
    fn octets(fill: u8) -> Vec<u8> {
        let mut octets = vec![0; 24];
        let mut queue = One(Some(vec![fill; 16]), Vec::new());
        Encoder::new(Framing::BitSynchronous, Fcs::Fcs32).fill(&mut octets, &mut queue);
        octets
    }

    fn packets(path: &std::path::Path) -> Vec<Vec<u8>> {
        let mut reader = CaptureReader::new(File::open(path).unwrap()).unwrap();
        let mut packets = Vec::new();
        while let Some(record) = reader.next_record().unwrap() {
            packets.push(record.octets.to_vec());
        }
        packets
    }

    #[test]
    fn each_place_has_its_channel_and_gaps_begin_it_anew() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        let file = |name: &str, out: &str| -> ChannelFile {
            format!("{name}={}", path(out).display()).parse().unwrap()
        };
        let files = [file("gcc1", "root"), file("gcc1@3.80", "deep"), file("gcc0", "otu")];
        let mut taps = ChannelTaps::create(&files, &[]).unwrap();
        let deep = Place::ROOT.child(3).and_then(|p| p.child(80)).unwrap();
        // The root has a gap in its first frame, the deep one a maintenance signal in its second.
        let mut take = |place, of_otu, fill: u8, follows: &dyn Fn(usize) -> bool, usable: bool| {
            for (at, pair) in octets(fill).chunks(2).enumerate() {
                let mut columns = [[0; 16]; 4];
                if of_otu {
                    columns[0][10..12].copy_from_slice(pair);
                } else {
                    columns[3][..2].copy_from_slice(pair);
                }
                let (stream, stamp_ns, follows) = (0, 5, follows(at));
                let usable = usable || at != 4;
                let view = OverheadView {
                    stream,
                    place,
                    of_otu,
                    stamp_ns,
                    follows,
                    usable,
                    columns: &columns,
                };
                taps.take(&view).unwrap();
            }
        };
        take(Place::ROOT, false, 1, &|at| at != 6, true);
        take(deep, false, 2, &|_| true, true);
        take(Place::ROOT, true, 3, &|_| true, true);
        take(Place::ROOT, false, 4, &|_| true, true);
        take(deep, false, 5, &|_| true, false);
        let reports = taps.commit().unwrap();
        assert_eq!(packets(&path("root")), [[4; 16]]);
        assert_eq!(packets(&path("deep")), [[2; 16]]);
        assert_eq!(packets(&path("otu")), [[3; 16]]);
        let names: Vec<&str> = reports.iter().map(|r| r.channel.as_str()).collect();
        assert_eq!(names, ["gcc1", "gcc1@3.80", "gcc0"]);
        assert!(reports.iter().all(|r| (r.frames, r.fcs_bits) == (1, Some(32))), "{reports:?}");
    }
}
