//! Types of the other crates that have names in files, as fields with `#[serde(with = "output")]`.

use closures::Convention;
use cluster_stats::{PairType, TripletType};
use serde::de::{Deserializer, Error};
use serde::ser::Serializer;
use std::borrow::Cow;

/// A type whose values have names in files.
pub(crate) trait Named: Sized {
    /// What a name must be, for messages.
    const EXPECTED: &'static str;

    fn name(&self) -> Cow<'static, str>;

    fn find(name: &str) -> Option<Self>;
}

impl Named for Convention {
    const EXPECTED: &'static str = "consistent or as-published";

    fn name(&self) -> Cow<'static, str> {
        Convention::name(*self).into()
    }

    fn find(name: &str) -> Option<Convention> {
        Convention::ALL.into_iter().find(|convention| convention.name() == name)
    }
}

impl Named for TripletType {
    const EXPECTED: &'static str = "a triplet type such as lin_ppm";

    fn name(&self) -> Cow<'static, str> {
        self.ascii().into()
    }

    fn find(name: &str) -> Option<TripletType> {
        name.parse().ok()
    }
}

impl Named for PairType {
    const EXPECTED: &'static str = "pp, mm or pm";

    fn name(&self) -> Cow<'static, str> {
        self.ascii().into()
    }

    fn find(name: &str) -> Option<PairType> {
        PairType::ALL.into_iter().find(|pair| pair.ascii() == name)
    }
}

/// Writes a value by its name.
pub(crate) fn serialize<T: Named, S: Serializer>(value: &T, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&value.name())
}

/// Reads a value by its name.
pub(crate) fn deserialize<'de, T: Named, D: Deserializer<'de>>(from: D) -> Result<T, D::Error> {
    struct Name<T>(std::marker::PhantomData<T>);

    impl<T: Named> serde::de::Visitor<'_> for Name<T> {
        type Value = T;

        fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            formatter.write_str(T::EXPECTED)
        }

        fn visit_str<E: Error>(self, name: &str) -> Result<T, E> {
            T::find(name).ok_or_else(|| E::custom(T::EXPECTED))
        }
    }

    from.deserialize_str(Name(std::marker::PhantomData))
}
