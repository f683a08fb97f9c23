//! Columns of a table of leads: which column is which field, and how a row becomes an entry.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Consent, Contact, Grade, LeadEntry};
use crate::submission::FieldError;

macro_rules! fields {
    ($($field:ident $name:literal [$($other:literal),*];)*) => {
        /// What a column can be.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum Field {$(
            #[doc = $name]
            $field,
        )*}

        impl Field {
            /// All fields.
            pub const ALL: &'static [Self] = &[$(Self::$field),*];

            /// Its word.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$field => $name,)* }
            }

            const fn headers(self) -> &'static [&'static str] {
                match self { $(Self::$field => &[$($other),*],)* }
            }
        }
    };
}

fields! {
    ExternalId    "external_id"    ["prospect id", "external id", "id", "lead id", "线索id", "客户编号", "编号", "外部编号"];
    Name          "name"           ["name", "full name", "contact", "姓名", "客户姓名", "联系人", "客户名称"];
    Company       "company"        ["company", "company name", "organization", "公司", "公司名称", "单位", "企业名称"];
    Title         "title"          ["title", "position", "职位", "职务"];
    Phone         "phone"          ["phone", "telephone", "mobile", "tel", "phone number", "手机", "手机号", "手机号码", "电话", "联系电话"];
    Email         "email"          ["email", "e-mail", "mail", "email address", "邮箱", "电子邮箱", "电子邮件"];
    Wechat        "wechat"         ["wechat", "weixin", "微信", "微信号"];
    Store         "store"          ["store", "store code", "门店", "门店编号", "门店编码"];
    Owner         "owner"          ["owner", "sales", "负责人", "跟进人"];
    Source        "source"         ["source", "lead source", "来源", "线索来源", "渠道"];
    Grade         "grade"          ["grade", "等级", "级别", "客户等级"];
    Stage         "stage"          ["stage", "阶段", "跟进阶段"];
    Province      "province"       ["province", "state", "省", "省份"];
    City          "city"           ["city", "市", "城市"];
    District      "district"       ["district", "county", "区", "区县"];
    Address       "address"        ["address", "地址", "详细地址"];
    Industry      "industry"       ["industry", "行业", "所属行业"];
    PurchaseBand  "purchase_band"  ["purchase band", "yearly purchase", "年采购额", "采购规模"];
    MainSupplier  "main_supplier"  ["main supplier", "supplier", "主要供应商", "现有供应商"];
    DecisionRank  "decision_rank"  ["decision rank", "decision maker", "决策人级别", "决策人"];
    Pain          "pain"           ["pain", "pain point", "痛点", "采购痛点"];
    Tags          "tags"           ["tags", "tag", "标签"];
    Note          "note"           ["note", "notes", "remark", "remarks", "备注"];
    Consent       "consent"        ["consent", "consent source", "同意来源", "授权来源"];
}

impl Field {
    /// The field of this word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|field| field.name() == text)
    }

    /// The field that a heading plainly names.
    pub fn of_heading(heading: &str) -> Option<Self> {
        let plain = heading.trim().trim_start_matches('\u{feff}').to_lowercase().replace(['_', '-'], " ");
        let plain = plain.replace("e mail", "e-mail");
        Self::ALL.iter().copied().find(|field| field.name() == plain || field.headers().contains(&plain.as_str()))
    }
}

/// What a column is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Column {
    /// This field.
    Field(Field),
    /// A free field of this name.
    Attribute(String),
    /// Nothing that is kept.
    Ignored,
}

/// What the columns are by their headings: a field where it is plainly named for the first time, otherwise a free field.
pub fn match_columns(headings: &[String]) -> Vec<Column> {
    let mut taken = Vec::new();
    headings
        .iter()
        .map(|heading| match Field::of_heading(heading) {
            Some(field) if !taken.contains(&field) => {
                taken.push(field);
                Column::Field(field)
            }
            _ if heading.trim().is_empty() => Column::Ignored,
            _ => Column::Attribute(heading.trim().chars().take(100).collect()),
        })
        .collect()
}

/// A row as an entry. Cells beyond the columns, and a grade that is none, are faults.
pub fn entry(columns: &[Column], cells: &[String]) -> Result<LeadEntry, FieldError> {
    if cells.len() > columns.len() && cells.iter().skip(columns.len()).any(|cell| !cell.trim().is_empty()) {
        let message = format!("has {} cells where the headings are {}", cells.len(), columns.len());
        return Err(FieldError::new("row", message));
    }
    let mut entry = LeadEntry::default();
    let mut contact = Contact::default();
    for (column, cell) in columns.iter().zip(cells) {
        let cell = cell.trim();
        if cell.is_empty() {
            continue;
        }
        match column {
            Column::Field(field) => put(&mut entry, &mut contact, *field, cell)?,
            Column::Attribute(name) => entry.details.attributes.push((name.clone(), cell.to_owned())),
            Column::Ignored => {}
        }
    }
    let reached = !(contact.phone.is_empty() && contact.email.is_empty() && contact.wechat.is_empty());
    if reached || !contact.title.is_empty() {
        contact.name.clone_from(&entry.details.name);
        entry.details.contacts.push(contact);
    }
    Ok(entry)
}

fn put(entry: &mut LeadEntry, contact: &mut Contact, field: Field, cell: &str) -> Result<(), FieldError> {
    let details = &mut entry.details;
    let target = match field {
        Field::ExternalId => &mut entry.external_id,
        Field::Store => &mut entry.store,
        Field::Owner => &mut entry.owner,
        Field::Source => &mut entry.source,
        Field::Stage => &mut entry.stage,
        Field::Name => &mut details.name,
        Field::Company => &mut details.company,
        Field::Title => &mut contact.title,
        Field::Phone => &mut contact.phone,
        Field::Email => &mut contact.email,
        Field::Wechat => &mut contact.wechat,
        Field::Province => &mut details.province,
        Field::City => &mut details.city,
        Field::District => &mut details.district,
        Field::Address => &mut details.address,
        Field::Industry => &mut details.profile.industry,
        Field::PurchaseBand => &mut details.profile.purchase_band,
        Field::MainSupplier => &mut details.profile.main_supplier,
        Field::DecisionRank => &mut details.profile.decision_rank,
        Field::Pain => &mut details.profile.pain,
        Field::Note => &mut details.note,
        Field::Consent => &mut details.consent.get_or_insert_with(Consent::default).source,
        Field::Grade => {
            let grade =
                Grade::parse(cell).ok_or_else(|| FieldError::new("grade", format!("{cell:?} is none of A, B, C")))?;
            entry.grade = Some(grade);
            return Ok(());
        }
        Field::Tags => {
            details.tags.extend(cell.split([',', '，', ';', '；', '、', '|']).map(|tag| tag.trim().to_owned()));
            details.tags.remove("");
            return Ok(());
        }
    };
    cell.clone_into(target);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(words: &[&str]) -> Vec<String> {
        words.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn plain_headings_are_fields() {
        let columns = match_columns(&texts(&[
            "\u{feff}Prospect ID",
            "Lead Source",
            "手机号",
            "E-Mail",
            "TotalVisits",
            "",
            "phone",
        ]));
        assert_eq!(
            columns,
            [
                Column::Field(Field::ExternalId),
                Column::Field(Field::Source),
                Column::Field(Field::Phone),
                Column::Field(Field::Email),
                Column::Attribute("TotalVisits".into()),
                Column::Ignored,
                Column::Attribute("phone".into()),
            ]
        );
        for field in Field::ALL {
            assert_eq!(Field::parse(field.name()), Some(*field));
            for heading in field.headers() {
                assert_eq!(Field::of_heading(heading), Some(*field), "{heading}");
            }
        }
    }

    #[test]
    fn a_row_is_an_entry() {
        let columns = match_columns(&texts(&["姓名", "手机", "标签", "等级", "访问"]));
        let made = entry(&columns, &texts(&[" 张伟 ", "13812345678", "展会，vip", "b", "3"])).unwrap();
        assert_eq!(made.details.contacts[0].name, "张伟");
        assert_eq!((made.grade, made.details.tags.len()), (Some(Grade::B), 2));
        assert_eq!(made.details.attributes, [("访问".to_owned(), "3".to_owned())]);
        assert_eq!(entry(&columns, &texts(&["a", "", "", "D"])).unwrap_err().field, "grade");
        let long = entry(&columns, &texts(&["a", "", "", "", "", "x"])).unwrap_err();
        assert_eq!(long.to_string(), "row: has 6 cells where the headings are 5");
    }
}
