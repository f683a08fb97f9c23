//! What does U8 ask of a receivable?

use super::{
    Document, Yonyou,
    document::{number, quantity, set},
    refusal::Refusal,
};
use crate::decimal::Decimal;

impl Yonyou {
    pub fn draft_receivable(receivable: &mut Document) -> Result<(), Refusal> {
        let amount = number(&receivable.header, "amount")?.ok_or_else(|| Refusal::missing("amount"))?;
        if !receivable.entry.is_empty() {
            let lines: Decimal = receivable.entry.iter().map(|line| quantity(line, "amount")).sum();
            if lines != amount {
                return Err(Refusal::invalid("amount", "表头金额与表体金额合计不一致"));
            }
        }
        if number(&receivable.header, "natamount")?.is_none() {
            let home = receivable.entry.iter().map(|line| quantity(line, "natamount")).sum();
            set(&mut receivable.header, "natamount", if receivable.entry.is_empty() { amount } else { home });
        }
        set(&mut receivable.header, "amount", amount);
        set(&mut receivable.header, "paidamount", Decimal::ZERO);
        Ok(())
    }
}
