//! A row from the texts under its columns, by serde.

use super::columns::Fault;
use csv::StringRecord;
use serde::de::value::StrDeserializer;
use serde::de::{
    self, Deserialize, DeserializeSeed, IntoDeserializer, MapAccess, SeqAccess, Visitor,
};
use serde::forward_to_deserialize_any;
use std::collections::HashMap;
use std::fmt::Display;
use std::str::FromStr;
use whole_files::shown;

impl de::Error for Fault {
    fn custom<T: Display>(reason: T) -> Fault {
        Fault::Row(reason.to_string())
    }

    fn unknown_variant(_: &str, variants: &'static [&'static str]) -> Fault {
        Fault::Row(variants.join(" or "))
    }
}

/// The row at hand, and where its columns stand.
pub(super) struct Fields {
    /// Of each name its place, and whether it is there more than once.
    places: HashMap<String, (usize, bool)>,
    record: StringRecord,
}

impl Fields {
    pub(super) fn new(header: &StringRecord) -> Fields {
        let mut places = HashMap::new();
        for (place, name) in header.iter().enumerate() {
            places
                .entry(name.to_owned())
                .and_modify(|(_, twice)| *twice = true)
                .or_insert((place, false));
        }
        Fields { places, record: StringRecord::new() }
    }

    /// Where the next row is read into.
    pub(super) fn next(&mut self) -> &mut StringRecord {
        &mut self.record
    }

    /// The row at hand as a struct.
    pub(super) fn row<'de, R: Deserialize<'de>>(&self) -> Result<R, Fault> {
        R::deserialize(Field { row: self, name: "" })
    }

    /// The line of the row, from 1.
    pub(super) fn line(&self) -> u64 {
        self.record.position().map_or(0, csv::Position::line)
    }
}

/// What stands under a name: a text, columns whose names begin with it, or for a struct all columns.
struct Field<'a> {
    row: &'a Fields,
    name: &'a str,
}

impl<'a> Field<'a> {
    fn text(&self) -> Result<&'a str, Fault> {
        match self.row.places.get(self.name) {
            None => Err(Fault::Missing(self.name.to_owned())),
            Some((_, true)) => Err(Fault::Twice(self.name.to_owned())),
            Some((place, false)) => Ok(self.row.record.get(*place).unwrap_or("").trim()),
        }
    }

    fn wrong(&self, expected: &str) -> Fault {
        let value = shown(self.text().unwrap_or_default());
        Fault::Wrong { column: self.name.to_owned(), value, expected: expected.to_owned() }
    }

    fn parse<T: FromStr>(&self, expected: &str) -> Result<T, Fault> {
        self.text()?.parse().map_err(|_| self.wrong(expected))
    }

    /// A text that a type made something of, or says what it wants instead.
    fn named<T>(&self, made: Result<T, Fault>) -> Result<T, Fault> {
        made.map_err(|fault| match fault {
            Fault::Row(expected) => self.wrong(&expected),
            other => other,
        })
    }
}

impl<'de> de::Deserializer<'de> for Field<'_> {
    type Error = Fault;

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        let expected = "a finite number";
        let value: f64 = self.parse(expected)?;
        if value.is_finite() { visitor.visit_f64(value) } else { Err(self.wrong(expected)) }
    }

    fn deserialize_u64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_u64(self.parse("a whole number")?)
    }

    fn deserialize_u8<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_u8(self.parse("0 to 255")?)
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_bool(self.parse("true, false or empty")?)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        if self.text()?.is_empty() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.named(visitor.visit_str(self.text()?))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        let text: StrDeserializer<'_, Fault> = self.text()?.into_deserializer();
        self.named(visitor.visit_enum(text))
    }

    fn deserialize_tuple<V: Visitor<'de>>(
        self,
        length: usize,
        visitor: V,
    ) -> Result<V::Value, Fault> {
        visitor.visit_seq(Numbered { row: self.row, name: self.name, count: 0, length })
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        names: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        visitor.visit_map(Named { row: self.row, names })
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Fault> {
        visitor.visit_newtype_struct(self)
    }

    forward_to_deserialize_any! {
        i8 i16 i32 i64 u16 u32 f32 char str string bytes byte_buf unit unit_struct seq
        tuple_struct map identifier ignored_any
    }
}

/// The fields of a struct.
struct Named<'a> {
    row: &'a Fields,
    names: &'static [&'static str],
}

impl<'de> MapAccess<'de> for Named<'_> {
    type Error = Fault;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Fault> {
        let next = self.names.first().map(|name| {
            let name: StrDeserializer<'_, Fault> = name.into_deserializer();
            seed.deserialize(name)
        });
        next.transpose()
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Fault> {
        let (name, rest) =
            self.names.split_first().ok_or(Fault::Row("no more fields".to_owned()))?;
        self.names = rest;
        seed.deserialize(Field { row: self.row, name })
    }
}

/// The columns of an array.
struct Numbered<'a> {
    row: &'a Fields,
    name: &'a str,
    count: usize,
    length: usize,
}

impl<'de> SeqAccess<'de> for Numbered<'_> {
    type Error = Fault;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Fault> {
        if self.count == self.length {
            return Ok(None);
        }
        self.count += 1;
        let name = format!("{}{}", self.name, self.count);
        seed.deserialize(Field { row: self.row, name: &name }).map(Some)
    }
}
