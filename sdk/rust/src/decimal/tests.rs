use proptest::prelude::*;

use super::*;

fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}

#[test]
fn reads_and_refuses() {
    for text in ["0", "12.50", "-0.001", "9223372036854775807", "-9223372036854775808", "0.123456789"] {
        assert_eq!(decimal(text).to_string(), text);
    }
    for text in ["", "-", ".5", "5.", "1e3", "+1", " 1", "1,5", "--1", "1.2.3", "NaN"] {
        assert_eq!(text.parse::<Decimal>(), Err(DecimalError::Malformed), "{text:?}");
    }
    assert_eq!("0.1234567891".parse::<Decimal>(), Err(DecimalError::TooPrecise));
    assert_eq!("9223372036854775808".parse::<Decimal>(), Err(DecimalError::Overflow));
}

/// What the other SDKs answer too.
#[test]
fn the_vectors_that_all_sdks_share() {
    let vectors: Vec<serde_json::Value> = serde_json::from_str(include_str!("../../../vectors/decimal.json")).unwrap();
    assert!(vectors.len() > 1000);
    for vector in vectors {
        let text = |at: usize| vector["of"][at].as_str().unwrap();
        let scale = || u8::try_from(vector["of"].as_array().unwrap().last().unwrap().as_u64().unwrap()).unwrap();
        let shown = |result: Result<Decimal, DecimalError>| result.map(|decimal| decimal.to_string());
        let found = match vector["op"].as_str().unwrap() {
            "parse" => shown(text(0).parse()),
            "plus" => shown(decimal(text(0)).plus(decimal(text(1)))),
            "minus" => shown(decimal(text(0)).minus(decimal(text(1)))),
            "times" => shown(decimal(text(0)).times(decimal(text(1)))),
            "divided" => shown(decimal(text(0)).divided_by(decimal(text(1)), scale())),
            "compare" => Ok((decimal(text(0)).cmp(&decimal(text(1))) as i8).to_string()),
            "rounded" => shown(decimal(text(0)).rounded(scale())),
            "amount" => decimal(text(0)).to_amount(scale()).map(|amount| amount.to_string()),
            "trimmed" => shown(Ok(decimal(text(0)).trimmed())),
            other => panic!("{other}"),
        };
        let expected = match vector["fault"].as_str() {
            None => Ok(vector["is"].as_str().map_or_else(|| vector["is"].to_string(), str::to_owned)),
            Some("malformed") => Err(DecimalError::Malformed),
            Some("too-precise") => Err(DecimalError::TooPrecise),
            Some("overflow") => Err(DecimalError::Overflow),
            Some("division-by-zero") => Err(DecimalError::DivisionByZero),
            Some(other) => panic!("{other}"),
        };
        assert_eq!(found, expected, "{vector}");
    }
}

#[test]
fn rounds_half_up() {
    for (text, cents) in [("0.005", 1), ("0.0049", 0), ("-0.005", -1), ("-0.0049", 0), ("2.675", 268), ("7", 700)] {
        assert_eq!(decimal(text).to_amount(2), Ok(cents), "{text}");
    }
    assert_eq!(decimal("1").divided_by(decimal("3"), 4).unwrap().to_string(), "0.3333");
    assert_eq!(decimal("2").divided_by(decimal("-3"), 4).unwrap().to_string(), "-0.6667");
    assert_eq!(Decimal::ONE.divided_by(Decimal::ZERO, 2), Err(DecimalError::DivisionByZero));
}

#[test]
fn what_does_not_fit_is_told() {
    let large = Decimal::whole(i64::MAX);
    assert_eq!(large.plus(Decimal::ONE), Err(DecimalError::Overflow));
    assert_eq!(large.times(large), Err(DecimalError::Overflow));
    assert_eq!(large.rounded(1), Err(DecimalError::Overflow));
    // A scale that no plugin writes and no host sends must not trap either.
    let odd = Decimal::new(7, 200);
    assert_eq!(odd.rounded(9).unwrap(), Decimal::ZERO);
    assert_eq!(odd.plus(Decimal::ONE), Err(DecimalError::Overflow));
    assert!(odd < Decimal::ONE && odd > Decimal::ZERO);
}

#[test]
fn json_numbers_are_read_as_they_were_written() {
    let read = |json: &str| serde_json::from_str::<Decimal>(json).map(|decimal| decimal.to_string()).ok();
    for (json, expected) in
        [("\"1.250\"", "1.250"), ("12", "12"), ("-3", "-3"), ("0.1", "0.1"), ("1234567.89", "1234567.89")]
    {
        assert_eq!(read(json).as_deref(), Some(expected));
    }
    for json in ["0.30000000000000004", "1e300", "18446744073709551615", "true", "\"x\""] {
        assert_eq!(read(json), None, "{json}");
    }
    assert_eq!(serde_json::to_string(&decimal("1.50")).unwrap(), "\"1.50\"");
}

proptest! {
    #[test]
    fn text_round_trips(units in any::<i64>(), scale in 0..=MAX_SCALE) {
        let again = decimal(&Decimal::new(units, scale).to_string());
        prop_assert_eq!((again.units, again.scale), (units, scale));
    }

    #[test]
    fn sums_are_exact(a in -1_000_000_000_i64..1_000_000_000, b in -1_000_000_000_i64..1_000_000_000, s in 0..=9_u8, t in 0..=9_u8) {
        let (a, b) = (Decimal::new(a, s), Decimal::new(b, t));
        prop_assert_eq!(a.plus(b).unwrap().minus(b).unwrap(), a);
        prop_assert_eq!(a.plus(b).unwrap(), b.plus(a).unwrap());
    }

    #[test]
    fn products_distribute_over_sums(a in -100_000_i64..100_000, b in -100_000_i64..100_000, c in -100_000_i64..100_000, s in 0..=4_u8) {
        let (a, b, c) = (Decimal::new(a, s), Decimal::new(b, s), Decimal::new(c, s));
        let together = a.plus(b).unwrap().times(c).unwrap();
        prop_assert_eq!(together, a.times(c).unwrap().plus(b.times(c).unwrap()).unwrap());
    }

    #[test]
    fn division_undoes_multiplication(a in -1_000_000_i64..1_000_000, b in 1_i64..1_000_000, s in 0..=4_u8) {
        let (a, b) = (Decimal::new(a, s), Decimal::new(b, s));
        prop_assert_eq!(a.times(b).unwrap().divided_by(b, s).unwrap(), a);
    }

    #[test]
    fn order_and_equality_look_at_the_value(units in any::<i32>(), scale in 0..=4_u8, zeros in 0..=4_u8) {
        let plain = Decimal::new(units.into(), scale);
        let padded = plain.rounded(scale + zeros).unwrap();
        prop_assert_eq!(plain, padded);
        prop_assert_eq!(plain.trimmed(), padded.trimmed());
        prop_assert!(plain.plus(Decimal::new(1, 9)).unwrap() > padded);
    }

    #[test]
    fn comparing_never_traps(a in any::<i64>(), b in any::<i64>(), s in any::<u8>(), t in any::<u8>()) {
        let (a, b) = (Decimal::new(a, s), Decimal::new(b, t));
        prop_assert_eq!(a.cmp(&b), b.cmp(&a).reverse());
    }

    #[test]
    fn the_narrow_way_and_the_wide_way_agree(units in any::<i64>(), from in 0..=30_u32, to in 0..=9_u8) {
        let by = 10_i128.pow(from.abs_diff(to.into()));
        let wide = if from > to.into() { Some(divide(units.into(), by)) } else { i128::from(units).checked_mul(by) };
        prop_assert_eq!(shift(units.into(), from, to), wide);
    }
}
