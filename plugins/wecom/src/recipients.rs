//! Who can be written to? Members are named by their ids, with bars between.

/// Longest id of a member.
const LENGTH: usize = 64;

/// Those whose ids are ids, each once, and the others.
pub fn usable(named: &[String]) -> (Vec<String>, Vec<String>) {
    let mut usable: Vec<String> = Vec::new();
    let mut refused = Vec::new();
    for member in named.iter().map(|member| member.trim()) {
        let is_id = !member.is_empty()
            && member.len() <= LENGTH
            && member.chars().all(|c| c.is_ascii_alphanumeric() || "_-@.".contains(c));
        if !is_id {
            refused.push(member.to_owned());
        } else if !usable.iter().any(|known| known == member) {
            usable.push(member.to_owned());
        }
    }
    (usable, refused)
}
