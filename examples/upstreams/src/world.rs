//! Everything the three vendors know.

use serde::{Deserialize, Serialize};

use crate::{
    amap::{self, Gazetteer},
    message::{Reply, Request, Vendor},
    settings::Settings,
    wecom::Wecom,
    yonyou::Yonyou,
};

/// What exists at the vendors; written to the state file as it stands.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct World {
    pub u8: Yonyou,
    pub amap: amap::Usage,
    pub wecom: Wecom,
}

/// What an answer depends on beside the world.
#[derive(Clone, Copy)]
pub struct Cx<'a> {
    pub settings: &'a Settings,
    pub gazetteer: &'a Gazetteer,
    pub now_ms: i64,
}

impl World {
    pub fn handle(&mut self, cx: Cx<'_>, request: &Request) -> Reply {
        match request.vendor {
            Vendor::U8 => self.u8.handle(cx, request),
            Vendor::Amap => self.amap.handle(cx, request),
            Vendor::Wecom => self.wecom.handle(cx, request),
        }
    }

    /// Every token given out so far is over.
    pub fn expire_tokens(&mut self, vendor: Vendor) {
        match vendor {
            Vendor::U8 => self.u8.expire_tokens(),
            Vendor::Wecom => self.wecom.expire_tokens(),
            Vendor::Amap => {}
        }
    }
}

/// How the vendor says "too many requests".
pub fn rate_limited(vendor: Vendor) -> Reply {
    match vendor {
        Vendor::U8 => crate::yonyou::rate_limited(),
        Vendor::Amap => amap::rate_limited(),
        Vendor::Wecom => crate::wecom::rate_limited(),
    }
}
