"""The words of the contract, of all interfaces."""
# Written by `cargo run -p mortise-bindings` from `wit/v1`. Change that, not this.

from __future__ import annotations

from . import erp, geocoder, inventory, notifier, numbers, order_policy, pricing, records, types
from .erp import *
from .geocoder import *
from .inventory import *
from .notifier import *
from .numbers import *
from .order_policy import *
from .pricing import *
from .records import *
from .types import *

__all__: list[str] = []
__all__ += erp.__all__
__all__ += geocoder.__all__
__all__ += inventory.__all__
__all__ += notifier.__all__
__all__ += numbers.__all__
__all__ += order_policy.__all__
__all__ += pricing.__all__
__all__ += records.__all__
__all__ += types.__all__
