//! Which addresses the service may be sent to by a URL.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Networks that are not for the public: 24 bits and less of an IPv4 address, from the registry of special purposes
/// (IANA, RFC 6890), multicast (RFC 5771) and 6to4 relays (RFC 7526).
const SPECIAL: [(Ipv4Addr, u32); 16] = [
    (Ipv4Addr::new(0, 0, 0, 0), 8),
    (Ipv4Addr::new(10, 0, 0, 0), 8),
    (Ipv4Addr::new(100, 64, 0, 0), 10),
    (Ipv4Addr::new(127, 0, 0, 0), 8),
    (Ipv4Addr::new(169, 254, 0, 0), 16),
    (Ipv4Addr::new(172, 16, 0, 0), 12),
    (Ipv4Addr::new(192, 0, 0, 0), 24),
    (Ipv4Addr::new(192, 0, 2, 0), 24),
    (Ipv4Addr::new(192, 31, 196, 0), 24),
    (Ipv4Addr::new(192, 52, 193, 0), 24),
    (Ipv4Addr::new(192, 88, 99, 0), 24),
    (Ipv4Addr::new(192, 168, 0, 0), 16),
    (Ipv4Addr::new(198, 18, 0, 0), 15),
    (Ipv4Addr::new(198, 51, 100, 0), 24),
    (Ipv4Addr::new(203, 0, 113, 0), 24),
    (Ipv4Addr::new(224, 0, 0, 0), 3),
];

/// Whether a photo may be fetched from this address; with `private`, from this machine and its own network too, but
/// never from where machines of a cloud are told their secrets.
pub(super) fn is_allowed(address: IpAddr, private: bool) -> bool {
    is_public(address) || (private && is_own(address))
}

fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => !SPECIAL.iter().any(|(net, bits)| is_in(address, *net, *bits)),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

/// Of IPv6 only what is handed out to the public, 2000::/3, less what in it is none: protocol assignments and Teredo
/// (2001::/23), documentation (2001:db8::/32, 3fff::/20) and 6to4 (2002::/16). All that stands for IPv4 addresses
/// (mapped, NAT64) lies outside.
fn is_public_v6(address: Ipv6Addr) -> bool {
    let [first, second, ..] = address.segments();
    let is_special = match first {
        0x2001 => second < 0x0200 || second == 0x0db8,
        0x2002 => true,
        0x3fff => second < 0x1000,
        _ => false,
    };
    first & 0xe000 == 0x2000 && !is_special
}

/// This machine and private networks (RFC 1918, RFC 4193), but for the metadata of clouds in fd00:ec2::/32.
fn is_own(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => address.is_loopback() || address.is_private(),
        IpAddr::V6(address) => {
            let [first, second, ..] = address.segments();
            address.is_loopback() || (address.is_unique_local() && (first, second) != (0xfd00, 0x0ec2))
        }
    }
}

fn is_in(address: Ipv4Addr, net: Ipv4Addr, bits: u32) -> bool {
    let mask = u32::MAX << (32 - bits);
    address.to_bits() & mask == net.to_bits()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is(address: &str, private: bool) -> bool {
        is_allowed(address.parse().unwrap(), private)
    }

    #[test]
    fn public_addresses_are_allowed() {
        for address in [
            "1.1.1.1",
            "8.8.8.8",
            "9.255.255.255",
            "11.0.0.0",
            "100.63.255.255",
            "100.128.0.0",
            "126.255.255.255",
            "172.15.255.255",
            "172.32.0.0",
            "192.167.255.255",
            "192.169.0.0",
            "223.255.255.255",
            "2606:4700::1111",
            "2001:4860:4860::8888",
            "2a00:1450::1",
            "3ffe::1",
        ] {
            assert!(is(address, false), "{address}");
        }
    }

    #[test]
    fn others_are_not() {
        for address in [
            "0.0.0.0",
            "0.1.2.3",
            "10.0.0.1",
            "10.255.255.255",
            "100.64.0.1",
            "100.100.100.200",
            "127.0.0.1",
            "127.255.255.255",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.192",
            "192.168.1.1",
            "198.18.0.1",
            "198.19.255.255",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:8.8.8.8",
            "::127.0.0.1",
            "64:ff9b::7f00:1",
            "64:ff9b:1::1",
            "fc00::1",
            "fd00:ec2::254",
            "fe80::1",
            "fec0::1",
            "ff02::1",
            "2002:7f00:1::",
            "2001::1",
            "2001:db8::1",
            "100::1",
            "3fff::1",
            "5f00::1",
        ] {
            assert!(!is(address, false), "{address}");
        }
    }

    #[test]
    fn the_own_network_is_when_it_is_asked_for_but_metadata_never() {
        for address in ["127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "::1", "fd12::1", "8.8.8.8"] {
            assert!(is(address, true), "{address}");
        }
        for address in
            ["169.254.169.254", "fd00:ec2::254", "100.100.100.200", "192.0.0.192", "fe80::1", "0.0.0.0"]
        {
            assert!(!is(address, true), "{address}");
        }
    }
}
