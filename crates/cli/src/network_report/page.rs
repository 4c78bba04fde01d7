//! `report.html`: one page that needs nothing but itself.
//!
//! In: a report. Out: markup, style, script and the report's JSON in one file. The page loads nothing:
//! its content security policy forbids it.

use super::model::Report;

const MARKUP: &str = include_str!("assets/report.html");
const STYLE: &str = include_str!("assets/report.css");
/// One module, in this order.
const SCRIPTS: [&str; 7] = [
    include_str!("assets/report.js"),
    include_str!("assets/time.js"),
    include_str!("assets/map.js"),
    include_str!("assets/alarms.js"),
    include_str!("assets/charts.js"),
    include_str!("assets/resources.js"),
    include_str!("assets/tables.js"),
];

/// The whole file.
///
/// # Errors
/// None that a report can bring about; those of the JSON writer.
pub(super) fn html(report: &Report) -> serde_json::Result<String> {
    // In JSON, `<` stands in strings only. Escaped, nothing in them can end the element or open a comment.
    let data = serde_json::to_string(report)?.replace('<', "\\u003c");
    let title = report.run.name.replace('&', "&amp;").replace('<', "&lt;");
    let script = SCRIPTS.join("\n");
    let mut page = String::with_capacity(MARKUP.len() + data.len() + script.len() + STYLE.len());
    // Piece by piece, so that a mark inside what is put in stays what it is.
    for piece in MARKUP.split_inclusive("}}") {
        let (text, value) = [
            ("{{title}}", title.as_str()),
            ("{{style}}", STYLE),
            ("{{data}}", &data),
            ("{{script}}", &script),
        ]
        .iter()
        .find_map(|(mark, value)| Some((piece.strip_suffix(mark)?, *value)))
        .unwrap_or((piece, ""));
        page.push_str(text);
        page.push_str(value);
    }
    Ok(page)
}
