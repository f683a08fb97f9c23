//! What a plugin wishes for, in plain words: what an admin will be asked to allow.

use mortise_domain::manifest::{CredentialSlot, HostRef, Manifest, Place, RecordKind};
use mortise_domain::text::Text;

/// One sentence for each wish and each credential.
pub fn wishes(manifest: &Manifest) -> Vec<Text> {
    let wishes = &manifest.wishes;
    let mut all = Vec::new();
    for wish in &wishes.http {
        let place = host(&wish.host);
        all.push(Text::new(
            format!("向{}发送请求：{}", place.zh, wish.reason.zh),
            format!("send requests to {}: {}", place.en, wish.reason.en),
        ));
    }
    if let Some(kv) = &wishes.kv {
        let size = size(kv.bytes);
        all.push(Text::new(
            format!("在调用之间保存最多 {size}：{}", kv.reason.zh),
            format!("keep up to {size} between calls: {}", kv.reason.en),
        ));
    }
    if let Some(records) = &wishes.records {
        let kinds: Vec<Text> = records.kinds.iter().map(|kind| kind_name(*kind)).collect();
        let zh = kinds.iter().map(|kind| kind.zh.as_str()).collect::<Vec<_>>().join("、");
        let en = kinds.iter().map(|kind| kind.en.as_str()).collect::<Vec<_>>().join(", ");
        all.push(Text::new(format!("读取{zh}：{}", records.reason.zh), format!("read {en}: {}", records.reason.en)));
    }
    for wish in &wishes.reveal {
        all.push(Text::new(
            format!("直接看到凭据“{}”的值：{}", wish.slot, wish.reason.zh),
            format!("see the value of the credential `{}` itself: {}", wish.slot, wish.reason.en),
        ));
    }
    all.extend(manifest.credentials.iter().map(credential));
    all
}

fn credential(slot: &CredentialSlot) -> Text {
    let origin = if slot.capture.is_some() {
        Text::new("由主机从对方的应答中获取", "taken by the host from the upstream's answer")
    } else if slot.required {
        Text::new("由管理员填写，必填", "filled in by an admin, required")
    } else {
        Text::new("由管理员填写，可选", "filled in by an admin, optional")
    };
    let way = if slot.hosts.is_empty() {
        Text::new("仅用于签名", "only signs with it")
    } else {
        let hosts: Vec<Text> = slot.hosts.iter().map(host).collect();
        let zh = hosts.iter().map(|host| host.zh.as_str()).collect::<Vec<_>>().join("、");
        let en = hosts.iter().map(|host| host.en.as_str()).collect::<Vec<_>>().join(", ");
        let places: Vec<Text> = slot.places.iter().map(|place| place_name(*place)).collect();
        let place_zh = places.iter().map(|place| place.zh.as_str()).collect::<Vec<_>>().join("、");
        let place_en = places.iter().map(|place| place.en.as_str()).collect::<Vec<_>>().join(", ");
        Text::new(format!("发往{zh}，写在{place_zh}"), format!("goes to {en}, in the {place_en}"))
    };
    Text::new(
        format!("使用凭据“{}”（{}；{}；{}）而看不到其值", slot.title.zh, slot.slot, origin.zh, way.zh),
        format!("use the credential `{}` ({}; {}; {}) without seeing it", slot.slot, slot.title.en, origin.en, way.en),
    )
}

fn host(host: &HostRef) -> Text {
    match host {
        HostRef::Origin(origin) => Text::same(format!("`{origin}`")),
        HostRef::Setting(name) => {
            Text::new(format!("设置项 `{name}` 中的主机"), format!("the host of the setting `{name}`"))
        }
    }
}

fn kind_name(kind: RecordKind) -> Text {
    match kind {
        RecordKind::Products => Text::new("商品", "products"),
        RecordKind::Prices => Text::new("价目表", "price lists"),
        RecordKind::Customers => Text::new("客户", "customers"),
        RecordKind::Orders => Text::new("历史订单", "earlier orders"),
        RecordKind::Codes => Text::new("编码对照", "code maps"),
    }
}

fn place_name(place: Place) -> Text {
    match place {
        Place::Header => Text::new("请求头", "header"),
        Place::Query => Text::new("查询参数", "query"),
        Place::Path => Text::new("路径", "path"),
        Place::Body => Text::new("正文", "body"),
    }
}

/// Bytes for people: whole numbers of the largest unit that fits.
pub(crate) fn size(bytes: u64) -> String {
    match bytes {
        0..1024 => format!("{bytes} B"),
        1024..1_048_576 => format!("{} KB", bytes.div_ceil(1024)),
        _ => format!("{}.{} MB", bytes >> 20, ((bytes & 0xf_ffff) * 10) >> 20),
    }
}
