//! Scans the workspace for specification citations, so that `otn clauses` can print them.

use std::path::Path;

fn main() -> anyhow::Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    for path in otn_spec::watch_paths(&root)? {
        println!("cargo::rerun-if-changed={}", path.display());
    }
    let trace = otn_spec::Trace::load(&root)?;
    let out = Path::new(&std::env::var("OUT_DIR")?).join("clauses.json");
    std::fs::write(out, serde_json::to_string(trace.rows())?)?;
    Ok(())
}
