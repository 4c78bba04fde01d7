//! Captures of every form, cut off at every octet, built here field by field.

use super::*;
use otn_emu::traffic::Packet;
use std::fs;
use std::io::Cursor;
use std::path::PathBuf;

/// Byte order of a file that a test builds.
#[derive(Clone, Copy, Debug)]
enum Order {
    Little,
    Big,
}

impl Order {
    fn u16(self, value: u16) -> Vec<u8> {
        match self {
            Self::Little => value.to_le_bytes().to_vec(),
            Self::Big => value.to_be_bytes().to_vec(),
        }
    }

    fn u32(self, value: u32) -> Vec<u8> {
        match self {
            Self::Little => value.to_le_bytes().to_vec(),
            Self::Big => value.to_be_bytes().to_vec(),
        }
    }
}

const ORDERS: [Order; 2] = [Order::Little, Order::Big];

/// A packet of a test file: seconds, fraction in the file's unit, octets, original length.
type TestPacket = (u32, u32, Vec<u8>, u32);

fn packets() -> Vec<TestPacket> {
    [60usize, 1, 0, 1514]
        .iter()
        .enumerate()
        .map(|(n, &len)| (1_000, n as u32 * 7, vec![n as u8; len], len as u32))
        .collect()
}

fn pcap(order: Order, nanoseconds: bool, link: u32, packets: &[TestPacket]) -> Vec<u8> {
    let magic = if nanoseconds { 0xA1B2_3C4D } else { 0xA1B2_C3D4 };
    let mut file = [order.u32(magic), order.u16(2), order.u16(4)].concat();
    for word in [0, 0, 262_144, link] {
        file.extend(order.u32(word));
    }
    for (seconds, fraction, octets, original) in packets {
        for word in [*seconds, *fraction, octets.len() as u32, *original] {
            file.extend(order.u32(word));
        }
        file.extend(octets);
    }
    file
}

fn ng_block(order: Order, kind: u32, body: &[u8]) -> Vec<u8> {
    let mut padded = body.to_vec();
    padded.resize(body.len().next_multiple_of(4), 0);
    let length = order.u32(padded.len() as u32 + 12);
    [order.u32(kind), length.clone(), padded, length].concat()
}

fn ng_option(order: Order, code: u16, value: &[u8]) -> Vec<u8> {
    let mut option = [order.u16(code), order.u16(value.len() as u16), value.to_vec()].concat();
    option.resize(option.len().next_multiple_of(4), 0);
    option
}

/// A pcapng file with one interface of this `if_tsresol`.
fn pcapng(order: Order, tsresol: u8, link: u16, packets: &[TestPacket]) -> Vec<u8> {
    let section = [order.u32(0x1A2B_3C4D), order.u16(1), order.u16(0), vec![0xFF; 8]].concat();
    let mut file = ng_block(order, 0x0A0D_0D0A, &section);
    let interface = [
        order.u16(link),
        order.u16(0),
        order.u32(0),
        ng_option(order, 2, b"port"),
        ng_option(order, 9, &[tsresol]),
        ng_option(order, 0, &[]),
    ];
    file.extend(ng_block(order, 1, &interface.concat()));
    for (seconds, fraction, octets, original) in packets {
        let per_second = match tsresol {
            6 => 1_000_000u64,
            9 => 1_000_000_000,
            0x8A => 1 << 10,
            _ => panic!("the test knows these resolutions"),
        };
        let ticks = u64::from(*seconds) * per_second + u64::from(*fraction);
        let head = [0, (ticks >> 32) as u32, ticks as u32, octets.len() as u32, *original];
        let mut body: Vec<u8> = head.iter().flat_map(|&word| order.u32(word)).collect();
        body.extend(octets);
        file.extend(ng_block(order, 6, &body));
    }
    file
}

type Read = (u64, usize, u64, Vec<u8>, bool);

fn read(file: &[u8]) -> Result<Vec<Read>, CaptureError> {
    let mut reader = CaptureReader::new(Cursor::new(file.to_vec()))?;
    let mut all = Vec::new();
    while let Some(r) = reader.next_record()? {
        all.push((r.number, r.interface, r.stamp_ns, r.octets.to_vec(), r.cut()));
    }
    Ok(all)
}

fn expected(ns_per_tick: u64) -> Vec<Read> {
    let one = |(n, p): (usize, TestPacket)| {
        (n as u64 + 1, 0, 1_000_000_000_000 + u64::from(p.1) * ns_per_tick, p.2, false)
    };
    packets().into_iter().enumerate().map(one).collect()
}

#[test]
fn every_order_and_resolution_is_read() {
    for order in ORDERS {
        assert_eq!(read(&pcap(order, false, 1, &packets())), Ok(expected(1_000)), "{order:?}");
        assert_eq!(read(&pcap(order, true, 1, &packets())), Ok(expected(1)), "{order:?}");
        assert_eq!(read(&pcapng(order, 6, 1, &packets())), Ok(expected(1_000)), "{order:?}");
        assert_eq!(read(&pcapng(order, 9, 1, &packets())), Ok(expected(1)), "{order:?}");
        let binary = read(&pcapng(order, 0x8A, 1, &packets())).unwrap();
        assert_eq!(binary[1].2, 1_000_000_000_000 + 7 * 1_000_000_000 / 1_024, "2^-10 s");
    }
}

#[test]
fn a_file_cut_off_anywhere_gives_its_whole_packets_and_then_an_error() {
    let small: Vec<TestPacket> = packets().into_iter().take(3).collect();
    let files = ORDERS.map(|o| [pcap(o, false, 1, &small), pcapng(o, 9, 1, &small)]);
    for file in files.iter().flatten() {
        let whole = read(file).unwrap();
        // Ends at which the file is whole, if shorter: after the headers and after each packet.
        let mut clean_ends = 0;
        for end in 0..file.len() {
            let mut reader = match CaptureReader::new(Cursor::new(file[..end].to_vec())) {
                Ok(reader) => reader,
                Err(CaptureError::Empty) => {
                    assert_eq!(end, 0);
                    continue;
                }
                Err(CaptureError::HeaderCutOff | CaptureError::NotACapture) => continue,
                Err(other) => panic!("cut at {end}: {other}"),
            };
            let mut seen = 0;
            loop {
                match reader.next_record() {
                    Ok(Some(record)) => {
                        assert_eq!(record.octets, whole[seen].3, "cut at {end}");
                        seen += 1;
                    }
                    Ok(None) => {
                        clean_ends += 1;
                        break;
                    }
                    Err(CaptureError::CutOff { packets }) => {
                        assert_eq!(packets, seen as u64, "cut at {end}");
                        break;
                    }
                    Err(other) => panic!("cut at {end}: {other}"),
                }
            }
        }
        // pcap: header, two packets. pcapng: section, interface, two packets.
        assert!((3..=4).contains(&clean_ends), "{clean_ends}");
    }
}

#[test]
fn what_is_no_capture_is_said_so() {
    assert_eq!(read(b""), Err(CaptureError::Empty));
    assert_eq!(read(&[0x55; 100]), Err(CaptureError::NotACapture));
    assert_eq!(read(b"hello, world, this is text"), Err(CaptureError::NotACapture));
    let mut stray = pcapng(Order::Little, 9, 1, &[]);
    let unknown = [7, 0, 0, 0, 0].iter().flat_map(|&w| Order::Little.u32(w)).collect::<Vec<_>>();
    stray.extend(ng_block(Order::Little, 6, &unknown));
    assert_eq!(read(&stray), Err(CaptureError::UnknownInterface { packets: 0, interface: 7 }));
    let absurd = (0, 0, vec![0; 60], 60);
    let mut file = pcap(Order::Little, false, 1, &[absurd]);
    file[24 + 8..24 + 12].copy_from_slice(&u32::MAX.to_le_bytes());
    assert!(matches!(
        read(&file),
        Err(CaptureError::TooLarge { .. } | CaptureError::CutOff { packets: 0 })
    ));
}

#[test]
fn large_packets_make_the_buffer_grow() {
    let large = vec![(1, 0, vec![7u8; 3 << 20], 3 << 20), (2, 0, vec![8u8; 60], 60)];
    for file in [pcap(Order::Big, true, 1, &large), pcapng(Order::Little, 9, 1, &large)] {
        let all = read(&file).unwrap();
        assert_eq!((all[0].3.len(), all[1].3.len()), (3 << 20, 60));
    }
}

#[test]
fn what_the_writer_writes_the_reader_reads() {
    let mut writer = PcapNgWriter::new(Vec::new()).unwrap();
    assert_eq!(writer.interface(LINK_OTN, "A:x.rx", "otn signal=OTU2").unwrap(), 0);
    assert_eq!(writer.interface(LINK_ETHERNET, "client", "").unwrap(), 1);
    for (n, len) in [0usize, 1, 2, 3, 4, 16_320].into_iter().enumerate() {
        writer.packet(n as u32 % 2, u64::MAX / 2 + n as u64, &vec![n as u8; len]).unwrap();
    }
    let file = writer.into_inner();
    let mut reader = CaptureReader::new(Cursor::new(file)).unwrap();
    for (n, len) in [0usize, 1, 2, 3, 4, 16_320].into_iter().enumerate() {
        let record = reader.next_record().unwrap().unwrap();
        assert_eq!((record.interface, record.octets.len()), (n % 2, len));
        assert_eq!(record.stamp_ns, u64::MAX / 2 + n as u64);
        assert_eq!((record.octets, record.cut()), (vec![n as u8; len].as_slice(), false));
    }
    assert!(reader.next_record().unwrap().is_none());
    let [line, client] = reader.interfaces() else { panic!("two interfaces") };
    assert_eq!(line.name.as_deref(), Some("A:x.rx"));
    assert_eq!(line.description.as_deref(), Some("otn signal=OTU2"));
    assert_eq!((client.link_type, client.description.as_deref()), (LINK_ETHERNET, None));
}

/// A capture in a file, and the packets that a client would send of it.
fn client(file: &[u8], repeat: bool, limit: usize) -> (Result<Vec<Packet>, String>, InputCounts) {
    let folder = tempfile::tempdir().unwrap();
    let path: PathBuf = folder.path().join("in.pcap");
    fs::write(&path, file).unwrap();
    let mut source = match EthernetCapture::open(&path, repeat) {
        Ok(source) => source,
        Err(error) => return (Err(format!("{error:#}")), InputCounts::default()),
    };
    let mut all = Vec::new();
    let mut packet = Packet::default();
    let result = loop {
        match source.next(&mut packet) {
            Ok(true) if all.len() < limit => all.push(packet.clone()),
            Ok(_) => break Ok(all),
            Err(error) => break Err(format!("{error:#}")),
        }
    };
    (result, source.counts().get())
}

#[test]
fn packets_of_all_lengths_are_sent_or_counted() {
    let sizes = [0usize, 1, 60, 9_600, 65_527, 65_528, 65_535];
    let file: Vec<TestPacket> =
        sizes.iter().map(|&len| (1, 0, vec![0xAB; len], len as u32)).collect();
    let (sent, counts) = client(&pcap(Order::Little, false, 1, &file), false, 99);
    let lengths: Vec<usize> = sent.unwrap().iter().map(|p| p.octets.len()).collect();
    assert_eq!(lengths, [0, 1, 60, 9_600, 65_527], "65 531 octets with FCS are the most");
    assert_eq!(counts, InputCounts { packets: 7, too_long: 2, ..InputCounts::default() });
}

#[test]
fn packets_cut_by_the_snap_length_are_not_sent() {
    let file = vec![(1, 0, vec![1; 60], 60), (1, 1, vec![2; 96], 1_514), (1, 2, vec![3; 60], 60)];
    let (sent, counts) = client(&pcap(Order::Big, false, 1, &file), false, 99);
    assert_eq!(sent.unwrap().iter().map(|p| p.octets[0]).collect::<Vec<_>>(), [1, 3]);
    assert_eq!((counts.packets, counts.cut_by_snap_length), (3, 1));
    let warnings = counts.warnings(std::path::Path::new("a.pcap"));
    let said =
        "a.pcap: 1 of 3 packets are cut short by the capture's snap length and were not sent";
    assert_eq!(warnings, [said]);
}

#[test]
fn an_fcs_in_the_file_is_checked_and_removed() {
    let good = otn_map::ethernet::fcs(&[5; 60]);
    let with_fcs = |fcs: [u8; 4]| (1, 0, [vec![5; 60], fcs.to_vec()].concat(), 64);
    let link = 1 | 1 << 26 | 2 << 28; // two 16-bit words of FCS, said to be there
    let file = pcap(Order::Little, false, link, &[with_fcs(good), with_fcs([1, 2, 3, 4])]);
    let (sent, counts) = client(&file, false, 99);
    assert_eq!(sent.unwrap()[0].octets, [5; 60]);
    assert_eq!((counts.packets, counts.wrong_fcs), (2, 1));
}

#[test]
fn another_link_type_is_refused_with_the_packet() {
    let file = pcap(Order::Little, false, 101, &packets());
    let error = client(&file, false, 99).0.unwrap_err();
    assert!(error.ends_with("packet 1: found link type 101, expected 1 (Ethernet)"), "{error}");
}

#[test]
fn a_repeated_capture_goes_on_in_time() {
    let file: Vec<TestPacket> = [10, 20, 40].iter().map(|&us| (5, us, vec![0; 60], 60)).collect();
    let (sent, _) = client(&pcap(Order::Little, false, 1, &file), true, 7);
    let stamps: Vec<u64> = sent.unwrap().iter().map(|p| p.stamp.as_ns() / 1_000).collect();
    assert_eq!(stamps, [0, 10, 30, 45, 55, 75, 90], "a mean gap of 15 us between the passes");
    let (sent, _) = client(&pcap(Order::Little, false, 1, &[]), true, 7);
    assert_eq!(sent.map(|s| s.len()), Ok(0), "an empty capture ends, repeated or not");
}
