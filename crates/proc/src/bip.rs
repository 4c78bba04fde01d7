//! BIP-8 travels two frames behind the frame it covers: the delay on both sides.
//!
//! Clauses: G.709 15.7.2.1.2, 15.8.2.1.2. In: the BIP-8 of each frame in turn. Out, at the
//! source: what to send in this frame. Out, at the sink: the violations of two frames before.

use otn_frame::bip::Bip8;

/// Frames between a frame and the one that carries its BIP-8.
//= g709:15.7.2.1.2-frame-i-plus-2
const DELAY: usize = 2;

/// The source side.
#[derive(Clone, Copy, Debug, Default)]
pub struct BipSource([Bip8; DELAY]);

impl BipSource {
    /// Takes the BIP-8 of this frame and gives the value this frame carries. The first two
    /// frames carry 00.
    pub const fn exchange(&mut self, this_frame: Bip8) -> Bip8 {
        let [send, waiting] = self.0;
        self.0 = [waiting, this_frame];
        send
    }
}

/// The sink side.
#[derive(Clone, Copy, Debug, Default)]
pub struct BipSink([Option<Bip8>; DELAY]);

impl BipSink {
    /// Takes the BIP-8 computed over this frame and the one received in it. Gives the violations
    /// of the frame two before, or `None` where that frame was not seen.
    pub fn check(&mut self, computed: Bip8, received: Bip8) -> Option<u8> {
        let [due, waiting] = self.0;
        self.0 = [waiting, Some(computed)];
        due.map(|earlier| earlier.violations(received))
    }

    /// Frames do not follow one another here: nothing is due for the next two.
    pub const fn restart(&mut self) {
        self.0 = [None; DELAY];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    //= type=test g709:15.7.2.1.2-frame-i-plus-2
    #[test]
    fn a_bit_changed_in_frame_i_shows_once_in_frame_i_plus_2() {
        let bips = [0x11u8, 0x22, 0x33, 0x44, 0x55, 0x66].map(Bip8::from_octet);
        let (mut source, mut sink) = (BipSource::default(), BipSink::default());
        for (i, bip) in bips.into_iter().enumerate() {
            let sent = source.exchange(bip);
            assert_eq!(sent.octet(), if i < 2 { 0 } else { bips[i - 2].octet() });
            let seen = if i == 2 { Bip8::from_octet(bip.octet() ^ 0x10) } else { bip };
            let violations = sink.check(seen, sent);
            assert_eq!(violations, [None, None, Some(0), Some(0), Some(1), Some(0)][i]);
        }
        sink.restart();
        assert_eq!(sink.check(bips[0], bips[1]), None);
    }
}
