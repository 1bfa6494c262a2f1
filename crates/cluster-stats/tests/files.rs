//! CSV round trips, means over replicas, and what is refused.

#![allow(clippy::unwrap_used)] // a test that fails stops

use cluster_stats::{ClusterCounts, Record, ReplicaMean, StatsError, Trajectory};
use ndarray::Array2;
use proptest::prelude::*;
use rand::{RngExt, SeedableRng};

fn trajectory(seed: u64) -> Trajectory {
    let mut rng = rand_pcg::Pcg64::seed_from_u64(seed);
    let records = (0..5).map(|index| {
        let grid = Array2::from_shape_fn((6, 7), |_| if rng.random::<bool>() { 1 } else { -1 });
        Record {
            time: index as f64 / 3.0,
            temperature: (index > 0).then(|| 1.0 / f64::from(index)),
            energy_per_site: Some(rng.random()),
            concentrations: ClusterCounts::of_grid(grid.view()).unwrap().concentrations(),
        }
    });
    Trajectory::new(records.collect()).unwrap()
}

fn text(trajectory: &Trajectory) -> String {
    let mut bytes = Vec::new();
    trajectory.write_csv(&mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}

proptest! {
    #[test]
    fn csv_gives_back_the_same_bits(seed: u64) {
        let written = trajectory(seed);
        prop_assert_eq!(Trajectory::read_csv(text(&written).as_bytes()).unwrap(), written);
    }
}

#[test]
fn files_are_replaced_whole_and_a_failed_write_leaves_the_old_one() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("data.csv");
    let written = trajectory(1);
    written.save(&path).unwrap();
    written.save(&path).unwrap();
    assert_eq!(Trajectory::load(&path).unwrap(), written);
    let names: Vec<_> = std::fs::read_dir(folder.path()).unwrap().collect();
    assert_eq!(names.len(), 1, "no temporary file stays");
    let nowhere = folder.path().join("missing/data.csv");
    assert!(matches!(written.save(&nowhere), Err(StatsError::File { .. })));
    assert!(matches!(Trajectory::load(&nowhere), Err(StatsError::File { .. })));
}

#[test]
fn a_bad_row_is_named_with_the_rule_and_the_residual() {
    let good = text(&trajectory(2));
    let header = good.lines().next().unwrap();
    let columns: Vec<&str> = header.split(',').collect();
    let change = |column: &str, value: &str| {
        let position = columns.iter().position(|c| *c == column).unwrap();
        let mut lines: Vec<String> = good.lines().map(str::to_owned).collect();
        let mut fields: Vec<&str> = lines[3].split(',').collect();
        fields[position] = value;
        lines[3] = fields.join(",");
        Trajectory::read_csv(lines.join("\n").as_bytes()).unwrap_err()
    };
    let message = |error: StatsError| {
        assert!(matches!(error, StatsError::Row { row: 3, line: 4, .. }), "{error}");
        error.to_string()
    };
    assert!(message(change("lin_ppm", "0.9")).contains("sum"), "a broken sum is named");
    assert!(message(change("pp", "NaN")).contains("pp = NaN"));
    assert!(message(change("tri_mmp", "-0.1")).contains("tri_mmp = -0.1"));
    assert!(message(change("ang_pmp", "many")).contains("ang_pmp holds \"many\""));
    assert!(message(change("c_plus", "0.123")).contains("c_plus = 0.123"));
    assert!(message(change("mm", "")).contains("mm holds \"\""));
    assert!(matches!(change("temperature", "inf"), StatsError::NotFinite { index: 2, .. }));
    assert!(matches!(change("time", "0"), StatsError::TimesNotIncreasing { index: 2, .. }));
}

#[test]
fn missing_columns_and_empty_files_are_named() {
    let good = text(&trajectory(3));
    let without = good.replace("tri_ppm", "other");
    let error = Trajectory::read_csv(without.as_bytes()).unwrap_err();
    assert!(matches!(&error, StatsError::MissingColumn { column, .. } if column == "tri_ppm"));
    // what may be unknown may be missing
    let known = good.replacen("temperature", "other", 1);
    let read = Trajectory::read_csv(known.as_bytes()).unwrap();
    assert!(read.records().iter().all(|record| record.temperature.is_none()));
    assert_eq!(read.times(), trajectory(3).times());
    assert!(Trajectory::read_csv("".as_bytes()).is_err());
    let header_only = good.lines().next().unwrap();
    assert!(matches!(Trajectory::read_csv(header_only.as_bytes()), Err(StatsError::NoSamples)));
    let ragged = format!("{header_only}\n0,1\n");
    assert!(matches!(Trajectory::read_csv(ragged.as_bytes()), Err(StatsError::Csv(_))));
}

#[test]
fn further_columns_in_any_order_are_ignored_and_rounded_files_need_a_tolerance() {
    let written = trajectory(4);
    let with_more: String =
        text(&written).lines().enumerate().map(|(i, l)| format!("note{i},{l}\n")).collect();
    assert_eq!(Trajectory::read_csv(with_more.as_bytes()).unwrap(), written);
    let rounded: String = text(&written)
        .lines()
        .map(|line| {
            let fields = line
                .split(',')
                .map(|field| field.parse::<f64>().map_or(field.to_owned(), |v| format!("{v:.4}")));
            fields.collect::<Vec<_>>().join(",") + "\n"
        })
        .collect();
    assert!(matches!(Trajectory::read_csv(rounded.as_bytes()), Err(StatsError::Row { .. })));
    Trajectory::read_csv_with_tolerance(rounded.as_bytes(), 1e-3).unwrap();
}

#[test]
fn the_mean_over_replicas_has_textbook_errors_and_keeps_the_rules() {
    let replicas: Vec<_> = (10..14).map(trajectory).collect();
    let mean = ReplicaMean::of(&replicas).unwrap();
    let values: Vec<f64> =
        replicas.iter().map(|r| r.records()[2].concentrations.pairs.plus_minus).collect();
    let average = values.iter().sum::<f64>() / 4.0;
    let variance = values.iter().map(|v| (v - average).powi(2)).sum::<f64>() / 3.0;
    let found = mean.mean.records()[2].concentrations;
    assert!((found.pairs.plus_minus - average).abs() < 1e-15);
    found.check(1e-14).unwrap();
    let error = mean.standard_errors.unwrap()[2].concentrations.pairs.plus_minus;
    assert!((error - (variance / 4.0).sqrt()).abs() < 1e-15);

    let single = ReplicaMean::of(&replicas[..1]).unwrap();
    assert_eq!((single.mean, single.standard_errors), (replicas[0].clone(), None));
    assert!(matches!(ReplicaMean::of(&[]), Err(StatsError::NoSamples)));
    let short = Trajectory::new(replicas[0].records()[..3].to_vec()).unwrap();
    let error = ReplicaMean::of(&[replicas[0].clone(), short]).unwrap_err();
    assert!(matches!(error, StatsError::ReplicasDiffer { replica: 1, .. }), "{error}");
}
