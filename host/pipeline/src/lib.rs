//! Work: what happens to an order over time.
