//! Eight 66B blocks as one 513B code block, and back.
//!
//! Clauses: G.709 Annex B (blocks) and E.4 (alignment markers). In: descrambled blocks and markers.
//! Out: the flag and eight rows; control rows come first and say where they belong. What cannot be
//! coded, and what cannot be decoded, becomes error blocks.

use super::block66::{Block, BlockType, SyncHeader};
use super::layout::{
    CODE_ROWS, MARKER_CODE, TYPE_CODES, join_marker_row, join_row, split_marker_row, split_row,
    typed,
};

/// An alignment marker on its way through an OPU3.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TranscodedMarker {
    /// M0 to M2.
    pub name: [u8; 3],
    /// Bits of the client's BIP-8 that were wrong where it came in.
    pub error_mask: u8,
    /// BIP-8 of the lane's descrambled blocks since the marker before, neither of the two included.
    pub otn_bip: u8,
}

/// What a row stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coded {
    /// A block behind the descrambler.
    Block(Block),
    /// An alignment marker.
    Marker(TranscodedMarker),
}

/// A 513B code block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CodeBlock {
    /// There is a control row.
    pub flag: bool,
    /// Rows; the first bit sent is the least significant one.
    pub rows: [u64; CODE_ROWS],
}

/// Code and octets of a control row; nothing for a data row.
fn control(coded: Coded) -> Option<(u8, u64)> {
    match coded {
        Coded::Marker(TranscodedMarker { name, error_mask, otn_bip }) => {
            Some((MARKER_CODE, join_marker_row(name, error_mask, otn_bip)))
        }
        Coded::Block(Block { sync: SyncHeader::Data, .. }) => None,
        Coded::Block(block) => code_of(codable(block)),
    }
}

/// A block as it comes out of its code: an error block where it has no type or no legal header.
//= g709:b.3-illegal-blocks
pub fn codable(block: Block) -> Block {
    match (block.sync, block.block_type()) {
        (SyncHeader::Data, _) | (SyncHeader::Control, Some(_)) => block,
        (SyncHeader::Control, None) | (SyncHeader::Zeros | SyncHeader::Ones, _) => Block::ERROR,
    }
}

/// Code and octets of a control block of a known type.
fn code_of(block: Block) -> Option<(u8, u64)> {
    let block_type = block.block_type()?.code();
    let (_, code) = TYPE_CODES.iter().find(|(t, _)| *t == block_type)?;
    Some((*code, block.payload))
}

/// Codes eight blocks.
//= g709:b.3-rows
pub fn encode(coded: &[Coded; CODE_ROWS]) -> CodeBlock {
    let mut controls = [None; CODE_ROWS];
    for (control_row, item) in controls.iter_mut().zip(coded) {
        *control_row = control(*item);
    }
    let mut left = controls.iter().flatten().count();
    let flag = left > 0;
    let mut rows = [0; CODE_ROWS];
    let (mut next_control, mut next_data) = (0, left);
    for (position, (item, control)) in coded.iter().zip(controls).enumerate() {
        match (control, item) {
            (Some((code, octets)), _) => {
                left -= 1;
                rows[next_control] = join_row(left > 0, position as u8, code, octets);
                next_control += 1;
            }
            (None, Coded::Block(block)) => {
                rows[next_data] = block.payload;
                next_data += 1;
            }
            (None, Coded::Marker(_)) => {}
        }
    }
    CodeBlock { flag, rows }
}

/// Decodes eight blocks; eight error blocks where the positions of control rows do not rise or the
/// last row says that more follow.
//= g709:b.4-decode
pub fn decode(code: &CodeBlock) -> [Coded; CODE_ROWS] {
    if !code.flag {
        let mut out = [Coded::Block(Block::IDLE); CODE_ROWS];
        for (item, payload) in out.iter_mut().zip(code.rows) {
            *item = Coded::Block(Block { sync: SyncHeader::Data, payload });
        }
        return out;
    }
    decode_legal(code).unwrap_or([Coded::Block(Block::ERROR); CODE_ROWS])
}

fn decode_legal(code: &CodeBlock) -> Option<[Coded; CODE_ROWS]> {
    let mut out = [None; CODE_ROWS];
    let mut rows = code.rows.iter();
    let (mut more, mut least) = (code.flag, 0);
    while more {
        let (fc, position, code, octets) = split_row(*rows.next()?);
        if position < least {
            return None;
        }
        out[usize::from(position)] = Some(control_of(code, octets)?);
        (more, least) = (fc, position + 1);
    }
    let data = |payload: &u64| Block { sync: SyncHeader::Data, payload: *payload };
    let mut data = rows.map(data);
    // As many data rows are left as there are places.
    let filled = out.map(|item| item.or_else(|| data.next().map(Coded::Block)));
    Some(filled.map(|item| item.unwrap_or(Coded::Block(Block::ERROR))))
}

/// The block or marker of a control row.
fn control_of(code: u8, octets: u64) -> Option<Coded> {
    if code == MARKER_CODE {
        let (name, error_mask, otn_bip) = split_marker_row(octets);
        return Some(Coded::Marker(TranscodedMarker { name, error_mask, otn_bip }));
    }
    let (block_type, _) = TYPE_CODES.iter().find(|(_, c)| *c == code)?;
    let block = Block { sync: SyncHeader::Control, payload: octets | typed(*block_type, 0) };
    Some(Coded::Block(block))
}

const _: () = assert!(BlockType::ALL.len() == TYPE_CODES.len());
