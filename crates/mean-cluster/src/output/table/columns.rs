//! The fields of a row as texts under their columns, by serde.

use serde::ser::{self, Impossible, Serialize};
use std::fmt::Display;

/// What is wrong with a row.
#[derive(Debug)]
pub(super) enum Fault {
    /// There is no such column.
    Missing(String),
    /// There are several of this name.
    Twice(String),
    /// A field is not what it should be.
    Wrong { column: String, value: String, expected: String },
    /// The fields do not go together, or are nothing that a row can hold.
    Row(String),
}

impl Fault {
    pub(super) fn reason(self) -> String {
        match self {
            Fault::Missing(column) | Fault::Twice(column) => column,
            Fault::Wrong { column, expected, .. } => format!("{column} must be {expected}"),
            Fault::Row(reason) => reason,
        }
    }
}

impl Display for Fault {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{self:?}")
    }
}

impl std::error::Error for Fault {}

impl ser::Error for Fault {
    fn custom<T: Display>(reason: T) -> Fault {
        Fault::Row(reason.to_string())
    }
}

/// The texts of a row, and if wanted the names of its columns.
#[derive(Default)]
pub(super) struct Columns {
    pub(super) names: Option<Vec<String>>,
    pub(super) fields: Vec<String>,
    /// Name of the next column.
    name: String,
}

impl Columns {
    fn push(&mut self, text: String) -> Result<(), Fault> {
        if let Some(names) = &mut self.names {
            names.push(self.name.clone());
        }
        self.fields.push(text);
        Ok(())
    }

    fn under<T: Serialize + ?Sized>(&mut self, name: &str, value: &T) -> Result<(), Fault> {
        name.clone_into(&mut self.name);
        value.serialize(self)
    }
}

/// An array: its columns have its name and a number from 1.
pub(super) struct Items<'a> {
    columns: &'a mut Columns,
    name: String,
    count: usize,
}

fn no_field<T>() -> Result<T, Fault> {
    Err(Fault::Row("a row holds numbers, texts, names, and structs and arrays of these".to_owned()))
}

type Nothing = Impossible<(), Fault>;

macro_rules! no_fields {
    ($($method:ident($($argument:ty),*) -> $compound:ty;)*) => {
        $(fn $method(self, $(_: $argument),*) -> Result<$compound, Fault> {
            no_field()
        })*
    };
}

macro_rules! plain {
    ($($method:ident: $type:ty),*) => {
        $(fn $method(self, value: $type) -> Result<(), Fault> {
            self.push(value.to_string())
        })*
    };
}

impl<'a> ser::Serializer for &'a mut Columns {
    type Ok = ();
    type Error = Fault;
    type SerializeSeq = Nothing;
    type SerializeTuple = Items<'a>;
    type SerializeTupleStruct = Nothing;
    type SerializeTupleVariant = Nothing;
    type SerializeMap = Nothing;
    type SerializeStruct = Self;
    type SerializeStructVariant = Nothing;

    plain! {
        serialize_bool: bool, serialize_i8: i8, serialize_i16: i16, serialize_i32: i32,
        serialize_i64: i64, serialize_u8: u8, serialize_u16: u16, serialize_u32: u32,
        serialize_u64: u64, serialize_f32: f32, serialize_f64: f64, serialize_char: char,
        serialize_str: &str
    }

    fn serialize_none(self) -> Result<(), Fault> {
        self.push(String::new())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Fault> {
        value.serialize(self)
    }

    fn serialize_unit_variant(self, _: &str, _: u32, variant: &'static str) -> Result<(), Fault> {
        self.push(variant.to_owned())
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &str,
        value: &T,
    ) -> Result<(), Fault> {
        value.serialize(self)
    }

    fn serialize_tuple(self, _: usize) -> Result<Items<'a>, Fault> {
        let name = std::mem::take(&mut self.name);
        Ok(Items { columns: self, name, count: 0 })
    }

    fn serialize_struct(self, _: &str, _: usize) -> Result<Self, Fault> {
        Ok(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &str,
        _: u32,
        _: &str,
        _: &T,
    ) -> Result<(), Fault> {
        no_field()
    }

    no_fields! {
        serialize_bytes(&[u8]) -> ();
        serialize_unit() -> ();
        serialize_unit_struct(&str) -> ();
        serialize_seq(Option<usize>) -> Nothing;
        serialize_map(Option<usize>) -> Nothing;
        serialize_tuple_struct(&str, usize) -> Nothing;
        serialize_tuple_variant(&str, u32, &str, usize) -> Nothing;
        serialize_struct_variant(&str, u32, &str, usize) -> Nothing;
    }
}

impl ser::SerializeStruct for &mut Columns {
    type Ok = ();
    type Error = Fault;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<(), Fault> {
        self.under(name, value)
    }

    fn end(self) -> Result<(), Fault> {
        Ok(())
    }
}

impl ser::SerializeTuple for Items<'_> {
    type Ok = ();
    type Error = Fault;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Fault> {
        self.count += 1;
        let name = format!("{}{}", self.name, self.count);
        self.columns.under(&name, value)
    }

    fn end(self) -> Result<(), Fault> {
        Ok(())
    }
}
