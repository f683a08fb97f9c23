//! Files broken in every way that came to mind.

use super::*;

const HEADER: &str = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n";

fn read(rows: &str) -> Sheet {
    Sheet::read(format!("{HEADER}{rows}").as_bytes()).unwrap()
}

fn reason(sheet: &Sheet, reference: &str) -> String {
    let invoice = sheet.invoices.iter().find(|invoice| invoice.reference == reference).expect(reference);
    invoice.order.clone().expect_err("is rejected")
}

fn order<'a>(sheet: &'a Sheet, reference: &str) -> &'a Order {
    sheet.invoices.iter().find(|invoice| invoice.reference == reference).expect(reference).order.as_ref().unwrap()
}

#[test]
fn rows_apart_are_one_invoice_and_equal_items_stay_apart() {
    let sheet = read(
        "1,A,LAMP,6,2010-12-01T08:26:00,2.55,17850,United Kingdom\n\
         2,B,SIGN,1,2010-12-01T09:00:00,1,,United Kingdom\n\
         1,A,LAMP,2,2010-12-01T08:27:00,3.55,17850,United Kingdom\n",
    );
    assert_eq!(sheet.invoices.len(), 2);
    let first = order(&sheet, "1");
    assert_eq!(first.lines.len(), 2);
    assert_eq!((first.lines[0].row, first.lines[1].row), (2, 4));
    assert_eq!(first.placed_at, "2010-12-01T08:26:00Z");
    assert_eq!(first.customer.as_deref(), Some("17850"));
    assert_eq!(order(&sheet, "2").customer, None);
    assert_eq!(sheet.prices["A"], [Decimal::read("2.55").unwrap(), Decimal::read("3.55").unwrap()]);
    assert_eq!(sheet.names["A"], "LAMP");
}

#[test]
fn an_unreadable_row_rejects_its_invoice_naming_row_and_field() {
    for (row, field) in [
        ("1,A,X,six,2010-12-01,1,2,UK", "row 3: Quantity \"six\" is not a number"),
        ("1,A,X,,2010-12-01,1,2,UK", "row 3: Quantity is empty"),
        (
            "1,A,X,99999999999999999999999999,2010-12-01,1,2,UK",
            "row 3: Quantity \"99999999999999999999999999\" is too large",
        ),
        ("1,A,X,6,2010-13-45,1,2,UK", "row 3: InvoiceDate \"2010-13-45\" is not a date"),
        ("1,A,X,6,yesterday,1,2,UK", "row 3: InvoiceDate \"yesterday\""),
        ("1,A,X,6,,1,2,UK", "row 3: InvoiceDate is empty"),
        ("1,A,X,6,0001-01-01,1,2,UK", "row 3: InvoiceDate \"0001-01-01\" is not between"),
        ("1,A,X,6,1899-12-31,1,2,UK", "row 3: InvoiceDate \"1899-12-31\" is not between 1970 and 2199"),
        (
            "1,A,X,6,2010-12-01T08:26[Asia/Shanghai],1,2,UK",
            "row 3: InvoiceDate \"2010-12-01T08:26[Asia/Shanghai]\" is not a date",
        ),
        ("1,A,X,\"1,000\",2010-12-01,1,2,UK", "row 3: Quantity \"1,000\" is not a number"),
        ("1,A,X,１２,2010-12-01,1,2,UK", "row 3: Quantity \"１２\" is not a number"),
        ("1,A,X,6,2010-12-01,\"1,50\",2,UK", "row 3: UnitPrice \"1,50\" is not a number"),
        ("1,A,X,6,2010-12-01,NaN,2,UK", "row 3: UnitPrice \"NaN\""),
        ("1,A,X,6,2010-12-01,1000000000.01,2,UK", "row 3: UnitPrice 1000000000.01 is above 1000000000"),
        ("1,A,X,6,2010-12-01,-5,2,UK", "row 3: UnitPrice -5 is negative"),
        ("1,,X,6,2010-12-01,1,2,UK", "row 3: StockCode is empty"),
        ("1,A,X,6,2010-12-01,1,2", "row 3: Country is missing: the row has 7 of 8 fields"),
        ("1,A", "row 3: Description is missing: the row has 2 of 8 fields"),
        ("1,A,X,Y,6,2010-12-01,1,2,UK", "row 3: Country is followed by more fields"),
        ("1,A,\"X,6,2010-12-01,1,2,UK", "row 3: Description opens a quote that is never closed"),
        ("1,A,X\0,6,2010-12-01,1,2,UK", "row 3: Description contains a NUL"),
        ("1,A,X,6,2010-12-01,1,3,UK", "row 3: CustomerID \"3\" differs from \"2\" in row 2"),
        ("1,SCN-LAST,X,6,2010-12-01,1,2,UK", "row 3: StockCode \"SCN-LAST\" begins with SCN-"),
        ("1,A,X,6,2010-12-01,1,WALK-IN-S-NORTH,UK", "row 3: CustomerID \"WALK-IN-S-NORTH\" begins with WALK-IN-"),
        ("1,A,X,0,2010-12-01,1,2,UK", "row 3: Quantity 0 in an invoice"),
        ("1,A,X,-6,2010-12-01,0,2,UK", "row 3: Quantity -6 in an invoice"),
    ] {
        let sheet = read(&format!("1,A,X,6,2010-12-01,1,2,UK\n{row}\n3,A,X,6,2010-12-01,1,2,UK\n"));
        assert_eq!(sheet.invoices.len(), 2, "{row}");
        let reason = reason(&sheet, "1");
        assert!(reason.contains(field), "{row}: {reason}");
        assert_eq!(order(&sheet, "3").lines.len(), 1, "{row}");
    }
}

#[test]
fn bytes_that_are_no_text_are_named() {
    let mut bytes = HEADER.as_bytes().to_vec();
    bytes.extend(b"1,A,\xa3 LAMP,6,2010-12-01,1,2,UK\n\xff\xfe,A,X,6,2010-12-01,1,2,UK\n");
    let sheet = Sheet::read(&bytes).unwrap();
    assert!(reason(&sheet, "1").contains("row 2: Description is not UTF-8 from byte 1 on"));
    assert!(sheet.invoices[1].order.as_ref().unwrap_err().contains("row 3: InvoiceNo is not UTF-8"));
}

#[test]
fn rows_without_a_number_are_rejected_one_by_one() {
    let sheet = read(",A,X,6,2010-12-01,1,2,UK\n  ,A,X,6,2010-12-01,1,2,UK\n,,,,,,,\n1,A,X,6,2010-12-01,1,2,UK\n");
    let references: Vec<&str> = sheet.invoices.iter().map(|invoice| invoice.reference.as_str()).collect();
    assert_eq!(references, ["row 2", "row 3", "row 4", "1"]);
    assert!(reason(&sheet, "row 2").contains("row 2: InvoiceNo is empty"));
}

#[test]
fn every_invoice_has_a_reference_of_its_own() {
    let mut bytes = format!("{HEADER}row 4,A,X,6,2010-12-01,1,2,UK\n 7\u{3000},A,X,6,2010-12-01,1,2,UK\n").into_bytes();
    bytes.extend(b",A,X,6,2010-12-01,1,2,UK\n\xff,A,X,6,2010-12-01,1,2,UK\n\xfe,A,X,6,2010-12-01,1,2,UK\n7,B,X,1,2010-12-01,1,2,UK\n");
    let sheet = Sheet::read(&bytes).unwrap();
    let references: Vec<&str> = sheet.invoices.iter().map(|invoice| invoice.reference.as_str()).collect();
    assert_eq!(references, ["row 4", "7", "row 4 (2)", "\\xff", "\\xfe"]);
    assert_eq!(order(&sheet, "7").lines.len(), 2);
}

#[test]
fn what_is_no_code_at_all_is_not_handed_in() {
    let long = "x".repeat(10_001);
    for (row, field) in [
        (format!("1,{long},X,6,2010-12-01,1,2,UK"), "row 2: StockCode has 10001 characters"),
        (format!("1,A,X,6,2010-12-01,1,{long},UK"), "row 2: CustomerID has 10001 characters"),
        (format!("{long},A,X,6,2010-12-01,1,2,UK"), "row 2: InvoiceNo has 10001 characters"),
    ] {
        let reason = read(&row).invoices[0].order.clone().unwrap_err();
        assert!(reason.contains(field), "{reason}");
    }
    let long = "x".repeat(5_000_000);
    assert_eq!(
        order(&read(&format!("1,A,{long},6,2010-12-01,1,2,UK")), "1").lines.len(),
        1,
        "descriptions may be long"
    );
}

#[test]
fn the_parts_of_an_invoice_may_be_far_apart() {
    let between: String = (0..2_000).map(|at| format!("N{at},A,X,6,2010-12-01,1,2,UK\n")).collect();
    let sheet = read(&format!("1,A,X,6,2010-12-01,1,,UK\n{between}1,B,Y,1,2010-12-05T00:00,1,2,UK\n"));
    let first = order(&sheet, "1");
    assert_eq!((sheet.invoices.len(), first.lines.len(), first.lines[1].row), (2_001, 2, 2_003));
    assert_eq!((first.customer.as_deref(), first.placed_at.as_str()), (Some("2"), "2010-12-01T00:00:00Z"));
}

#[test]
fn dates_may_say_their_offset() {
    for (date, instant) in [
        ("2010-12-01T08:26:00Z", "2010-12-01T08:26:00Z"),
        ("2010-07-01 08:26:00+08:00", "2010-07-01T00:26:00Z"),
        ("2010-12-01T08:26:00.5", "2010-12-01T08:26:00.5Z"),
    ] {
        let sheet = read(&format!("1,A,X,6,{date},1,2,UK\n"));
        assert_eq!(order(&sheet, "1").placed_at, instant, "{date}");
    }
}

#[test]
fn credit_notes_are_returns() {
    let sheet = read(
        "C1,A,X,-6,2010-12-01,1,2,UK\nC2,A,X,-6,2010-12-01,1,2,UK\nC2,A,X,6,2010-12-01,1,2,UK\n\
         C3,A,X,6,2010-12-01,1,2,UK\nC4,A,X,0,2010-12-01,1,2,UK\n",
    );
    assert!(order(&sheet, "C1").returned);
    assert_eq!(order(&sheet, "C1").lines[0].quantity, Decimal::whole(6));
    assert!(reason(&sheet, "C2").contains("mixes signs"));
    assert!(reason(&sheet, "C3").contains("takes nothing back"));
    assert!(reason(&sheet, "C4").contains("Quantity 0"));
}

#[test]
fn what_is_odd_but_readable_is_taken() {
    let bytes = "\u{feff}invoiceno, StockCode ,Quantity,InvoiceDate,UnitPrice,CustomerID\r\n\
        1, 85123A ,2.5,2010-07-01 08:26,0,\r\n\"1\",B,1,2010-07-01,0.001,,,\r\n";
    let sheet = Sheet::read(bytes.as_bytes()).unwrap();
    let order = order(&sheet, "1");
    assert_eq!(order.lines[0].sku, "85123A");
    assert_eq!(order.placed_at, "2010-06-30T23:00:00Z", "midnight of summer time");
    assert!(!sheet.prices.contains_key("85123A"), "a price of zero is none");
}

#[test]
fn a_file_of_another_kind_is_refused_with_the_remedy() {
    for (text, words) in [
        ("", "the file is empty"),
        ("\n\n", "the file is empty"),
        ("a,b,c\n1,2,3\n", "no column \"InvoiceNo\"; the first line must name InvoiceNo, StockCode,"),
        ("InvoiceNo;StockCode;Quantity\n", "separated by commas"),
        ("InvoiceNo,StockCode,InvoiceDate,UnitPrice,CustomerID\n", "no column \"Quantity\""),
        (
            "InvoiceNo,StockCode,Quantity,InvoiceDate,UnitPrice,CustomerID,quantity\n",
            "\"Quantity\" stands there 2 times",
        ),
    ] {
        let error = Sheet::read(text.as_bytes()).unwrap_err().to_string();
        assert!(error.contains(words), "{error}");
    }
    assert!(Sheet::read(HEADER.as_bytes()).unwrap().invoices.is_empty());
}

proptest::proptest! {
    #[test]
    fn no_row_is_ever_lost(rows in proptest::collection::vec("[C12]{0,2},[A-]?,\"?[ -~]{0,4}\"?,-?[0-9x]{0,3},2010-12-0[0-3],[0-9.]{0,3},[12]?,UK", 0..20)) {
        let text = format!("{HEADER}{}", rows.join("\n"));
        let sheet = Sheet::read(text.as_bytes()).unwrap();
        // Every row is a line of an order, or its invoice is rejected.
        let numbers: std::collections::BTreeSet<&str> =
            rows.iter().map(|row| row.split(',').next().unwrap().trim()).filter(|number| !number.is_empty()).collect();
        let nameless = rows.iter().filter(|row| row.starts_with(',')).count();
        proptest::prop_assert!(sheet.invoices.len() <= numbers.len() + nameless);
        for (_, invoice, order) in sheet.orders() {
            let own = rows.iter().filter(|row| row.split(',').next().unwrap().trim() == invoice.reference).count();
            proptest::prop_assert_eq!(order.lines.len(), own);
        }
    }
}
