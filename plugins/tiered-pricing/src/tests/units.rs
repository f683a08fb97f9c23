//! Items that are ordered in other units than they are priced in.

use super::*;

fn boxes(quantity: &str) -> PriceLine {
    PriceLine { unit: "box".to_owned(), unit_rate: d("12"), ..line("A", quantity) }
}

fn priced(rows: Vec<ListPrice>, products: Vec<Product>, line: PriceLine) -> Result<Priced> {
    from_list(&settings("{}"), &request(vec![line]), &PriceList::new(rows).with_products(products))
}

#[test]
fn a_row_in_the_lines_unit_needs_no_conversion() {
    let mut per_box = row("A", "27.50");
    per_box.unit = "box".to_owned();
    let mut from_ten = row("A", "20");
    from_ten.unit = "box".to_owned();
    from_ten.min_quantity = d("10");
    let list = PriceList::new(vec![row("A", "2.50"), per_box, from_ten]);
    assert!(list.priced_in_other_units(&request(vec![boxes("2")])).is_empty());
    let price = checked(from_list(&settings("{}"), &request(vec![boxes("2")]), &list).unwrap());
    assert_eq!(story(&price), "base 27.5");
}

#[test]
fn a_price_per_piece_becomes_one_per_box() {
    let list = PriceList::new(vec![row("A", "2.50")]);
    assert_eq!(list.priced_in_other_units(&request(vec![boxes("2"), boxes("1")])), ["A"]);

    let price = checked(priced(vec![row("A", "2.50")], vec![product("A", &[])], boxes("2")).unwrap());
    assert_eq!(story(&price), "base 2.5, unit 27.5");
    assert_eq!(price.explanation[1].reason.en, "converted: 1 box = 12 piece");
}

#[test]
fn a_price_per_pallet_becomes_one_per_piece_and_is_rounded() {
    let mut pallet = row("A", "1000");
    pallet.unit = "pallet".to_owned();
    let price = checked(priced(vec![pallet], vec![product("A", &[("pallet", "144")])], line("A", "3")).unwrap());
    assert_eq!(price.unit_price, d("6.94"));
    assert_eq!(story(&price), "base 1000, unit -993.055555556, rounding -0.004444444");
}

#[test]
fn quantities_of_converted_rows_count_in_the_rows_unit() {
    let mut from = row("A", "2");
    from.min_quantity = d("24");
    let rows = vec![row("A", "3"), from];
    for (quantity, expected) in [("1", "36"), ("2", "24")] {
        let price = checked(priced(rows.clone(), vec![product("A", &[])], boxes(quantity)).unwrap());
        assert_eq!(price.unit_price, d(expected));
    }
}

#[test]
fn unknown_rates_are_refused() {
    let mut pallet = row("A", "1000");
    pallet.unit = "pallet".to_owned();
    for products in [vec![], vec![product("A", &[("box", "12")])], vec![product("A", &[("pallet", "0")])]] {
        let (field, reason) = refused(priced(vec![pallet.clone()], products, line("A", "3")));
        assert_eq!(field, "lines[0].sku");
        assert!(reason.en.contains("priced per pallet, which does not convert to piece"), "{}", reason.en);
    }
}
