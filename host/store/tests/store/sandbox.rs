//! Memory of plugins between calls.

use std::time::Duration;

use mortise_domain::instant::Instant;
use mortise_domain::ports::sandbox::KeyValue;

use crate::harness::{Harness, on_both, together};

on_both! { values_come_and_go, a_space_has_a_size, swaps_are_atomic, keys_in_byte_order }

const MOST: u64 = 1_000;

async fn values_come_and_go(h: Harness) {
    let kv: &dyn KeyValue = &h.store;
    let soon = h.now().after(Duration::from_secs(10));
    assert!(kv.set("a", "k", &[0, 255, 7], soon, MOST, h.now()).await.unwrap());
    assert_eq!(kv.get("a", "k", h.now()).await.unwrap(), Some(vec![0, 255, 7]));
    assert_eq!(kv.get("b", "k", h.now()).await.unwrap(), None);
    assert_eq!(kv.get("a", "k", soon).await.unwrap(), None, "expired");
    assert!(kv.set("a", "k", b"", Instant::NEVER, MOST, h.now()).await.unwrap());
    assert_eq!(kv.get("a", "k", soon).await.unwrap(), Some(vec![]));
    kv.delete("a", "k").await.unwrap();
    kv.delete("a", "k").await.unwrap();
    assert_eq!(kv.get("a", "k", h.now()).await.unwrap(), None);
}

async fn a_space_has_a_size(h: Harness) {
    let kv: &dyn KeyValue = &h.store;
    let soon = h.now().after(Duration::from_secs(10));
    assert!(kv.set("a", "k1", &[1; 8], soon, 20, h.now()).await.unwrap());
    assert!(kv.set("a", "k2", &[1; 8], Instant::NEVER, 20, h.now()).await.unwrap());
    assert!(!kv.set("a", "k3", &[], Instant::NEVER, 20, h.now()).await.unwrap());
    assert!(!kv.set("a", "k1", &[1; 9], soon, 20, h.now()).await.unwrap());
    assert_eq!(kv.get("a", "k1", h.now()).await.unwrap(), Some(vec![1; 8]));
    assert!(kv.set("a", "k1", &[1; 7], soon, 20, h.now()).await.unwrap());
    assert!(kv.set("b", "k3", &[1; 18], Instant::NEVER, 20, h.now()).await.unwrap(), "another space");
    assert_eq!(kv.swap("a", "k4", None, &[], 20, h.now()).await.unwrap(), None);
    assert!(kv.set("a", "k4", &[1; 8], Instant::NEVER, 20, soon).await.unwrap(), "the expired value made room");
    assert_eq!(kv.keys("a", "", 10, h.now()).await.unwrap(), ["k2", "k4"]);
    kv.delete("a", "k2").await.unwrap();
    assert!(kv.set("a", "k5", &[1; 8], soon, 20, h.now()).await.unwrap());
    h.store.sweep(soon).await.unwrap();
    assert_eq!(kv.keys("a", "", 10, h.now()).await.unwrap(), ["k4"]);
    assert!(kv.set("a", "k6", &[1; 8], Instant::NEVER, 20, h.now()).await.unwrap(), "the sweep made room");
}

async fn swaps_are_atomic(h: Harness) {
    let kv: &dyn KeyValue = &h.store;
    let now = h.now();
    assert_eq!(kv.swap("a", "n", Some(b"0"), b"1", MOST, now).await.unwrap(), Some(false));
    assert_eq!(kv.swap("a", "n", None, &0_u32.to_be_bytes(), MOST, now).await.unwrap(), Some(true));
    assert_eq!(kv.swap("a", "n", None, b"1", MOST, now).await.unwrap(), Some(false));
    let stores = [h.store.clone(), h.other_node().await];
    together(10, |at| {
        let store = stores[at % 2].clone();
        async move {
            loop {
                let before = store.get("a", "n", now).await.unwrap().unwrap();
                let number = u32::from_be_bytes(before.as_slice().try_into().unwrap()) + 1;
                let swapped = store.swap("a", "n", Some(&before), &number.to_be_bytes(), MOST, now).await.unwrap();
                if swapped == Some(true) {
                    break;
                }
            }
        }
    })
    .await;
    assert_eq!(kv.get("a", "n", now).await.unwrap(), Some(10_u32.to_be_bytes().to_vec()));
    let soon = now.after(Duration::from_secs(1));
    kv.set("a", "t", b"x", soon, MOST, now).await.unwrap();
    assert_eq!(kv.swap("a", "t", None, b"y", MOST, soon).await.unwrap(), Some(true), "expired is as good as absent");
}

async fn keys_in_byte_order(h: Harness) {
    let kv: &dyn KeyValue = &h.store;
    for key in ["ab", "aB", "a", "é", "b", "a/1", "a/10", "a/2", "\u{10ffff}"] {
        kv.set("a", key, b"", Instant::NEVER, MOST, h.now()).await.unwrap();
    }
    let keys = async |prefix: &str, limit| kv.keys("a", prefix, limit, h.now()).await.unwrap();
    assert_eq!(keys("", 99).await, ["a", "a/1", "a/10", "a/2", "aB", "ab", "b", "é", "\u{10ffff}"]);
    assert_eq!(keys("a/", 99).await, ["a/1", "a/10", "a/2"]);
    assert_eq!(keys("a/1", 1).await, ["a/1"]);
    assert_eq!(keys("\u{10ffff}", 9).await, ["\u{10ffff}"]);
    assert_eq!(keys("z", 9).await, [""; 0]);
}
