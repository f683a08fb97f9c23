//! What is in a plugin's file, in plain words: for whoever decides whether to install it. Nothing of it runs.

use mortise_domain::manifest::{CredentialSlot, Manifest, Place};
use mortise_domain::publisher::{PublisherKey, Standing};
use mortise_domain::user::Language;
use mortise_runtime::Inspection;
use serde_json::Value;

/// Describes it. `keys`: publishers' keys that count.
pub fn describe(found: &Inspection, keys: &[PublisherKey], language: Language) -> String {
    let mut page = Page { language, text: String::new() };
    let manifest = &found.manifest;
    head(&mut page, found);
    settings(&mut page, &manifest.settings);
    wishes(&mut page, manifest);
    credentials(&mut page, manifest);
    signatures(&mut page, found, keys);
    page.text
}

struct Page {
    language: Language,
    text: String,
}

impl Page {
    /// The sentence in the report's language.
    fn say<'a>(&self, zh: &'a str, en: &'a str) -> &'a str {
        match self.language {
            Language::Zh => zh,
            Language::En => en,
        }
    }

    fn of<'a>(&self, text: &'a mortise_domain::text::Text) -> &'a str {
        self.say(&text.zh, &text.en)
    }

    fn line(&mut self, line: &str) {
        // What a stranger wrote must not steer a terminal.
        self.text.extend(line.chars().filter(|letter| !letter.is_control()));
        self.text.push('\n');
    }

    fn list(&mut self, title: &str, items: &[String]) {
        let colon = self.say("：", ": ");
        if items.is_empty() {
            let none = self.say("无", "none");
            self.line(&format!("{title}{colon}{none}"));
            return;
        }
        self.line(&format!("{title}{}", colon.trim_end()));
        for item in items {
            self.line(&format!("  {item}"));
        }
    }
}

fn head(page: &mut Page, found: &Inspection) {
    let Manifest { name, version, publisher, contract, title, description, .. } = &found.manifest;
    let (title, description) = (page.of(title).to_owned(), page.of(description).to_owned());
    page.line(&format!("{title} ({name} {version})"));
    page.line(&format!("  {description}"));
    let colon = page.say("：", ": ");
    let fact = |page: &mut Page, zh: &str, en: &str, value: &str| {
        let line = format!("{}{colon}{value}", page.say(zh, en));
        page.line(&line);
    };
    fact(page, "发布者", "Publisher", publisher);
    fact(page, "摘要", "Digest", &format!("sha256:{}", found.hash));
    let bytes = format!("{} {}", found.bytes, page.say("字节", "bytes"));
    fact(page, "大小", "Size", &bytes);
    fact(page, "接口契约", "Contract", contract);
    let interfaces: Vec<String> = found.interfaces.iter().map(|interface| interface.name().to_owned()).collect();
    page.list(page.say("提供的接口", "Exports"), &interfaces);
    page.list(page.say("使用的接口", "Imports"), &found.imports);
    if found.wasi {
        let empty =
            page.say("WASI 为空：没有文件、套接字和环境变量", "WASI is empty: no files, no sockets, no environment");
        page.line(&format!("  {empty}"));
    }
}

fn settings(page: &mut Page, schema: &Value) {
    let required = schema.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
    let required: Vec<&str> = required.collect();
    let properties = schema.get("properties").and_then(Value::as_object).into_iter().flatten();
    let items: Vec<String> = properties
        .map(|(name, property)| {
            let chinese = property.pointer("/x-zh/title").filter(|_| page.language == Language::Zh);
            let title = chinese.or_else(|| property.get("title")).and_then(Value::as_str).unwrap_or_default();
            let must = if required.contains(&name.as_str()) { page.say("（必填）", " (required)") } else { "" };
            format!("{name}{must}  {title}").trim_end().to_owned()
        })
        .collect();
    page.list(page.say("设置", "Settings"), &items);
}

fn wishes(page: &mut Page, manifest: &Manifest) {
    let items: Vec<String> = manifest.wishes_in_words().iter().map(|wish| page.of(wish).to_owned()).collect();
    page.list(page.say("希望得到的许可", "Wishes"), &items);
}

fn credentials(page: &mut Page, manifest: &Manifest) {
    let items: Vec<String> = manifest.credentials.iter().map(|slot| credential(page, slot)).collect();
    page.list(page.say("凭据", "Credentials"), &items);
}

fn credential(page: &Page, slot: &CredentialSlot) -> String {
    let comma = page.say("、", ", ");
    let mut marks = Vec::new();
    if slot.required {
        marks.push(page.say("必填", "required").to_owned());
    }
    if slot.capture.is_some() {
        marks.push(page.say("由主机从应答中取得", "taken from an answer by the host").to_owned());
    }
    if slot.hosts.is_empty() {
        marks.push(page.say("只用于签名", "only signs").to_owned());
    } else {
        let hosts: Vec<String> = slot.hosts.iter().map(|host| page.of(&host.title()).to_owned()).collect();
        let places: Vec<&str> = slot.places.iter().map(|place| part(page, *place)).collect();
        let (to, within) = (page.say("发往", "goes to"), page.say("，位于", " in its"));
        marks.push(format!("{to} {}{within} {}", hosts.join(comma), places.join(comma)));
    }
    format!("{}  {}{}{}", slot.slot, page.of(&slot.title), page.say("：", ": "), marks.join(page.say("；", "; ")))
}

fn part<'a>(page: &Page, place: Place) -> &'a str {
    match place {
        Place::Header => page.say("请求头", "headers"),
        Place::Query => page.say("查询串", "query"),
        Place::Path => page.say("路径", "path"),
        Place::Body => page.say("正文", "body"),
    }
}

fn signatures(page: &mut Page, found: &Inspection, keys: &[PublisherKey]) {
    let all = found.signatures.each(&found.manifest.publisher, keys);
    let items: Vec<String> = all.iter().map(|standing| signature(page, standing)).collect();
    page.list(page.say("签名", "Signatures"), &items);
    if !items.is_empty() {
        let what = page.say("所签内容", "what is signed");
        page.line(&format!("  {what}  sha256:{}", found.signatures.content()));
    }
}

fn signature(page: &Page, standing: &Standing) -> String {
    let key = |key: &str| if key.is_empty() { "?".to_owned() } else { key.to_owned() };
    match standing {
        Standing::Trusted { publisher, key } => {
            format!(
                "{key}  {} {publisher}",
                page.say("与文件相符，属于发布者", "fits the file, and is of its publisher")
            )
        }
        Standing::Unknown { keys } => {
            let known = page.say("未核对：没有这把密钥", "not checked: this key is not at hand");
            format!("{}  {known}", key(&keys.join(" ")))
        }
        Standing::Revoked { publisher, key, at } => {
            format!(
                "{key}  {} {publisher} ({at})",
                page.say("密钥已撤销，曾属于", "with a key that was revoked, once of")
            )
        }
        Standing::OtherPublisher { publisher, key } => {
            format!("{key}  {} {publisher}", page.say("属于另一个发布者", "is of another publisher:"))
        }
        Standing::Broken { key: id } => {
            format!("{}  {}", key(id), page.say("与文件不符", "does not fit the file"))
        }
        Standing::Unreadable { detail } => format!("{}  {detail}", page.say("无法读取", "cannot be read")),
        Standing::Unsigned => page.say("无", "none").to_owned(),
    }
}
