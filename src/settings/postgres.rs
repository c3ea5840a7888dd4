//! Which hosts libpq would talk to for a connection URI, and whether it would insist on TLS
//! (PostgreSQL documentation, 34.1.1.2 Connection URIs and 34.15 Environment Variables).

use std::{collections::BTreeMap, net::IpAddr};

/// The target of a connection URI, as far as it matters for secrecy on the way.
#[derive(Debug)]
pub(super) struct Target {
    hosts: Vec<String>,
    /// A service file decides, which is not read here.
    service: Option<String>,
    sslmode: Option<String>,
}

impl Target {
    /// Reads a connection URI; parameters that are missing from it come from libpq's own variables.
    pub(super) fn of(uri: &str, variables: &BTreeMap<String, String>) -> Self {
        let (authority, query) = split(uri);
        let parameters: BTreeMap<String, String> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        let parameter = |name: &str, variable: &str| {
            parameters.get(name).or_else(|| variables.get(variable)).filter(|value| !value.is_empty()).cloned()
        };
        let named = (!authority.is_empty() && !parameters.contains_key("host")).then(|| decoded(authority));
        let listed = parameter("hostaddr", "PGHOSTADDR").or(named).or_else(|| parameter("host", "PGHOST"));
        let listed = listed.unwrap_or_default();
        Self {
            hosts: listed.split(',').map(|host| without_port(host).to_owned()).collect(),
            service: parameter("service", "PGSERVICE"),
            sslmode: parameter("sslmode", "PGSSLMODE"),
        }
    }

    /// The first host that is reached over a network, or the service whose host is not known.
    pub(super) fn remote(&self) -> Option<&str> {
        let remote = self.hosts.iter().find(|host| !is_local(host)).or(self.service.as_ref());
        remote.map(String::as_str)
    }

    /// Whether libpq, if it can TLS at all, refuses to go on without it.
    pub(super) fn insists_on_tls(&self) -> bool {
        matches!(self.sslmode.as_deref(), Some("require" | "verify-ca" | "verify-full"))
    }
}

/// The list of hosts and the query. As libpq reads it: whatever stands before the first `@` is user and password, unless a
/// slash comes first.
fn split(uri: &str) -> (&str, &str) {
    let rest = uri.split_once("://").map_or(uri, |(_, rest)| rest);
    let behind_user = match rest.split_once('@') {
        Some((user, behind)) if !user.contains('/') => behind,
        _ => rest,
    };
    let (before_query, query) = behind_user.split_once('?').unwrap_or((behind_user, ""));
    (before_query.split('/').next().unwrap_or_default(), query)
}

fn decoded(text: &str) -> String {
    // A plus sign stands for itself outside of queries.
    let escaped = text.replace('+', "%2B");
    form_urlencoded::parse(escaped.as_bytes()).next().map(|(host, _)| host.into_owned()).unwrap_or_default()
}

fn without_port(host: &str) -> &str {
    if let Some(bracketed) = host.strip_prefix('[') {
        return bracketed.split(']').next().unwrap_or_default();
    }
    match host.rsplit_once(':') {
        Some((name, _)) if !name.contains(':') => name,
        _ => host,
    }
}

/// Loopback, or a socket in a directory or in the abstract name space; none at all means the default socket.
fn is_local(host: &str) -> bool {
    host.is_empty()
        || host.starts_with(['/', '@'])
        || host.eq_ignore_ascii_case("localhost")
        || host.parse::<IpAddr>().is_ok_and(|address| address.to_canonical().is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn remote(uri: &str, variables: &[(&str, &str)]) -> Option<String> {
        let variables = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Target::of(uri, &variables).remote().map(str::to_owned)
    }

    #[test]
    fn loopback_and_sockets_are_local() {
        for uri in [
            "postgres://localhost/d",
            "postgres://u:p%40ss@127.0.0.1:5432/d",
            "postgresql://u@[::1]:5432/d",
            "postgresql:///d",
            "postgresql://u@/d?host=/run/postgresql",
            "postgresql://%2Frun%2Fpostgresql/d",
            "postgres://localhost:1,127.0.0.2:2/d",
            "postgres://db.example/d?hostaddr=127.0.0.1",
            "postgres://db.example/d?host=",
        ] {
            assert_eq!(remote(uri, &[]), None, "{uri}");
        }
    }

    #[test]
    fn every_other_host_is_remote_wherever_it_hides() {
        for (uri, host) in [
            ("postgres://db.example/d", "db.example"),
            ("postgres://u:p@w@10.0.0.5:5432/d", "w@10.0.0.5"),
            ("postgres://localhost:5432?x@10.0.0.5/d", "10.0.0.5"),
            ("postgres://localhost/d?x=@&host=10.0.0.5", "10.0.0.5"),
            ("postgres://localhost/d?host=localhost&host=10.0.0.5", "10.0.0.5"),
            ("postgres://[2001:db8::1]/d", "2001:db8::1"),
            ("postgres://localhost,db.example:5433/d", "db.example"),
            ("postgres://localhost/d?host=db.example", "db.example"),
            ("postgres://localhost/d?hostaddr=10.0.0.5", "10.0.0.5"),
            ("postgres://localhost?host=db%2eexample", "db.example"),
            ("postgres:///d?service=prod", "prod"),
            ("postgres://localhost.example/d", "localhost.example"),
        ] {
            assert_eq!(remote(uri, &[]).as_deref(), Some(host), "{uri}");
        }
    }

    #[test]
    fn the_variables_of_the_library_count_where_the_uri_is_silent() {
        assert_eq!(remote("postgres:///d", &[("PGHOST", "db.example")]).as_deref(), Some("db.example"));
        assert_eq!(remote("postgres://localhost/d", &[("PGHOST", "db.example")]), None);
        assert_eq!(remote("postgres://localhost/d", &[("PGHOSTADDR", "10.0.0.5")]).as_deref(), Some("10.0.0.5"));
        assert_eq!(remote("postgres:///d", &[("PGSERVICE", "prod")]).as_deref(), Some("prod"));
    }

    #[test]
    fn only_three_modes_insist_on_tls() {
        let insists =
            |mode: &str| Target::of(&format!("postgres://h/d?sslmode={mode}"), &BTreeMap::new()).insists_on_tls();
        assert!(["require", "verify-ca", "verify-full"].into_iter().all(insists));
        assert!(!["", "disable", "allow", "prefer"].into_iter().any(insists));
    }
}
