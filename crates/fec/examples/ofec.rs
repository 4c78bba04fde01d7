//! Codes octets from standard input to standard output: `ofec stream` (one encoder, whole steps of
//! 444 octets in, 512 out), `ofec qpsk` and `ofec 16qam` (frames of the W-Port: four encoders and
//! interleavers).

use otn_fec::code::Encoder as _;
use otn_fec::ofec::wport::{CODEC_BLOCK_BITS, Format, Transmitter};
use otn_fec::ofec::{CODED_BITS, Encoder, INFORMATION_BITS};
use std::io::{Read, Write};

fn main() -> std::io::Result<()> {
    let mut input = Vec::new();
    std::io::stdin().read_to_end(&mut input)?;
    let mut output = Vec::new();
    match std::env::args().nth(1).as_deref() {
        Some("stream") => {
            let mut encoder = Encoder::default();
            for information in input.chunks_exact(INFORMATION_BITS / 8) {
                let mut coded = [0; CODED_BITS / 8];
                encoder.encode(information, &mut coded);
                output.extend(coded);
            }
        }
        Some("qpsk") => frames(Format::Qpsk, &input, &mut output),
        Some("16qam") => frames(Format::Qam16, &input, &mut output),
        _ => return Err(std::io::Error::other("expected `stream`, `qpsk` or `16qam`")),
    }
    std::io::stdout().write_all(&output)
}

fn frames(format: Format, input: &[u8], output: &mut Vec<u8>) {
    let mut transmitter = Transmitter::new(format);
    for payload in input.chunks_exact(format.codec_blocks() * CODEC_BLOCK_BITS / 8) {
        let mut line = vec![0; format.line_bits() / 8];
        transmitter.frame(payload, &mut line);
        output.extend(line);
    }
}
