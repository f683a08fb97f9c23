use mortise_sdk::notifier::{Attachment, Fact};

use super::*;

fn look(format: Format, locale: &'static str) -> Look<'static> {
    let most_bytes = if format == Format::Markdown { 4096 } else { 2048 };
    Look { format, locale, most_bytes, repeats: &[], mentions: &[] }
}

fn message(subjects: &[&str]) -> Message {
    Message {
        kind: "order-confirmed".into(),
        severity: Severity::Info,
        title: Text::new("订单已确认", "Order confirmed"),
        body: Text::new("客户：阿克米", "Customer: Acme"),
        facts: vec![Fact::new(Text::new("金额", "Amount"), "¥113.00")],
        subjects: subjects.iter().map(ToString::to_string).collect(),
        link: Some("https://m.example.com/orders/1".into()),
        ..Message::default()
    }
}

#[test]
fn a_message_in_both_formats_and_languages() {
    assert_eq!(
        write(&message(&["SO-1", "SO-2"]), &look(Format::Markdown, "zh-CN")),
        "### <font color=\"info\">订单已确认</font>\n**编号：SO-1、SO-2**\n客户：阿克米\n> 金额：¥113.00\n[查看详情](https://m.example.com/orders/1)"
    );
    assert_eq!(
        write(&message(&["SO-1"]), &look(Format::Text, "en")),
        "Order confirmed\nNo. SO-1\nCustomer: Acme\nAmount: ¥113.00\nhttps://m.example.com/orders/1"
    );
}

#[test]
fn urgency_repeats_mentions_and_files_are_seen() {
    let file = Attachment { name: "合同.pdf".into(), ..Attachment::default() };
    let message = Message { severity: Severity::Critical, attachments: vec![file], ..message(&["SO-1"]) };
    let mentions = ["zhangsan".to_owned(), "@all".to_owned()];
    let urgent = write(&message, &Look { repeats: &["SO-1"], mentions: &mentions, ..look(Format::Markdown, "zh") });
    assert!(urgent.starts_with("### <font color=\"warning\">【紧急】订单已确认</font>（可能重复）\n"), "{urgent}");
    assert!(
        urgent.ends_with("\n附件：合同.pdf\n[查看详情](https://m.example.com/orders/1)\n<@zhangsan><@all>"),
        "{urgent}"
    );
    let english = write(&message, &Look { repeats: &["SO-1"], ..look(Format::Text, "en-GB") });
    assert!(english.starts_with("[Critical] Order confirmed (possible repeat)\nNo. SO-1\n"), "{english}");
}

#[test]
fn of_several_numbers_only_the_repeat_is_marked() {
    let message = message(&["SO-1", "SO-2", "SO-3"]);
    let text = write(&message, &Look { repeats: &["SO-2"], ..look(Format::Text, "zh") });
    assert!(text.starts_with("订单已确认\n编号：SO-1、SO-2（可能重复）、SO-3\n"), "{text}");
    let text = write(&message, &Look { repeats: &["SO-3", "SO-2", "SO-1"], ..look(Format::Text, "zh") });
    assert!(text.starts_with("订单已确认（可能重复）\n编号：SO-1、SO-2、SO-3\n"), "{text}");
}

#[test]
fn a_long_body_is_cut_between_characters_and_the_numbers_stay() {
    for format in [Format::Markdown, Format::Text] {
        let most = look(format, "zh").most_bytes;
        for extra in 0..4 {
            let body = format!("{}{}", "a".repeat(extra), "长".repeat(3000));
            let message = Message { body: Text::same(body), ..message(&["SO-00000017", "SO-00000018"]) };
            let text = write(&message, &look(format, "zh"));
            assert!(text.len() <= most && text.len() > most - 4, "{}", text.len());
            assert!(text.contains("编号：SO-00000017、SO-00000018"));
            assert!(text.contains('…') && text.contains("https://m.example.com/orders/1"));
        }
    }
}

#[test]
fn more_numbers_than_fit_are_counted() {
    let numbers: Vec<String> = (0..1000).map(|at| format!("SO-{at:08}")).collect();
    let message = Message { subjects: numbers, title: Text::same("标".repeat(500)), ..message(&[]) };
    let text = write(&message, &look(Format::Text, "zh"));
    assert!(text.len() <= 2048, "{}", text.len());
    assert!(text.contains("SO-00000000、SO-00000001") && text.contains("… 共 1000 个"), "{text}");
    assert!(write(&message, &look(Format::Text, "en")).contains("… 1000 in all"));
    let tiny = write(&message, &Look { most_bytes: 60, ..look(Format::Text, "zh") });
    assert!(tiny.len() <= 203, "the head alone is left: {}", tiny.len());
}

#[test]
fn strangers_words_are_words_only() {
    let hostile = "<@all> <font color=\"warning\">x</font> [pay](http://evil) \u{7}";
    let message = Message {
        title: Text::same("a\nb"),
        body: Text::same(hostile),
        subjects: vec!["SO-1\n<@all>".into()],
        link: Some("https://x/) <@all>".into()),
        ..message(&[])
    };
    for format in [Format::Markdown, Format::Text] {
        let text = write(&message, &look(format, "zh"));
        assert!(!text.contains("<@") && !text.contains("](http") && !text.contains('\u{7}'), "{text}");
        assert!(text.contains("＜@all＞"), "{text}");
    }
}

#[test]
fn nothing_to_say_still_says_what_it_is_about() {
    let empty = Message { kind: "digest".into(), ..Message::default() };
    assert_eq!(write(&empty, &look(Format::Text, "zh")), "digest");
    assert_eq!(write(&Message::default(), &look(Format::Text, "zh")), "mortise");
    assert_eq!([cut("长长", 6), cut("长长", 5), cut("长长", 3), cut("长长", 2)], ["长长", "…", "…", ""]);
}
