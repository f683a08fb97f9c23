//! Two records of the same customer become one, and can become two again.

use serde_json::{Map, Value};

use super::{Contact, Details, Profile};

/// Entries of a list at most: a number that thousands share makes no endless file. What is beyond stands in the records of entries.
const MOST: usize = 200;

impl Details {
    /// Takes over what `other` knows and this does not: empty fields are filled, contacts, tags and free fields are added. What differs
    /// stays as it is here; the other record is kept whole beside it. Answers whether anything changed.
    pub fn absorb(&mut self, other: &Self) -> bool {
        // What one contact adds may show another to be the same, so until nothing is added any more.
        let mut changed = false;
        while self.absorb_once(other) {
            changed = true;
        }
        changed
    }

    fn absorb_once(&mut self, other: &Self) -> bool {
        let before = self.clone();
        for (own, theirs) in [
            (&mut self.name, &other.name),
            (&mut self.company, &other.company),
            (&mut self.province, &other.province),
            (&mut self.city, &other.city),
            (&mut self.district, &other.district),
            (&mut self.address, &other.address),
            (&mut self.note, &other.note),
        ] {
            fill(own, theirs);
        }
        let Profile { industry, purchase_band, main_supplier, decision_rank, pain } = &mut self.profile;
        fill(industry, &other.profile.industry);
        fill(purchase_band, &other.profile.purchase_band);
        fill(main_supplier, &other.profile.main_supplier);
        fill(decision_rank, &other.profile.decision_rank);
        fill(pain, &other.profile.pain);
        for contact in &other.contacts {
            self.add_contact(contact);
        }
        let room = MOST.saturating_sub(self.tags.len());
        self.tags.extend(other.tags.iter().take(room).cloned());
        for (name, value) in &other.attributes {
            if self.attributes.len() < MOST && !self.attributes.iter().any(|(known, _)| known == name) {
                self.attributes.push((name.clone(), value.clone()));
            }
        }
        if self.consent.is_none() {
            self.consent.clone_from(&other.consent);
        }
        // Whoever once asked not to be recorded is not recorded.
        self.unrecorded.extend(other.unrecorded.iter().copied());
        *self != before
    }

    fn add_contact(&mut self, other: &Contact) {
        let same = |own: &&mut Contact| {
            let equal = |a: &str, b: &str| !a.is_empty() && a == b;
            equal(&own.phone, &other.phone)
                || equal(&own.email, &other.email)
                || equal(&own.wechat, &other.wechat)
                || **own == *other
        };
        // One who shares a number and has another address is another way to reach them.
        let fits = |own: &&mut Contact| {
            let agree = |a: &str, b: &str| a.is_empty() || b.is_empty() || a == b;
            agree(&own.phone, &other.phone) && agree(&own.email, &other.email) && agree(&own.wechat, &other.wechat)
        };
        let room = self.contacts.len() < MOST;
        match self.contacts.iter_mut().find(|own| same(own) && fits(own)) {
            Some(own) => {
                for (own, theirs) in [
                    (&mut own.name, &other.name),
                    (&mut own.title, &other.title),
                    (&mut own.phone, &other.phone),
                    (&mut own.email, &other.email),
                    (&mut own.wechat, &other.wechat),
                ] {
                    fill(own, theirs);
                }
            }
            None if room => self.contacts.push(other.clone()),
            None => {}
        }
    }

    /// Takes back what came by an [`Self::absorb`]: what stood here `before` and `after` it. What was changed by hand since stays.
    #[must_use]
    pub fn give_back(&self, before: &Self, after: &Self) -> Self {
        let value = |details: &Self| serde_json::to_value(details).unwrap_or_default();
        let present = value(self);
        let restored = restore(present, &value(before), &value(after));
        serde_json::from_value(restored).unwrap_or_else(|_| self.clone())
    }
}

fn fill(own: &mut String, theirs: &str) {
    if own.is_empty() {
        theirs.clone_into(own);
    }
}

fn restore(present: Value, before: &Value, after: &Value) -> Value {
    if present == *after {
        return before.clone();
    }
    match (present, before, after) {
        (Value::Object(present), Value::Object(before), Value::Object(after)) => {
            let null = Value::Null;
            let part = |of: &Map<String, Value>, name: &str| of.get(name).unwrap_or(&null).clone();
            let fields = present.into_iter().map(|(name, value)| {
                let restored = restore(value, &part(before, &name), &part(after, &name));
                (name, restored)
            });
            Value::Object(fields.collect())
        }
        (Value::Array(present), Value::Array(before), Value::Array(after)) => {
            let came = |item: &Value| after.contains(item) && !before.contains(item);
            let stayed = present.into_iter().filter(|item| !came(item)).collect::<Vec<_>>();
            // What the merge completed in place is put back as it was.
            let changed = before.iter().filter(|item| !after.contains(item)).cloned();
            let mut all: Vec<Value> = changed.chain(stayed).collect();
            all.dedup();
            Value::Array(all)
        }
        (present, _, _) => present,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn contact(phone: &str, email: &str) -> Contact {
        Contact { phone: phone.into(), email: email.into(), ..Contact::default() }
    }

    #[test]
    fn nothing_is_lost_and_nothing_overwritten() {
        let mut own = Details {
            name: "张伟".into(),
            contacts: vec![contact("+861", "")],
            tags: ["vip".to_owned()].into(),
            attributes: vec![("size".into(), "3".into())],
            ..Details::default()
        };
        let other = Details {
            name: "张先生".into(),
            company: "甲公司".into(),
            contacts: vec![contact("+861", "a@b.cn"), contact("+862", "")],
            tags: ["展会".to_owned()].into(),
            attributes: vec![("size".into(), "4".into()), ("来源页".into(), "/a".into())],
            ..Details::default()
        };
        assert!(own.absorb(&other));
        assert_eq!((own.name.as_str(), own.company.as_str()), ("张伟", "甲公司"));
        assert_eq!(own.contacts, [contact("+861", "a@b.cn"), contact("+862", "")]);
        assert_eq!(own.attributes, [("size".into(), "3".into()), ("来源页".into(), "/a".into())]);
        assert_eq!(own.tags.len(), 2);
        assert!(!own.absorb(&other), "a second time changes nothing");
    }

    #[test]
    fn what_was_changed_by_hand_since_stays() {
        let before = Details { contacts: vec![contact("+861", "")], ..Details::default() };
        let mut after = before.clone();
        after.absorb(&Details {
            city: "上海".into(),
            company: "甲".into(),
            contacts: vec![contact("+862", "")],
            ..Details::default()
        });
        let mut present = after.clone();
        present.city = "杭州".into();
        present.contacts.push(contact("+863", ""));
        let back = present.give_back(&before, &after);
        assert_eq!((back.city.as_str(), back.company.as_str()), ("杭州", ""));
        assert_eq!(back.contacts, [contact("+861", ""), contact("+863", "")]);
    }

    fn details() -> impl Strategy<Value = Details> {
        let word = || "[甲乙]{0,1}";
        let contact = ("[12]{0,1}", "[ab]{0,1}", word()).prop_map(|(phone, email, name)| Contact {
            name,
            phone,
            email,
            ..Contact::default()
        });
        let contacts = proptest::collection::vec(contact, 0..4);
        let attributes = proptest::collection::btree_map("[xy]", word(), 0..3);
        (word(), word(), contacts, proptest::collection::btree_set("[tu]", 0..3), attributes).prop_map(
            |(name, city, contacts, tags, attributes)| Details {
                name,
                city,
                contacts: contacts.into_iter().filter(|contact| !contact.is_empty()).collect(),
                tags,
                attributes: attributes.into_iter().collect(),
                ..Details::default()
            },
        )
    }

    proptest! {
        /// Merging and taking it back leaves what was there; merging twice is merging once; every number is found afterwards.
        #[test]
        fn a_merge_can_be_undone(before in details(), other in details()) {
            let mut after = before.clone();
            after.absorb(&other);
            for way in &other.contacts {
                prop_assert!(way.phone.is_empty() || after.contacts.iter().any(|own| own.phone == way.phone));
                prop_assert!(way.email.is_empty() || after.contacts.iter().any(|own| own.email == way.email));
            }
            prop_assert!(before.tags.is_subset(&after.tags) && other.tags.is_subset(&after.tags));
            prop_assert_eq!(after.give_back(&before, &after), before);
            let mut again = after.clone();
            prop_assert!(!again.absorb(&other), "{:?} {:?}", again, after);
        }
    }
}
