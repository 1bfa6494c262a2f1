//! The columns of a record of a trajectory, and rows of replicas.

use super::unreadable;
use crate::StudyError;
use cluster_stats::{
    Concentrations, PairType, Record, SUM_RULE_TOLERANCE, Trajectory, TripletType,
};
use serde::{Deserialize, Serialize};

/// A record as a part of a row, in the columns of `cluster_stats::record_columns`.
#[derive(Debug, Serialize, Deserialize)]
struct RecordColumns {
    time: f64,
    temperature: Option<f64>,
    energy_per_site: Option<f64>,
    c_plus: f64,
    c_minus: f64,
    #[serde(with = "concentrations")]
    concentrations: Concentrations,
}

impl From<&Record> for RecordColumns {
    fn from(record: &Record) -> RecordColumns {
        let Record { time, temperature, energy_per_site, concentrations } = *record;
        let pairs = concentrations.pairs;
        let (c_plus, c_minus) = (pairs.plus(), pairs.minus());
        RecordColumns { time, temperature, energy_per_site, c_plus, c_minus, concentrations }
    }
}

impl RecordColumns {
    /// The record of the row with this index of a file; its sum rules hold.
    ///
    /// # Errors
    /// [`StudyError::Unreadable`] with the line.
    fn record(&self, file: &str, index: usize) -> Result<Record, StudyError> {
        let RecordColumns { time, temperature, energy_per_site, concentrations, .. } = *self;
        concentrations
            .check(SUM_RULE_TOLERANCE)
            .map_err(|error| unreadable(file, format!("line {}: {error}", index + 2)))?;
        Ok(Record { time, temperature, energy_per_site, concentrations })
    }
}

/// A sample of a replica as a row.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct SampleRow {
    replica: usize,
    sample: usize,
    record: RecordColumns,
}

impl SampleRow {
    /// The rows of replicas, one replica after another.
    pub(crate) fn of(replicas: &[Trajectory]) -> impl Iterator<Item = SampleRow> + '_ {
        replicas.iter().enumerate().flat_map(|(replica, trajectory)| {
            let records = trajectory.records().iter().enumerate();
            records.map(move |(sample, record)| SampleRow {
                replica,
                sample,
                record: record.into(),
            })
        })
    }

    /// The replicas of rows of a file, of which the first has the index `first`.
    ///
    /// # Errors
    /// [`StudyError::Unreadable`] with the line, or the reason why a replica is no trajectory.
    pub(crate) fn replicas<'a>(
        file: &str,
        first: usize,
        rows: impl Iterator<Item = &'a SampleRow>,
    ) -> Result<Vec<Trajectory>, StudyError> {
        let mut replicas: Vec<(usize, Vec<Record>)> = Vec::new();
        for (index, row) in rows.enumerate() {
            let record = row.record.record(file, first + index)?;
            match replicas.last_mut() {
                Some((last, records)) if *last == row.replica => records.push(record),
                _ => replicas.push((row.replica, vec![record])),
            }
        }
        let trajectory = |(_, records)| {
            Trajectory::new(records).map_err(|error| unreadable(file, error.to_string()))
        };
        replicas.into_iter().map(trajectory).collect()
    }
}

/// The names of pairs and triplets in files, in the order of [`Concentrations::to_array`].
pub(crate) fn names() -> Vec<String> {
    let pairs = PairType::ALL.map(|pair| pair.ascii().to_owned());
    pairs.into_iter().chain(TripletType::ALL.map(TripletType::ascii)).collect()
}

/// Pairs and triplets as fields of a row, each under its name.
pub(crate) mod concentrations {
    use cluster_stats::Concentrations;
    use serde::de::{Deserializer, Error, IgnoredAny, MapAccess, Visitor};
    use serde::ser::{SerializeStruct, Serializer};
    use std::fmt;
    use std::sync::LazyLock;

    /// As serde wants them; they are made once.
    static NAMES: LazyLock<Vec<&'static str>> =
        LazyLock::new(|| super::names().into_iter().map(|name| &*name.leak()).collect());

    pub(crate) fn serialize<S: Serializer>(all: &Concentrations, to: S) -> Result<S::Ok, S::Error> {
        let mut columns = to.serialize_struct("Concentrations", NAMES.len())?;
        for (name, value) in NAMES.iter().zip(all.to_array()) {
            columns.serialize_field(name, &value)?;
        }
        columns.end()
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Concentrations, D::Error> {
        struct Columns;

        impl<'de> Visitor<'de> for Columns {
            type Value = Concentrations;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("the concentrations of pairs and triplets")
            }

            fn visit_map<A: MapAccess<'de>>(
                self,
                mut columns: A,
            ) -> Result<Concentrations, A::Error> {
                let mut values = [0.0; 19];
                for value in &mut values {
                    let entry = columns.next_entry::<IgnoredAny, f64>()?;
                    *value = entry.ok_or_else(|| A::Error::custom("too few columns"))?.1;
                }
                Ok(Concentrations::from_array(values))
            }
        }

        from.deserialize_struct("Concentrations", &NAMES, Columns)
    }
}
