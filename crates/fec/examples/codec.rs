//! Codes words from standard input, for other programs to compare with: `codec CODE encode|decode`.
//!
//! CODE is a name of the registry. Each block is as many whole octets as its bits need, the last one
//! filled with zeros. `encode` answers each block with a coded one. `decode` answers each coded block
//! with an octet, how many symbols were corrected or 255 where the block is beyond correction, and
//! the information.

use std::io::{Read, Write, stdin, stdout};
use std::process::ExitCode;

use otn_fec::bits;
use otn_fec::code::Received;
use otn_fec::registry::{self, CODES};

fn main() -> std::io::Result<ExitCode> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [name, mode] = &arguments[..] else { return usage() };
    let Some(entry) = registry::find(name) else { return usage() };
    let code = (entry.code)();
    let information_octets = bits::octets(entry.block.information);
    let coded_octets = bits::octets(entry.block.coded);
    let mut input = Vec::new();
    stdin().read_to_end(&mut input)?;
    let mut output = Vec::new();
    match mode.as_str() {
        "encode" => {
            let mut encoder = code.encoder();
            let mut coded = vec![0; coded_octets];
            for information in input.chunks_exact(information_octets) {
                encoder.encode(information, &mut coded);
                output.extend_from_slice(&coded);
            }
        }
        "decode" => {
            let mut decoder = code.decoder();
            let mut information = vec![0; information_octets];
            for coded in input.chunks_exact(coded_octets) {
                let outcome = decoder.decode(Received::Bits(coded), &mut information);
                let lost = outcome.uncorrectable > 0;
                output.push(if lost { u8::MAX } else { outcome.corrected_symbols as u8 });
                output.extend_from_slice(&information);
            }
        }
        _ => return usage(),
    }
    stdout().write_all(&output)?;
    Ok(ExitCode::SUCCESS)
}

fn usage() -> std::io::Result<ExitCode> {
    let names: Vec<&str> = CODES.iter().map(|entry| entry.name).collect();
    eprintln!("codec CODE encode|decode; CODE is one of {}", names.join(", "));
    Ok(ExitCode::from(2))
}
