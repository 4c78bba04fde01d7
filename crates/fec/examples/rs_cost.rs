//! Frames of RS(255,239) coded and corrected, for counting instructions:
//! `rs_cost BACKEND FRAMES FLIP_EVERY`.
//!
//! Encodes frames, changes a bit in every so many octets (0: none) and decodes them. Prints what was
//! corrected, so that no part of the work can be left away.

use otn_fec::rs255_239::{Backend, FRAME_OCTETS, FrameCodec};

fn main() {
    let mut arguments = std::env::args().skip(1);
    let name = arguments.next().unwrap_or_default();
    let backend = Backend::from_name(&name).unwrap_or(Backend::Portable);
    let Some(codec) = FrameCodec::with_backend(backend) else {
        println!("this processor has no {}", backend.name());
        std::process::exit(1);
    };
    let frames: usize = arguments.next().and_then(|n| n.parse().ok()).unwrap_or(100);
    let flip_every: usize = arguments.next().and_then(|n| n.parse().ok()).unwrap_or(0);
    let mut frame = [0u8; FRAME_OCTETS];
    let mut corrected = 0;
    for number in 0..frames {
        frame[number * 61 % 3_824] = number as u8;
        codec.encode_frame(&mut frame);
        if flip_every > 0 {
            frame[number % flip_every..].iter_mut().step_by(flip_every).for_each(|o| *o ^= 0x10);
        }
        corrected += codec.decode_frame(&mut frame).corrected_bits();
    }
    println!("{}: {frames} frames, {corrected} bits corrected", codec.backend().name());
}
