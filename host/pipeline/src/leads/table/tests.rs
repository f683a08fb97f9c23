use std::io::Write as _;

use super::*;

fn file(bytes: &[u8]) -> tempfile::NamedTempFile {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    file
}

/// Headings, encoding and rows.
fn all(bytes: &[u8]) -> (Vec<String>, Option<Encoding>, Vec<Row>) {
    let file = file(bytes);
    let mut table = Table::open(file.path(), None).unwrap();
    let mut rows = Vec::new();
    while let Some(row) = table.next_row().unwrap() {
        rows.push(row);
    }
    (table.headings, table.encoding, rows)
}

#[expect(clippy::unnecessary_wraps, reason = "as the reader gives rows")]
fn cells(words: &[&str]) -> Row {
    Ok(words.iter().map(ToString::to_string).collect())
}

#[test]
fn letters_are_told_from_the_rows() {
    let text = "姓名,手机\r\n张伟,13812345678\r\n李娜,\"a,b\"\r\n";
    let rows = vec![cells(&["张伟", "13812345678"]), cells(&["李娜", "a,b"])];
    let headings = vec!["姓名".to_owned(), "手机".to_owned()];
    let gbk = encoding_rs::GBK.encode(text).0.into_owned();
    let bom = ["\u{feff}", text].concat();
    assert_eq!(all(text.as_bytes()), (headings.clone(), Some(Encoding::Utf8), rows.clone()));
    assert_eq!(all(bom.as_bytes()), (headings.clone(), Some(Encoding::Utf8), rows.clone()));
    assert_eq!(all(&gbk), (headings.clone(), Some(Encoding::Gbk), rows.clone()));
    assert_eq!(all(text.replace(',', ";").replace("a;b", "a,b").as_bytes()), (headings, Some(Encoding::Utf8), rows));
}

#[test]
fn a_broken_row_breaks_no_other() {
    let (_, _, rows) = all(b"a,b\n1,2\n\"3,4\n5,6\n7\n8,9,10\n\"x\ny\",11\n12,13");
    let reasons: Vec<String> =
        rows.into_iter().map(|row| row.map_or_else(|reason| reason, |cells| cells.join("|"))).collect();
    assert_eq!(
        reasons,
        [
            "1|2",
            "has a quotation mark that is not closed, or a line break in a row of another width",
            "5|6",
            "has 1 cells where the headings are 2",
            "has 3 cells where the headings are 2",
            "x\ny|11",
            "12|13",
        ]
    );
    let mut bytes = "姓名,备注\n".as_bytes().to_vec();
    bytes.extend("张,甲\n李,乙\n".as_bytes());
    bytes.extend(b"\xff\xfe,x\n");
    let (_, encoding, rows) = all(&bytes);
    assert_eq!(encoding, Some(Encoding::Utf8));
    assert_eq!(rows[2], Err("cell 1 is not written in UTF-8 as the rest of the file".into()));
}

/// Two marks that are never closed make one cell of all that lies between them, and the right number of cells.
#[test]
fn an_open_mark_swallows_no_rows() {
    let (_, _, rows) = all(b"a,b\n\"1,2\n3,\"x\"\"y\"\n\"5,6\n7,\"8\n9\"\n\"10,11\n12,13");
    let good: Vec<_> = rows.iter().map(|row| row.as_ref().map(|cells| cells.join("|")).unwrap_or_default()).collect();
    assert_eq!(good, ["", "3|x\"y", "", "7|8\n9", "", "12|13"]);
}

#[test]
fn what_is_no_table_says_what_to_do() {
    let refused = |bytes: &[u8]| Table::open(file(bytes).path(), None).map(|_| ()).unwrap_err().to_string();
    assert_eq!(refused(b""), "the file is empty; its first row must have the headings");
    assert_eq!(refused(b",,\n1,2,3"), "the file is empty; its first row must have the headings");
    assert!(refused(b"\xd0\xcf\x11\xe0\xa1").contains("save it as .xlsx"));
    assert!(refused(b"\xff\xfea\0").contains("UTF-16"));
    assert!(refused(b"PK\x03\x04rubbish").starts_with("the spreadsheet cannot be read"));
    assert_eq!(refused(",".repeat(600).as_bytes()), "the file has more than 500 columns");
}

const TEXTS: &str = "<sst xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><si><t>姓名</t></si><si><t>手机</t></si><si><t>张伟</t></si></sst>";

/// A file that a spreadsheet would have written.
fn book(sheet: &str) -> Vec<u8> {
    book_of(TEXTS, sheet)
}

/// The same with these shared texts.
fn book_of(texts: &str, sheet: &str) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let head = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>";
    let parts = [
        ("[Content_Types].xml", "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>"),
        (
            "_rels/.rels",
            "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"r1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>",
        ),
        (
            "xl/workbook.xml",
            "<workbook xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><sheets><sheet name=\"S\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>",
        ),
        (
            "xl/_rels/workbook.xml.rels",
            "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"r1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet\" Target=\"worksheets/sheet1.xml\"/><Relationship Id=\"r2\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings\" Target=\"sharedStrings.xml\"/><Relationship Id=\"r3\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles\" Target=\"styles.xml\"/></Relationships>",
        ),
        ("xl/sharedStrings.xml", texts),
        (
            "xl/styles.xml",
            "<styleSheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><cellXfs count=\"2\"><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/></cellXfs></styleSheet>",
        ),
        ("xl/worksheets/sheet1.xml", sheet),
    ];
    for (name, text) in parts {
        zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(format!("{head}{text}").as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[test]
fn spreadsheets_have_numbers_and_dates() {
    let sheet = "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>\
                 <row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" t=\"s\"><v>1</v></c><c r=\"C1\" t=\"inlineStr\"><is><t>日期</t></is></c></row>\
                 <row r=\"2\"><c r=\"A2\" t=\"s\"><v>2</v></c><c r=\"B2\"><v>13812345678</v></c><c r=\"C2\" s=\"1\"><v>46053</v></c></row>\
                 <row r=\"4\"><c r=\"B4\"><v>1.5</v></c></row></sheetData></worksheet>";
    let (headings, encoding, rows) = all(&book(sheet));
    assert_eq!((headings, encoding), (vec!["姓名".to_owned(), "手机".into(), "日期".into()], None));
    assert_eq!(rows, [cells(&["张伟", "13812345678", "2026-01-31"]), cells(&["", "1.5", ""])]);
}

const SHEET: &str = "<worksheet><sheetData><row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>姓名</t></is></c></row></sheetData></worksheet>";

/// Why a spreadsheet is refused before its reader sees it.
fn refused(bytes: &[u8]) -> String {
    match Table::open(file(bytes).path(), None) {
        Ok(_) => panic!("it is taken"),
        Err(error) => error.to_string(),
    }
}

#[test]
fn a_spreadsheet_is_not_believed() {
    let count = |count: &str| TEXTS.replacen("<sst", &format!("<sst uniqueCount={count}"), 1);
    assert_eq!(all(&book_of(&count("\"3\""), SHEET)).0, ["姓名"]);
    let liar = "says that it has more texts than it has";
    for many in ["\"20000000000\"", "'20000000000'", "\"+20000000000\"", "\"1000\""] {
        assert!(refused(&book_of(&count(many), SHEET)).contains(liar), "{many}");
    }
    // In letters in which the words above would not be seen.
    let wide: String = count("\"20000000000\"").chars().flat_map(|c| [c, '\0']).collect();
    assert!(refused(&book_of(&wide, SHEET)).contains("not written in UTF-8"));
    let raw = TEXTS.replacen("<si>", "<!-- <si> --><si>", 1);
    assert!(refused(&book_of(&raw, SHEET)).contains("comments"));
}

#[test]
fn a_spreadsheet_takes_no_more_memory_than_one_takes() {
    let long = "x".repeat(1 << 21);
    let cell = |inside: &str| SHEET.replacen("<t>姓名</t>", inside, 1);
    let too_long = "longer than a row may be";
    assert!(refused(&book(&cell(&format!("<t>{long}</t>")))).contains(too_long));
    let runs = "<r><t>0123456789abcdef</t></r>".repeat(1 << 16);
    assert!(refused(&book(&cell(&runs))).contains(too_long), "of many pieces");
    assert!(refused(&book(&SHEET.replacen("<row", &format!("<row {long}"), 1))).contains(too_long), "a name");
    let texts = TEXTS.replacen("<si>", &format!("<si><t>{}</t></si>", "x".repeat(60_000)).repeat(1_200), 1);
    assert!(
        refused(&book_of(&texts, SHEET)).contains("sharedstrings.xml of the spreadsheet unpacks to more than 64 MiB")
    );
    // Much beside the cells is no fault.
    let merged = "<mergeCell ref=\"A1:B2\"/>".repeat(1 << 17);
    let after = SHEET.replacen(
        "</sheetData>",
        &format!("<row><c r=\"A2\"/></row></sheetData><mergeCells>{merged}</mergeCells>"),
        1,
    );
    assert_eq!(all(&book(&after)).0, ["姓名"]);
}

/// Each row would be read to the end of the file, and from the next line again.
#[test]
fn a_file_of_open_marks_is_given_up() {
    let mut text = "a,b\n".to_owned();
    text += &"\"x\"y,\"\n".repeat(12_000);
    let file = file(text.as_bytes());
    let mut table = Table::open(file.path(), None).unwrap();
    let ended = (0..).find_map(|rows| match table.next_row() {
        Ok(Some(row)) => {
            assert!(row.is_err() && rows < 10_000, "{rows}: {row:?}");
            None
        }
        other => Some(other.map(drop).unwrap_err().to_string()),
    });
    assert!(ended.unwrap().contains("quotation marks that are not closed"));
}

#[test]
fn a_row_that_is_too_long_spoils_no_other() {
    let long = "x".repeat(3 << 20);
    for row in [format!("{long},1"), format!("\"{long}\",1"), format!("1,\"{long}")] {
        let (_, _, rows) = all(format!("a,b\n1,2\n{row}\n3,4\n").as_bytes());
        assert_eq!((rows.first(), rows.last()), (Some(&cells(&["1", "2"])), Some(&cells(&["3", "4"]))));
        assert!(rows[1].is_err());
        assert_eq!(rows.len(), 3, "{:?}", rows.iter().map(|row| row.as_ref().err()).collect::<Vec<_>>());
    }
    let (_, _, rows) = all(format!("a,b\n{long}").as_bytes());
    assert_eq!(rows.len(), 1);
    let wide = format!("{}\n1\n", "a,".repeat(900_000));
    assert_eq!(refused(wide.as_bytes()), "the file has more than 500 columns");
}
