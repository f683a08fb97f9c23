// Written by `cargo run -p mortise-bindings` from `wit/v1`. Change that, not this.

/** What a function answers: at once, or once a promise is kept. An error is thrown. */
export type Answer<T> = T | Promise<T>;
