//! A lead as it is handed in, whichever way it comes.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Details, Grade, Profile, identity, phone};
use crate::submission::FieldError;

/// A lead as it is handed in.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct LeadEntry {
    /// Its id in the system that it comes from; the same id is the same lead.
    pub external_id: String,
    /// Code of the store that is to look after it; empty: none yet.
    pub store: String,
    /// Who is to look after it, as in stories (`user:<name>`); empty: nobody yet.
    pub owner: String,
    /// Where it comes from, such as `expo-2026`.
    pub source: String,
    /// How promising it is; null: the rules say.
    pub grade: Option<Grade>,
    /// Code of its stage; empty: the first.
    pub stage: String,
    /// What is known of the person or company.
    pub details: Details,
}

/// Most characters of a line of text.
const LINE: usize = 200;
/// Most characters of a longer text.
const TEXT: usize = 4_000;
/// Most entries of a list.
const ENTRIES: usize = 200;

impl LeadEntry {
    /// Brings telephone numbers and addresses into their normal forms and checks everything; answers all faults at once.
    /// `region`: country of numbers that are written without one.
    pub fn tidy(&mut self, region: &str) -> Vec<FieldError> {
        let mut faults = Vec::new();
        for text in [&mut self.external_id, &mut self.store, &mut self.owner, &mut self.source, &mut self.stage] {
            trim(text);
        }
        let Self { external_id, store, owner, source, stage, .. } = self;
        for (field, text) in
            [("external_id", external_id), ("store", store), ("owner", owner), ("source", source), ("stage", stage)]
        {
            limit(field, text, LINE, &mut faults);
        }
        self.details.tidy(region, &mut faults);
        let who = &self.details;
        let named = !self.external_id.is_empty() || !who.name.is_empty() || !who.company.is_empty();
        if !named && who.contacts.is_empty() && faults.is_empty() {
            let message =
                "says nobody: give a name, a company, a telephone number, an e-mail address or an external id";
            faults.push(FieldError::new("details", message));
        }
        faults
    }
}

impl Details {
    /// Brings all into its normal form and notes what is wrong, each fault with its field.
    pub fn tidy(&mut self, region: &str, faults: &mut Vec<FieldError>) {
        self.tidy_texts(faults);
        if self.contacts.len() > 20 {
            faults.push(FieldError::new("details.contacts", "has more than 20 entries; keep those that are used"));
            return;
        }
        for (at, contact) in self.contacts.iter_mut().enumerate() {
            for (name, text) in
                [("name", &mut contact.name), ("title", &mut contact.title), ("wechat", &mut contact.wechat)]
            {
                trim(text);
                limit(&format!("details.contacts[{at}].{name}"), text, LINE, faults);
            }
            trim(&mut contact.phone);
            trim(&mut contact.email);
            if !contact.phone.is_empty() {
                match phone::normal(&contact.phone, region) {
                    Ok(normal) => contact.phone = normal,
                    Err(error) => {
                        faults.push(FieldError::new(format!("details.contacts[{at}].phone"), error.to_string()));
                    }
                }
            }
            if !contact.email.is_empty() {
                match identity::email(&contact.email) {
                    Some(normal) => contact.email = normal,
                    None => faults.push(FieldError::new(
                        format!("details.contacts[{at}].email"),
                        "is no e-mail address; write it as anna@example.com",
                    )),
                }
            }
        }
        self.contacts.retain(|contact| !contact.is_empty());
    }

    fn tidy_texts(&mut self, faults: &mut Vec<FieldError>) {
        let Profile { industry, purchase_band, main_supplier, decision_rank, pain } = &mut self.profile;
        for (field, text, most) in [
            ("details.name", &mut self.name, LINE),
            ("details.company", &mut self.company, LINE),
            ("details.province", &mut self.province, LINE),
            ("details.city", &mut self.city, LINE),
            ("details.district", &mut self.district, LINE),
            ("details.address", &mut self.address, 500),
            ("details.note", &mut self.note, TEXT),
            ("details.profile.industry", industry, LINE),
            ("details.profile.purchase_band", purchase_band, LINE),
            ("details.profile.main_supplier", main_supplier, LINE),
            ("details.profile.decision_rank", decision_rank, LINE),
            ("details.profile.pain", pain, TEXT),
        ] {
            trim(text);
            limit(field, text, most, faults);
        }
        if let Some(consent) = &mut self.consent {
            trim(&mut consent.source);
            limit("details.consent.source", &consent.source, LINE, faults);
        }
        self.tags = std::mem::take(&mut self.tags).into_iter().map(|tag| tag.trim().to_owned()).collect();
        self.tags.remove("");
        for tag in &self.tags {
            limit("details.tags", tag, 100, faults);
        }
        for (name, value) in &self.attributes {
            limit("details.attributes", name, 100, faults);
            limit("details.attributes", value, TEXT, faults);
        }
        for (field, length) in [("details.tags", self.tags.len()), ("details.attributes", self.attributes.len())] {
            if length > ENTRIES {
                faults.push(FieldError::new(field, format!("has more than {ENTRIES} entries")));
            }
        }
    }
}

fn trim(text: &mut String) {
    let trimmed = text.trim();
    if trimmed.len() != text.len() {
        *text = trimmed.to_owned();
    }
}

fn limit(field: &str, text: &str, most: usize, faults: &mut Vec<FieldError>) {
    if text.chars().count() > most {
        faults.push(FieldError::new(field, format!("has more than {most} characters")));
    } else if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
        faults.push(FieldError::new(field, "contains a control character; remove it"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lead::Contact;

    #[test]
    fn all_faults_are_named_at_once() {
        let contact = Contact { phone: "123".into(), email: "x".into(), ..Contact::default() };
        let details = Details { name: " \u{7} ".into(), contacts: vec![contact], ..Details::default() };
        let mut entry = LeadEntry { source: "x".repeat(201), details, ..LeadEntry::default() };
        let fields: Vec<String> = entry.tidy("CN").into_iter().map(|fault| fault.field).collect();
        assert_eq!(fields, ["source", "details.name", "details.contacts[0].phone", "details.contacts[0].email"]);
    }

    #[test]
    fn somebody_must_be_meant() {
        assert_eq!(LeadEntry::default().tidy("CN")[0].field, "details");
        let contact = Contact { phone: " 138 1234 5678".into(), email: " A@B.cn ".into(), ..Contact::default() };
        let details = Details { contacts: vec![contact, Contact::default()], ..Details::default() };
        let mut entry = LeadEntry { details, ..LeadEntry::default() };
        assert_eq!(entry.tidy("CN"), []);
        let [contact] = entry.details.contacts.as_slice() else { panic!("{entry:?}") };
        assert_eq!((contact.phone.as_str(), contact.email.as_str()), ("+8613812345678", "a@b.cn"));
    }
}
