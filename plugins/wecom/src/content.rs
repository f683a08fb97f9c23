//! What stands in a message? Within the channel's bytes, the numbers that it is about are the last to go.

use mortise_sdk::Text;
use mortise_sdk::notifier::{Message, Severity};

use crate::settings::Format;

const CUT: &str = "…";
/// A title longer than this says nothing more.
const TITLE_BYTES: usize = 200;
/// A link longer than this is cut off by the clients; a part of a link is worth nothing.
const LINK_BYTES: usize = 600;

/// How a message is to look.
#[derive(Debug, Clone)]
pub struct Look<'a> {
    pub format: Format,
    /// Language of the reader.
    pub locale: &'a str,
    /// Bytes in UTF-8.
    pub most_bytes: usize,
    /// Numbers that may have been told before.
    pub repeats: &'a [&'a str],
    /// Members to be called by name, where the format has that within the text.
    pub mentions: &'a [String],
}

impl Look<'_> {
    fn local<'t>(&self, text: &'t Text) -> &'t str {
        text.in_locale(self.locale)
    }

    /// A word of ours in the reader's language.
    fn word(&self, zh: &'static str, en: &'static str) -> &'static str {
        let chinese = Text::new("zh", "en").in_locale(self.locale) == "zh";
        if chinese { zh } else { en }
    }

    fn repeat_mark(&self) -> &'static str {
        self.word("（可能重复）", " (possible repeat)")
    }

    /// May all that the message is about have been told before?
    fn repeats_all(&self, message: &Message) -> bool {
        !message.subjects.is_empty() && message.subjects.iter().all(|number| self.repeats.contains(&number.as_str()))
    }
}

/// The message as one text.
pub fn write(message: &Message, look: &Look<'_>) -> String {
    let head = head(message, look);
    let tail = tail(message, look);
    let room = look.most_bytes.saturating_sub(head.len());
    let subjects = subjects(message, look, room);
    let room = room.saturating_sub(subjects.len());
    // Link and mentions are whole or not there.
    let tail = if tail.len() <= room { tail } else { String::new() };
    let middle = cut(&middle(message, look), room.saturating_sub(tail.len()));
    format!("{head}{subjects}{middle}{tail}")
}

fn head(message: &Message, look: &Look<'_>) -> String {
    let title = [look.local(&message.title), message.kind.as_str()].into_iter().find(|title| !title.is_empty());
    let title = cut(&plain(title.unwrap_or("mortise")).replace('\n', " "), TITLE_BYTES);
    let mark = match message.severity {
        Severity::Info => "",
        Severity::Warning => look.word("【注意】", "[Warning] "),
        Severity::Critical => look.word("【紧急】", "[Critical] "),
    };
    let repeat = if look.repeats_all(message) { look.repeat_mark() } else { "" };
    match look.format {
        Format::Markdown => {
            let colour = if message.severity == Severity::Info { "info" } else { "warning" };
            format!("### <font color=\"{colour}\">{mark}{title}</font>{repeat}")
        }
        Format::Text => format!("{mark}{title}{repeat}"),
    }
}

/// The numbers on a line of their own, those that are repeats marked where not all are; where not even they fit, as many as do
/// and how many there are.
fn subjects(message: &Message, look: &Look<'_>, room: usize) -> String {
    if message.subjects.is_empty() {
        return String::new();
    }
    let label = look.word("编号：", "No. ");
    let comma = look.word("、", ", ");
    let bold = if look.format == Format::Markdown { "**" } else { "" };
    let some = !look.repeats_all(message);
    let mark = |number: &String| if some && look.repeats.contains(&number.as_str()) { look.repeat_mark() } else { "" };
    let numbers: Vec<String> =
        message.subjects.iter().map(|number| plain(number).replace('\n', " ") + mark(number)).collect();
    let line = |numbers: &[String], rest: &str| format!("\n{bold}{label}{}{rest}{bold}", numbers.join(comma));
    let whole = line(&numbers, "");
    if whole.len() <= room {
        return whole;
    }
    let rest = format!("{CUT} {}{}{}", look.word("共 ", ""), numbers.len(), look.word(" 个", " in all"));
    (0..numbers.len())
        .rev()
        .map(|count| line(numbers.get(..count).unwrap_or_default(), &rest))
        .find(|line| line.len() <= room)
        .unwrap_or_default()
}

fn middle(message: &Message, look: &Look<'_>) -> String {
    let mut text = String::new();
    let body = plain(look.local(&message.body));
    if !body.is_empty() {
        text.push('\n');
        text.push_str(&body);
    }
    let colon = look.word("：", ": ");
    for fact in &message.facts {
        let (name, value) = (plain(look.local(&fact.name)), plain(&fact.value).replace('\n', " "));
        match look.format {
            Format::Markdown => text.extend(["\n> ", &name, colon, &value]),
            Format::Text => text.extend(["\n", &name, colon, &value]),
        }
    }
    if !message.attachments.is_empty() {
        let names: Vec<String> = message.attachments.iter().map(|file| plain(&file.name).replace('\n', " ")).collect();
        let label = look.word("附件：", "Attachments: ");
        text.extend(["\n", label, &names.join(", ")]);
    }
    text
}

fn tail(message: &Message, look: &Look<'_>) -> String {
    let mut text = String::new();
    let web = |link: &&String| {
        (link.starts_with("https://") || link.starts_with("http://"))
            && link.len() <= LINK_BYTES
            && !link.contains(|c: char| c.is_whitespace() || c.is_control() || "<>()[]\"".contains(c))
    };
    if let Some(link) = message.link.as_ref().filter(web) {
        let open = look.word("查看详情", "Open");
        match look.format {
            Format::Markdown => text.extend(["\n[", open, "](", link, ")"]),
            Format::Text => text.extend(["\n", link]),
        }
    }
    if look.format == Format::Markdown && !look.mentions.is_empty() {
        let called: String =
            look.mentions.iter().flat_map(|member| ["<@", member.trim_start_matches('@'), ">"]).collect();
        text.extend(["\n", &called]);
    }
    text
}

/// Orders carry what strangers wrote: no mention, no colour and no link of theirs gets through. There is no way to escape
/// these signs, so their full-width twins stand in.
fn plain(text: &str) -> String {
    let clean: String = text
        .trim()
        .chars()
        .filter(|c| *c == '\n' || !c.is_control())
        .map(|c| match c {
            '<' => '＜',
            '>' => '＞',
            c => c,
        })
        .collect();
    clean.replace("](", "］(")
}

/// At most so many bytes, cut between characters.
pub fn cut(text: &str, most: usize) -> String {
    if text.len() <= most {
        return text.to_owned();
    }
    let Some(room) = most.checked_sub(CUT.len()) else { return String::new() };
    format!("{}{CUT}", text.get(..text.floor_char_boundary(room)).unwrap_or_default())
}

#[cfg(test)]
#[path = "content/tests.rs"]
mod tests;
