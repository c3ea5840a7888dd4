//! Ids in a path. An invalid id is answered like an id that does not exist.

use crate::{services::Error, web::problem::Problem};
use actix_web::{FromRequest, HttpRequest, dev::Payload};
use std::{
    future::{Ready, ready},
    str::FromStr,
};

/// The one id in a path, such as that of `/visits/{id}`: a typed id, or an `EnterpriseReference`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Id<T>(pub T);

/// The two ids in a path, such as those of `/enterprises/{id}/contacts/{contact_id}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ids<A, B>(pub A, pub B);

impl<T: FromStr> FromRequest for Id<T> {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(segment(request, 0).map(Self))
    }
}

impl<A: FromStr, B: FromStr> FromRequest for Ids<A, B> {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(segment(request, 0).and_then(|first| Ok(Self(first, segment(request, 1)?))))
    }
}

/// The value of the path's parameter at a place, from 0.
fn segment<T: FromStr>(request: &HttpRequest, place: usize) -> Result<T, Problem> {
    let text = request.match_info().iter().nth(place).map(|(_, text)| text);
    text.and_then(|text| text.parse().ok()).ok_or(Problem::UseCase(Error::NotFound))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::domain::{ids::ContactId, registry::enterprise::EnterpriseReference};
    use actix_web::test::TestRequest;

    fn reference(text: &'static str) -> Option<EnterpriseReference> {
        let request = TestRequest::default().param("id", text).to_http_request();
        Id::from_request(&request, &mut Payload::None).into_inner().ok().map(|Id(reference)| reference)
    }

    #[test]
    fn an_enterprise_is_named_by_id_or_code() {
        let id = "01936f0e-7c1e-7c3a-9d5e-1f2a3b4c5d6e";
        assert_eq!(reference(id), Some(EnterpriseReference::Id(id.parse().unwrap())));
        assert_eq!(
            reference("uscc:91110000600037341L"),
            Some(EnterpriseReference::Uscc("91110000600037341L".parse().unwrap()))
        );
        for text in ["", "7", "91110000600037341L", "uscc:91110000600037341N", "' OR 1=1 --"] {
            assert_eq!(reference(text), None, "{text}");
        }
    }

    #[test]
    fn two_ids_stand_in_their_order() {
        let (enterprise, contact) = ("01936f0e-7c1e-7c3a-9d5e-1f2a3b4c5d6e", "01936f0e-7c1e-7c3a-9d5e-1f2a3b4c5d6f");
        let request = TestRequest::default().param("id", enterprise).param("contact_id", contact).to_http_request();
        let ids = Ids::<EnterpriseReference, ContactId>::from_request(&request, &mut Payload::None).into_inner();
        assert_eq!(ids.unwrap(), Ids(enterprise.parse().unwrap(), contact.parse().unwrap()));
    }
}
