//! The address of a client: the peer, or what a trusted proxy says of its peer.

use crate::{app::App, settings::IpNetwork};
use actix_web::{HttpRequest, http::header, web::Data};
use std::net::{IpAddr, SocketAddr};

/// The client's address; `None` only where there is no connection.
///
/// `Forwarded` (RFC 7239) and `X-Forwarded-For` count only when the peer is a trusted proxy, and of them the last entry that
/// is not a trusted proxy itself. A request that carries both is taken to come from the proxy: one of the two was not written
/// by it.
pub fn client_address(request: &HttpRequest) -> Option<IpAddr> {
    let peer = request.peer_addr()?.ip().to_canonical();
    let app = request.app_data::<Data<App>>()?;
    Some(behind(peer, &app.context().settings.server.trusted_proxies, &forwarded(request)))
}

/// The last untrusted address before the peer, as far as trusted proxies tell.
fn behind(peer: IpAddr, trusted: &[IpNetwork], chain: &[Option<IpAddr>]) -> IpAddr {
    let is_trusted = |address: IpAddr| trusted.iter().any(|network| network.contains(address));
    let mut client = peer;
    let mut earlier = chain.iter().rev();
    while is_trusted(client) {
        match earlier.next() {
            Some(Some(address)) => client = *address,
            // Nothing more, or something hidden: the proxy is all that is known.
            Some(None) | None => break,
        }
    }
    client
}

/// The addresses the proxies have noted, the client first; `None` for one that cannot be read.
fn forwarded(request: &HttpRequest) -> Vec<Option<IpAddr>> {
    let lines = |name: &str| -> Vec<String> {
        let values = request.headers().get_all(name).filter_map(|value| value.to_str().ok());
        values.flat_map(|value| value.split(',')).map(|entry| entry.trim().to_owned()).collect()
    };
    let (standard, usual) = (lines(header::FORWARDED.as_str()), lines("x-forwarded-for"));
    match (standard.is_empty(), usual.is_empty()) {
        (false, true) => standard.iter().map(|entry| for_parameter(entry)).collect(),
        (true, false) => usual.iter().map(|entry| address(entry)).collect(),
        _ => Vec::new(),
    }
}

/// The address in `for=` of one element of `Forwarded`.
fn for_parameter(element: &str) -> Option<IpAddr> {
    let pairs = element.split(';').filter_map(|pair| pair.split_once('='));
    let (_, node) = pairs.into_iter().find(|(name, _)| name.trim().eq_ignore_ascii_case("for"))?;
    address(node.trim().trim_matches('"'))
}

/// An address with or without a port, IPv6 with or without brackets.
fn address(node: &str) -> Option<IpAddr> {
    let bare = || node.trim_start_matches('[').trim_end_matches(']').parse().ok();
    let with_port = || node.parse::<SocketAddr>().ok().map(|socket| socket.ip());
    bare().or_else(with_port).map(|address: IpAddr| address.to_canonical())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use actix_web::test::TestRequest;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    fn chain(headers: &[(&'static str, &'static str)]) -> Vec<Option<IpAddr>> {
        let request = headers.iter().fold(TestRequest::default(), |request, header| request.append_header(*header));
        forwarded(&request.to_http_request())
    }

    #[test]
    fn only_trusted_proxies_are_believed() {
        let trusted = [IpNetwork::parse("10.0.0.0/8").unwrap()];
        let told = chain(&[("x-forwarded-for", "203.0.113.9, 198.51.100.7, 10.0.0.3")]);
        assert_eq!(behind(ip("10.0.0.2"), &trusted, &told), ip("198.51.100.7"));
        assert_eq!(behind(ip("192.0.2.1"), &trusted, &told), ip("192.0.2.1"));
        assert_eq!(behind(ip("10.0.0.2"), &trusted, &[]), ip("10.0.0.2"));
        assert_eq!(behind(ip("10.0.0.2"), &trusted, &[Some(ip("203.0.113.9")), None]), ip("10.0.0.2"));
    }

    #[test]
    fn both_headers_are_read_in_all_their_forms() {
        let forwarded =
            [("forwarded", "for=203.0.113.9;proto=https, For=\"[2001:db8::1]:4711\""), ("forwarded", "for=_x")];
        assert_eq!(chain(&forwarded), [Some(ip("203.0.113.9")), Some(ip("2001:db8::1")), None]);
        let usual = [("x-forwarded-for", "203.0.113.9:80, 2001:db8::1"), ("x-forwarded-for", "::ffff:10.0.0.1")];
        assert_eq!(chain(&usual), [Some(ip("203.0.113.9")), Some(ip("2001:db8::1")), Some(ip("10.0.0.1"))]);
    }

    #[test]
    fn two_headers_that_may_contradict_each_other_are_not_believed() {
        assert_eq!(chain(&[("forwarded", "for=203.0.113.9"), ("x-forwarded-for", "198.51.100.7")]), []);
    }
}
