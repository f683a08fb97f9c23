//! Which addresses requests may be sent to.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// What kind of address it is, where it is not an ordinary public one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Loopback,
    Private,
    LinkLocal,
    /// Where clouds tell a machine its credentials.
    Metadata,
    /// Multicast, unspecified, reserved, tunnels: never the address of an upstream.
    Special,
}

impl Kind {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Loopback => "this machine itself",
            Self::Private => "a private network",
            Self::LinkLocal => "the local link",
            Self::Metadata => "a cloud's metadata service",
            Self::Special => "a special-purpose address",
        }
    }

    /// May a grant of private addresses allow it? `literal`: the granted origin is this very address.
    pub(crate) fn grantable(self, literal: bool) -> bool {
        match self {
            Self::Loopback | Self::Private | Self::LinkLocal => true,
            Self::Metadata => literal,
            Self::Special => false,
        }
    }
}

/// Is this host the address at which clouds give credentials to their machines?
pub fn is_metadata(host: &str) -> bool {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    host.parse().is_ok_and(|address| kind(address) == Some(Kind::Metadata))
}

/// None: an ordinary public address.
pub(crate) fn kind(address: IpAddr) -> Option<Kind> {
    match address {
        IpAddr::V4(address) => kind_v4(address),
        IpAddr::V6(address) => kind_v6(address),
    }
}

fn kind_v4(address: Ipv4Addr) -> Option<Kind> {
    match address.octets() {
        [169, 254, 169, 254] | [100, 100, 100, 200] | [192, 0, 0, 192] => Some(Kind::Metadata),
        [127, ..] => Some(Kind::Loopback),
        [10, ..] | [192, 168, ..] => Some(Kind::Private),
        [172, second, ..] if second & 0xf0 == 16 => Some(Kind::Private),
        // Shared by carriers and clouds.
        [100, second, ..] if second & 0xc0 == 64 => Some(Kind::Private),
        [169, 254, ..] => Some(Kind::LinkLocal),
        [0, ..] | [192, 0, 0 | 2, _] | [192, 88, 99, _] | [198, 18 | 19, ..] | [198, 51, 100, _] | [203, 0, 113, _] => {
            Some(Kind::Special)
        }
        [224..=255, ..] => Some(Kind::Special),
        _ => None,
    }
}

fn kind_v6(address: Ipv6Addr) -> Option<Kind> {
    if address.is_loopback() {
        return Some(Kind::Loopback);
    }
    if let Some(mapped) = address.to_ipv4_mapped() {
        return kind_v4(mapped);
    }
    match address.segments() {
        [0xfd00, 0x0ec2, 0, 0, 0, 0, 0, 0x0254] => Some(Kind::Metadata),
        [first, ..] if first & 0xfe00 == 0xfc00 => Some(Kind::Private),
        [first, ..] if first & 0xffc0 == 0xfe80 => Some(Kind::LinkLocal),
        // Teredo, benchmarks, ORCHID, documentation, 6to4.
        [0x2001, second, ..] if second < 0x0200 || second == 0x0db8 => Some(Kind::Special),
        [0x2002, ..] => Some(Kind::Special),
        [0x3fff, second, ..] if second < 0x1000 => Some(Kind::Special),
        // All that is not global unicast: unspecified, compatible, NAT64, discard, site-local, multicast.
        [first, ..] if first & 0xe000 != 0x2000 => Some(Kind::Special),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_range_has_its_kind() {
        let table: &[(&str, Option<Kind>)] = &[
            ("1.1.1.1", None),
            ("93.184.216.34", None),
            ("100.63.255.255", None),
            ("100.128.0.1", None),
            ("172.15.0.1", None),
            ("172.32.0.1", None),
            ("223.255.255.255", None),
            ("2606:4700::1111", None),
            ("2400:3200::1", None),
            ("::ffff:1.1.1.1", None),
            ("127.0.0.1", Some(Kind::Loopback)),
            ("127.255.255.254", Some(Kind::Loopback)),
            ("::1", Some(Kind::Loopback)),
            ("::ffff:127.0.0.1", Some(Kind::Loopback)),
            ("10.0.0.1", Some(Kind::Private)),
            ("172.16.0.1", Some(Kind::Private)),
            ("172.31.255.255", Some(Kind::Private)),
            ("192.168.1.1", Some(Kind::Private)),
            ("100.64.0.1", Some(Kind::Private)),
            ("fc00::1", Some(Kind::Private)),
            ("fd12:3456::1", Some(Kind::Private)),
            ("::ffff:10.1.2.3", Some(Kind::Private)),
            ("169.254.1.1", Some(Kind::LinkLocal)),
            ("fe80::1", Some(Kind::LinkLocal)),
            ("169.254.169.254", Some(Kind::Metadata)),
            ("100.100.100.200", Some(Kind::Metadata)),
            ("::ffff:169.254.169.254", Some(Kind::Metadata)),
            ("fd00:ec2::254", Some(Kind::Metadata)),
            ("0.0.0.0", Some(Kind::Special)),
            ("0.1.2.3", Some(Kind::Special)),
            ("192.0.2.1", Some(Kind::Special)),
            ("192.0.0.1", Some(Kind::Special)),
            ("192.0.0.170", Some(Kind::Special)),
            ("192.88.99.1", Some(Kind::Special)),
            ("198.18.0.1", Some(Kind::Special)),
            ("198.19.255.255", Some(Kind::Special)),
            ("198.51.100.1", Some(Kind::Special)),
            ("203.0.113.1", Some(Kind::Special)),
            ("224.0.0.1", Some(Kind::Special)),
            ("239.255.255.255", Some(Kind::Special)),
            ("240.0.0.1", Some(Kind::Special)),
            ("255.255.255.255", Some(Kind::Special)),
            ("::", Some(Kind::Special)),
            ("::127.0.0.1", Some(Kind::Special)),
            ("64:ff9b::7f00:1", Some(Kind::Special)),
            ("64:ff9b::808:808", Some(Kind::Special)),
            ("64:ff9b:1::7f00:1", Some(Kind::Special)),
            ("::ffff:0:127.0.0.1", Some(Kind::Special)),
            ("100::1", Some(Kind::Special)),
            ("2002:7f00:1::", Some(Kind::Special)),
            ("2002:808:808::1", Some(Kind::Special)),
            ("2001::1", Some(Kind::Special)),
            ("2001:0:4136:e378:8000:63bf:3fff:fdd2", Some(Kind::Special)),
            ("2001:2::1", Some(Kind::Special)),
            ("2001:20::1", Some(Kind::Special)),
            ("3fff::1", Some(Kind::Special)),
            ("fe80::1:2:3:4", Some(Kind::LinkLocal)),
            ("febf::1", Some(Kind::LinkLocal)),
            ("fdff:ffff::1", Some(Kind::Private)),
            ("2001:db8::1", Some(Kind::Special)),
            ("fec0::1", Some(Kind::Special)),
            ("ff02::1", Some(Kind::Special)),
        ];
        for (address, expected) in table {
            assert_eq!(kind(address.parse().unwrap()), *expected, "{address}");
        }
    }
}
