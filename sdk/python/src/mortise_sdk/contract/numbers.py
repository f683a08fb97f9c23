"""Whole numbers of known widths."""
# Written by `cargo run -p mortise-bindings` from `wit/v1`. Change that, not this.

from __future__ import annotations

from typing import Annotated, TypeAlias

U8: TypeAlias = Annotated[int, "u8"]
U16: TypeAlias = Annotated[int, "u16"]
U32: TypeAlias = Annotated[int, "u32"]
U64: TypeAlias = Annotated[int, "u64"]
S64: TypeAlias = Annotated[int, "s64"]


__all__ = [
    "S64", "U16", "U32", "U64", "U8",
]
