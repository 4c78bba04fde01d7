//! `otn gmp`: justification tables of the generic mapping procedure.
//!
//! In: a client, servers, clock offsets. Out: cm and its range, Cm and JC octets of the first frames,
//! and the stuff positions. Everything is computed with exact ratios.

use std::fmt::Write as _;

use anyhow::{Result, anyhow, ensure};
use clap::Subcommand;
use otn_frame::Ratio;
use otn_map::gmp::transport::{Shape, Source};
use otn_map::gmp::{Client, Count14, DataBlocks, GmpServer, clients};
use serde::Serialize;

use crate::Verdict;
use crate::cli::Format;

/// Arguments of `otn gmp`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// What to show
    #[command(subcommand)]
    pub command: Command,
}

/// What `otn gmp` can show.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Counts, overhead octets and stuff positions of a client in servers
    ///
    /// Example: otn gmp table --client 1000BASE-X --server OPU0 --ppm -100:100:50
    Table(TableArguments),
}

/// Arguments of `otn gmp table`.
#[derive(Debug, clap::Args)]
pub struct TableArguments {
    /// The client: STM-1, 1000BASE-X, FC-100, 40GBASE-R, 100GBASE-R, ODU0 …; a wrong name lists all
    #[arg(long)]
    pub client: String,
    /// Servers, with commas between: OPU0 to OPU4, ODTU2.1 to ODTU4.80
    #[arg(long, value_delimiter = ',', required = true)]
    pub server: Vec<String>,
    /// Offset of the client's clock from the server's, in ppm: a value, or FROM:TO:STEP
    #[arg(long, default_value = "0", allow_hyphen_values = true)]
    pub ppm: String,
    /// Frames or multiframes whose overhead is shown
    #[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u64).range(0..=1000))]
    pub frames: u64,
    /// Print comma-separated values
    #[arg(long, conflicts_with = "json")]
    pub csv: bool,
    /// How the table is printed
    #[command(flatten)]
    pub format: Format,
}

/// A table: one row for each server and offset.
#[derive(Debug, Serialize)]
struct Table {
    client: &'static str,
    rows: Vec<Row>,
}

#[derive(Debug, Serialize)]
struct Row {
    server: String,
    ppm: f64,
    /// Blocks of a frame or multiframe, and bits of one.
    blocks: u32,
    m: u32,
    /// Client bits in a frame or multiframe by m, at this offset; and the range within tolerance.
    cm: f64,
    cm_floor: u64,
    cm_ceil: u64,
    /// The same by 8 bits.
    cn: f64,
    cn_floor: u64,
    cn_ceil: u64,
    frames: Vec<FrameRow>,
    /// The first stuff blocks at the integer part of cm, counted from 1.
    stuff_blocks: Vec<u32>,
}

#[derive(Debug, Serialize)]
struct FrameRow {
    cm: u16,
    /// JC1 to JC6 in hexadecimal.
    jc: [String; 6],
}

/// Bits of the finer timing unit.
const N: u32 = 8;
/// Stuff blocks that are listed.
const STUFF_SHOWN: usize = 12;
/// Rows of a table at the most.
const MAX_ROWS: i64 = 10_000;

/// Runs the command.
///
/// # Errors
/// A name that is none, an offset that is no number, a client that does not fit.
pub fn run(arguments: &Arguments) -> Result<Verdict> {
    let Command::Table(a) = &arguments.command;
    let client = Client::from_name(&a.client).ok_or_else(|| {
        let known: Vec<&str> = clients().map(|c| c.name).collect();
        anyhow!("--client: found `{}`, expected one of {}", a.client, known.join(", "))
    })?;
    let offsets = offsets(&a.ppm)?;
    let mut rows = Vec::new();
    for name in &a.server {
        let server = GmpServer::from_name(name).ok_or_else(|| {
            anyhow!("--server: found `{name}`, expected OPU0 to OPU4 or ODTU2.1 to ODTU4.80")
        })?;
        for &offset in &offsets {
            rows.push(row(name, &server, &client, offset, a.frames)?);
        }
    }
    let table = Table { client: client.name, rows };
    a.format.print(&table, if a.csv { csv } else { text })?;
    Ok(Verdict::Fine)
}

/// Offsets in parts per billion of `VALUE` or `FROM:TO:STEP` in ppm.
fn offsets(text: &str) -> Result<Vec<i64>> {
    let expected = || anyhow!("--ppm: found `{text}`, expected a value or FROM:TO:STEP in ppm");
    let ppb = |part: &str| -> Result<i64> {
        let value: f64 = part.trim().parse().map_err(|_| expected())?;
        ensure!(value.abs() <= 1e5, "--ppm: found `{part}`, expected at most 100000 ppm");
        Ok((value * 1e3).round() as i64)
    };
    let parts = text.split(':').map(ppb).collect::<Result<Vec<i64>>>()?;
    match *parts.as_slice() {
        [value] => Ok(vec![value]),
        [from, to, step] if step > 0 && from <= to => {
            let rows = (to - from) / step + 1;
            ensure!(rows <= MAX_ROWS, "--ppm: found {rows} steps, expected at most {MAX_ROWS}");
            Ok((0..rows).map(|n| from + n * step).collect())
        }
        _ => Err(expected()),
    }
}

fn row(name: &str, server: &GmpServer, client: &Client, ppb: i64, frames: u64) -> Result<Row> {
    let skew = Ratio::new((1_000_000_000 + i128::from(ppb)) as u128, 1_000_000_000);
    let scaled = |r: Ratio| Ratio::new(r.num * skew.num, r.den * skew.den);
    let (m_range, n_range) = (
        server.range(client.rate, client.tolerance, server.m),
        server.range(client.rate, client.tolerance, N),
    );
    let (cm, cn) = (scaled(m_range.nominal), scaled(n_range.nominal));
    let whole = cm.num / cm.den;
    ensure!(
        whole <= u128::from(server.blocks),
        "{} in {name}: found {:.3} blocks, expected at most {}",
        client.name,
        cm.to_f64(),
        server.blocks
    );
    let entities = server.m / N;
    let shape = Shape { blocks: server.blocks, block_octets: server.m / 8, entities };
    let start = Count14::new(whole as u16).unwrap_or_default();
    let mut source = Source::new(shape, start);
    let frame = |n: u64| {
        let come = u128::from(n) * cn.num / cn.den;
        let sent = source.next_frame(come as u64);
        let [jc1, jc2, jc3] = sent.jc123;
        let [jc4, jc5, jc6] = sent.jc456;
        let jc = [jc1, jc2, jc3, jc4, jc5, jc6].map(|octet| format!("{octet:02X}"));
        FrameRow { cm: sent.count.get(), jc }
    };
    let frames = (1..=frames).map(frame).collect();
    let stuff = (1u32..).zip(DataBlocks::new(whole as u32, server.blocks));
    Ok(Row {
        server: name.to_ascii_uppercase(),
        ppm: ppb as f64 / 1e3,
        blocks: server.blocks,
        m: server.m,
        cm: cm.to_f64(),
        cm_floor: m_range.floor() as u64,
        cm_ceil: m_range.ceil() as u64,
        cn: cn.to_f64(),
        cn_floor: n_range.floor() as u64,
        cn_ceil: n_range.ceil() as u64,
        frames,
        stuff_blocks: stuff.filter(|(_, data)| !data).map(|(j, _)| j).take(STUFF_SHOWN).collect(),
    })
}

fn text(table: &Table) -> String {
    let mut out = String::new();
    for r in &table.rows {
        // Writing to a String cannot fail: its results are let go in this function.
        let _ = writeln!(
            out,
            "{} in {} at {:+} ppm: {} blocks of {} bits",
            table.client, r.server, r.ppm, r.blocks, r.m
        );
        let _ = writeln!(out, "  cm  {:.3}, Cm {} to {}", r.cm, r.cm_floor, r.cm_ceil);
        let _ = writeln!(out, "  c8  {:.3}, C8 {} to {}", r.cn, r.cn_floor, r.cn_ceil);
        for (n, frame) in r.frames.iter().enumerate() {
            let _ = writeln!(out, "  {n:>4}  Cm {:>5}  JC1-6 {}", frame.cm, frame.jc.join(" "));
        }
        let stuff: Vec<String> = r.stuff_blocks.iter().map(ToString::to_string).collect();
        let shown = if stuff.is_empty() { "none".to_string() } else { stuff.join(" ") };
        let _ = writeln!(out, "  stuff blocks {shown}");
    }
    out
}

fn csv(table: &Table) -> String {
    let mut out = String::from(
        "client,server,ppm,blocks,m,cm,cm_floor,cm_ceil,c8,c8_floor,c8_ceil,frame,Cm,JC1,JC2,JC3,JC4,JC5,JC6\n",
    );
    for r in &table.rows {
        for (n, frame) in r.frames.iter().enumerate() {
            let _ = writeln!(
                out,
                "{},{},{},{},{},{:.6},{},{},{:.6},{},{},{n},{},{}",
                table.client,
                r.server,
                r.ppm,
                r.blocks,
                r.m,
                r.cm,
                r.cm_floor,
                r.cm_ceil,
                r.cn,
                r.cn_floor,
                r.cn_ceil,
                frame.cm,
                frame.jc.join(",")
            );
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_are_a_value_or_a_range() {
        assert_eq!(offsets("-20").unwrap(), [-20_000]);
        assert_eq!(offsets("-1:1:0.5").unwrap(), [-1_000, -500, 0, 500, 1_000]);
        for bad in ["", "x", "1:2", "2:1:1", "1:2:0", "1:2:-1", "NaN", "0:100000:0.001"] {
            assert!(offsets(bad).is_err(), "{bad}");
        }
    }
}
