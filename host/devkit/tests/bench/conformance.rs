//! The plugins that ship have what the conformance sets ask for: scenarios that pass, and nothing that any fault of the world
//! brings down.

use std::collections::BTreeMap;

use mortise_devkit::conformance::{coverage, exemptions, points, probe, strays, templates};
use mortise_devkit::play::play_all;
use mortise_devkit::scenario::{Found, find, read};
use mortise_domain::call::Interface;

use crate::guests::{bench, found, misbehaving, root, told};

const SHIPPED: [&str; 6] = [
    "examples/hello-pricing",
    "plugins/tiered-pricing",
    "plugins/order-rules",
    "plugins/u8",
    "plugins/amap",
    "plugins/wecom",
];

fn scenarios(folder: &str) -> Vec<Found> {
    let folder = root().join(folder).join("scenarios");
    find(&[folder]).unwrap().iter().map(|file| read(file).unwrap_or_else(|fault| panic!("{fault}"))).collect()
}

#[test]
fn scenarios_that_ship_pass() {
    let mut failed = String::new();
    for folder in SHIPPED {
        let verdicts = play_all(&bench(folder), &scenarios(folder), 4).unwrap();
        for verdict in verdicts.iter().filter(|verdict| !verdict.passed()) {
            failed.push_str(&told(verdict));
            failed.push('\n');
        }
    }
    assert!(failed.is_empty(), "{failed}");
}

#[test]
fn the_same_scenario_has_the_same_result_a_hundred_times() {
    let bench = bench("plugins/u8");
    for scenario in scenarios("plugins/u8").into_iter().filter(|found| found.name.contains("unknown-outcome")) {
        let alone = play_all(&bench, std::slice::from_ref(&scenario), 1).unwrap().remove(0).settled();
        assert!(alone.calls.len() > 1);
        for verdict in play_all(&bench, &vec![scenario; 100], 8).unwrap() {
            assert_eq!(verdict.settled(), alone);
        }
    }
}

#[test]
fn plugins_that_ship_cover_their_sets() {
    for folder in SHIPPED {
        let bench = bench(folder);
        let interfaces = bench.interfaces();
        let (scenarios, exempt) = (scenarios(folder), exemptions(&root().join(folder).join("scenarios")).unwrap());
        let open: Vec<String> = coverage(&interfaces, &scenarios, &exempt)
            .into_iter()
            .filter(|covered| !covered.settled())
            .map(|covered| covered.point.id())
            .collect();
        assert!(open.is_empty(), "{folder} does not cover {open:?}");
        let strays = strays(&interfaces, &scenarios, &exempt);
        assert!(strays.is_empty(), "{folder}: {strays:?}");
    }
}

#[test]
fn no_fault_of_the_world_brings_a_plugin_down() {
    let mut faults = Vec::new();
    for folder in SHIPPED {
        for probed in probe(&bench(folder), &scenarios(folder), 4).unwrap() {
            faults.extend(probed.fault.map(|fault| format!("{folder} {}, {}: {fault}", probed.function, probed.what)));
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn a_plugin_that_misbehaves_is_found() {
    let steps = r#"[{\"do\":\"send\",\"method\":\"GET\",\"url\":\"https://up.example/\",\"headers\":[],\"body\":null,\"basic\":false,\"times\":1},{\"do\":\"fail\",\"text\":\"no\"}]"#;
    let scenario = found(&format!(
        "settings: {{ upstream: https://up.example }}\ncredentials: {{ key: KEY-0001 }}\n\
         calls: [{{ function: locate, arguments: {{ query: {{ text: \"{steps}\" }} }} }}]"
    ));
    let probed = probe(&misbehaving(), &[scenario], 4).unwrap();
    let of = |function: &str| {
        let all = probed.iter().filter(|probed| probed.function == function);
        all.filter_map(|probed| probed.fault.as_ref()).map(ToString::to_string).collect::<Vec<_>>()
    };
    // After every one of the seven faults it says that the business refused.
    let located = of("geocoder.locate");
    assert_eq!(located.iter().filter(|fault| fault.contains("it says `rejected`")).count(), 7, "{located:?}");
    // It prices nothing of what is asked.
    assert!(of("pricing.price").iter().any(|fault| fault.contains("the host stopped it")), "{probed:?}");
}

#[test]
fn every_template_is_a_scenario_of_its_interface() {
    for interface in Interface::ALL {
        let folder = tempfile::tempdir().unwrap();
        let known: Vec<String> = points(interface).iter().map(mortise_devkit::conformance::Point::id).collect();
        assert!(known.len() >= 5, "{known:?}");
        for (name, text) in templates(interface) {
            assert!(text.contains("FILL-IN"), "{name} does not say what the author has to fill in");
            std::fs::write(folder.path().join(name), text).unwrap();
        }
        let files = find(&[folder.path().to_owned()]).unwrap();
        assert!(!files.is_empty());
        for file in files {
            let found = read(&file).unwrap_or_else(|fault| panic!("{fault}"));
            assert!(!found.scenario.covers.is_empty(), "{}", found.name);
            for id in &found.scenario.covers {
                assert!(known.contains(id), "{id} is no point of {known:?}");
            }
        }
    }
}

#[test]
fn exemptions_have_reasons() {
    let exempt = BTreeMap::from([("pricing.empty".to_owned(), " ".to_owned())]);
    let covered = coverage(&[Interface::Pricing], &[], &exempt);
    assert!(covered.iter().all(|covered| !covered.settled()));
}
