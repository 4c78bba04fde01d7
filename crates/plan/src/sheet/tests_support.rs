//! Small xlsx files for tests: stored zip archives of text cells and numbers.
//!
//! Bit literals: the check sum of a zip archive is a shift register.

/// A cell's name and what it holds; what parses as a number is one.
pub(super) type Cells<'a> = &'a [(&'a str, &'a str)];

/// An xlsx file of these sheets.
pub(super) fn xlsx(sheets: &[(&str, Cells<'_>)]) -> Vec<u8> {
    let mut entries: Vec<(String, String)> = Vec::new();
    let (mut list, mut links) = (String::new(), String::new());
    for (number, (name, cells)) in sheets.iter().enumerate() {
        let id = number + 1;
        list += &format!("<sheet name=\"{name}\" sheetId=\"{id}\" r:id=\"rId{id}\"/>");
        links += &format!(
            "<Relationship Id=\"rId{id}\" Type=\"http://schemas.openxmlformats.org/officeDocument/\
             2006/relationships/worksheet\" Target=\"worksheets/sheet{id}.xml\"/>"
        );
        entries.push((format!("xl/worksheets/sheet{id}.xml"), sheet(cells)));
    }
    const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    const RELATIONS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
    entries.push((
        "xl/workbook.xml".to_owned(),
        format!(
            "<workbook xmlns=\"{MAIN}\" xmlns:r=\"{RELATIONS}\"><sheets>{list}</sheets></workbook>"
        ),
    ));
    entries.push((
        "xl/_rels/workbook.xml.rels".to_owned(),
        format!("<Relationships xmlns=\"{PACKAGE}\">{links}</Relationships>"),
    ));
    entries.push((
        "_rels/.rels".to_owned(),
        format!(
            "<Relationships xmlns=\"{PACKAGE}\"><Relationship Id=\"rId1\" \
             Type=\"{RELATIONS}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
        ),
    ));
    zip(&entries)
}

fn sheet(cells: Cells<'_>) -> String {
    let row = |cell: &str| -> u32 {
        cell.trim_start_matches(|c: char| c.is_ascii_alphabetic()).parse().expect("a row")
    };
    let mut rows = String::new();
    let mut sorted = cells.to_vec();
    sorted.sort_by_key(|(cell, _)| row(cell));
    for group in sorted.chunk_by(|a, b| row(a.0) == row(b.0)) {
        let cells: String = group
            .iter()
            .map(|(cell, held)| match held.parse::<f64>() {
                Ok(_) => format!("<c r=\"{cell}\"><v>{held}</v></c>"),
                Err(_) => {
                    format!("<c r=\"{cell}\" t=\"inlineStr\"><is><t>{held}</t></is></c>")
                }
            })
            .collect();
        rows += &format!("<row r=\"{}\">{cells}</row>", row(group[0].0));
    }
    format!(
        "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\">\
         <sheetData>{rows}</sheetData></worksheet>"
    )
}

/// A zip archive that compresses nothing.
fn zip(entries: &[(String, String)]) -> Vec<u8> {
    let (mut archive, mut directory) = (Vec::new(), Vec::new());
    for (name, text) in entries {
        let at = archive.len() as u32;
        let length = (text.len() as u32).to_le_bytes();
        // Version, flags, method, time and date; then sum, both lengths, length of the name, extra.
        let mut head = vec![20, 0, 0, 0, 0, 0, 0, 0, 0x21, 0];
        head.extend(crc32(text.as_bytes()).to_le_bytes());
        head.extend(length);
        head.extend(length);
        head.extend((name.len() as u16).to_le_bytes());
        head.extend([0, 0]);
        archive.extend(b"PK\x03\x04");
        archive.extend(&head);
        archive.extend(name.as_bytes());
        archive.extend(text.as_bytes());
        directory.extend(b"PK\x01\x02\x14\x00");
        directory.extend(&head);
        directory.extend([0; 10]);
        directory.extend(at.to_le_bytes());
        directory.extend(name.as_bytes());
    }
    let (at, length) = (archive.len() as u32, directory.len() as u32);
    archive.extend(directory);
    archive.extend(b"PK\x05\x06\x00\x00\x00\x00");
    let count = (entries.len() as u16).to_le_bytes();
    archive.extend(count);
    archive.extend(count);
    archive.extend(length.to_le_bytes());
    archive.extend(at.to_le_bytes());
    archive.extend([0, 0]);
    archive
}

fn crc32(octets: &[u8]) -> u32 {
    let mut sum = u32::MAX;
    for octet in octets {
        sum ^= u32::from(*octet);
        for _ in 0..8 {
            sum = if sum & 1 == 1 { (sum >> 1) ^ 0xEDB8_8320 } else { sum >> 1 };
        }
    }
    !sum
}
