//! Doors: HTTP API, command line, wiring.
