//! Whole-system tests. The harness is here; the tests are in `tests/`, by what they show.
