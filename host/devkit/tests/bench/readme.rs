//! The example in the crate's README is a scenario that passes.

use mortise_devkit::play::play;

use crate::guests::{bench, found, root, told};

#[test]
fn the_example_passes() {
    let text = std::fs::read_to_string(root().join("host/devkit/README.md")).unwrap();
    let blocks: Vec<&str> = text.split("```yaml\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    assert_eq!(blocks.len(), 1, "one whole example");
    let verdict = play(&bench("plugins/wecom"), &found(blocks[0])).unwrap();
    assert!(verdict.passed(), "{}", told(&verdict));
    assert_eq!(verdict.calls.len(), 3);
}
