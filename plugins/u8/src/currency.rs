//! At which rate do amounts become U8's home currency?

use mortise_sdk::{Decimal, Error, Result};

/// None: they are in it already. The host's rate leads to the company's currency, and an order without one is in that currency;
/// so an order without a rate in another currency than U8's home says that the two homes differ. Then every rate would be
/// wrong, and one of 1 most of all.
pub fn rate(home: &str, currency: &str, rate: Option<Decimal>) -> Result<Option<Decimal>> {
    if currency == home {
        return Ok(None);
    }
    rate.map(Some).ok_or_else(|| {
        Error::invalid(
            "settings.home-currency",
            format!("公司本位币是 {currency}，而此处填的 U8 本位币是 {home}：汇率无从换算。请把两者改为一致"),
            format!(
                "the company's currency is {currency}, but U8's home currency is set to {home}, so that no rate leads there; \
                 make them the same"
            ),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_rate_is_never_taken_for_one() {
        let dollars = Decimal::new(725, 2);
        assert_eq!(rate("CNY", "CNY", None), Ok(None));
        assert_eq!(rate("CNY", "USD", Some(dollars)), Ok(Some(dollars)));
        let Err(Error::Invalid(wrong)) = rate("CNY", "USD", None) else { panic!("refused") };
        assert_eq!(wrong.field, "settings.home-currency");
        assert_eq!(
            wrong.reason.en,
            "the company's currency is USD, but U8's home currency is set to CNY, so that no rate leads there; make them the same"
        );
    }
}
