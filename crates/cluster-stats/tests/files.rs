//! CSV round trips, means over replicas, and what is refused.

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
fn further_columns_in_any_order_are_not_read_and_named() {
    let written = trajectory(4);
    let with_more: String =
        text(&written).lines().enumerate().map(|(i, l)| format!("note{i},{l}\n")).collect();
    assert_eq!(Trajectory::read_csv(with_more.as_bytes()).unwrap(), written);
    let (_, notes) = {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), with_more).unwrap();
        Trajectory::load_with_notes(file.path(), None).unwrap()
    };
    assert_eq!(notes.unread_columns, ["note0"]);
    assert!(notes.largest_residual < 1e-14);
}

/// The text of a trajectory with each number changed.
fn with_numbers(trajectory: &Trajectory, change: impl Fn(f64) -> String) -> String {
    text(trajectory)
        .lines()
        .map(|line| {
            let fields =
                line.split(',').map(|field| field.parse().map_or(field.to_owned(), &change));
            fields.collect::<Vec<_>>().join(",") + "\n"
        })
        .collect()
}

/// As Excel and others show a number: so many significant digits, without zeros at the end.
fn significant(value: f64, digits: usize) -> String {
    let rounded: f64 = format!("{value:.*e}", digits - 1).parse().unwrap();
    rounded.to_string()
}

#[test]
fn rounded_numbers_are_read_to_their_rounding_and_no_further() {
    for seed in 0..20 {
        let written = trajectory(seed);
        for digits in [3, 4, 6, 9, 12, 15] {
            let plain = with_numbers(&written, |value| format!("{value:.digits$}"));
            let stripped = with_numbers(&written, |value| {
                format!("{value:.digits$}").parse::<f64>().unwrap().to_string()
            });
            let excel = with_numbers(&written, |value| significant(value, digits));
            for rounded in [plain, stripped, excel] {
                let read = Trajectory::read_csv(rounded.as_bytes()).unwrap();
                let one = read.records()[3].concentrations.to_array();
                let other = written.records()[3].concentrations.to_array();
                let most = 0.5 * 10f64.powi(-(digits as i32)) * (1.0 + 1e-9) + 1e-16;
                assert!(one.iter().zip(other).all(|(a, b)| (a - b).abs() <= most));
                // and again, as it would be written
                assert_eq!(Trajectory::read_csv(text(&read).as_bytes()).unwrap(), read);
            }
        }
    }
    // broken by more than the rounding of six digits
    let written = trajectory(4);
    let six = with_numbers(&written, |value| format!("{value:.6}"));
    let line = six.lines().nth(2).unwrap().to_owned();
    let mut fields: Vec<String> = line.split(',').map(str::to_owned).collect();
    fields[20] = format!("{:.6}", fields[20].parse::<f64>().unwrap() + 1e-4);
    let broken = six.replace(&line, &fields.join(","));
    let error = Trajectory::read_csv(broken.as_bytes()).unwrap_err().to_string();
    assert!(
        error.contains("row 2") && error.contains("the digits of the numbers allow"),
        "{error}"
    );
    Trajectory::read_csv_with_tolerance(broken.as_bytes(), 1e-3).unwrap();
    // two digits excuse nothing
    let two = with_numbers(&written, |value| format!("{value:.2}"));
    assert!(matches!(Trajectory::read_csv(two.as_bytes()), Err(StatsError::Row { .. })));
    // noise is no rounding
    let noisy = with_numbers(&written, |value| (value + 1e-3 * (value * 1e4).fract()).to_string());
    assert!(matches!(Trajectory::read_csv(noisy.as_bytes()), Err(StatsError::Row { .. })));
    Trajectory::read_csv_with_tolerance(noisy.as_bytes(), 0.02).unwrap();
}

#[test]
fn semicolons_tabs_and_decimal_commas_are_read_and_mixtures_refused() {
    let written = trajectory(5);
    let good = text(&written);
    let of_commas = good.replace(',', ";").replace('.', ",");
    for other in [
        good.replace(',', ";"),
        good.replace(',', "\t"),
        of_commas.clone(),
        of_commas.replace(';', "\t"),
        good.replace('\n', "\r"),
        format!("\u{feff}{}", good.replace('\n', "\r\n")),
    ] {
        assert_eq!(Trajectory::read_csv(other.as_bytes()).unwrap(), written);
    }
    let thousands = of_commas.replacen("\n0", "\n1.000,5", 1);
    let error = Trajectory::read_csv(thousands.as_bytes()).unwrap_err().to_string();
    assert!(error.contains("time holds \"1.000,5"), "{error}");
}

#[test]
fn columns_that_stand_twice_and_cells_with_units_are_named() {
    let good = text(&trajectory(6));
    let twice: String = good
        .lines()
        .enumerate()
        .map(|(i, line)| format!("{line},{}\n", if i == 0 { "pp" } else { "0.9" }))
        .collect();
    let error = Trajectory::read_csv(twice.as_bytes()).unwrap_err();
    assert!(matches!(&error, StatsError::TwoColumns { column } if column == "pp"), "{error}");
    let unit = good.replacen("\n0,", "\n0 ps,", 1);
    let error = Trajectory::read_csv(unit.as_bytes()).unwrap_err().to_string();
    assert!(error.contains("time holds \"0 ps\", which is not a number without a unit"), "{error}");
    let pairs = "time,pp,mm,pm\n0,0.25,0.25,0.25\n";
    let error = Trajectory::read_csv(pairs.as_bytes()).unwrap_err().to_string();
    assert!(error.contains("c_plus, c_minus, lin_ppp and 15 more"), "{error}");
    assert!(error.contains("all 16 triplets"), "{error}");
    // pm of both orders together
    let both: String = {
        let columns: Vec<&str> = good.lines().next().unwrap().split(',').collect();
        let pm = columns.iter().position(|c| *c == "pm").unwrap();
        let double = |line: &str| {
            let mut fields: Vec<String> = line.split(',').map(str::to_owned).collect();
            if let Ok(value) = fields[pm].parse::<f64>() {
                fields[pm] = (2.0 * value).to_string();
            }
            fields.join(",") + "\n"
        };
        good.lines().map(double).collect()
    };
    let error = Trajectory::read_csv(both.as_bytes()).unwrap_err().to_string();
    assert!(error.contains("halve pm"), "{error}");
}

proptest! {
    /// Nothing in a message moves the cursor of a terminal or fills it.
    #[test]
    fn messages_are_short_and_printed(
        place in any::<prop::sample::Index>(),
        hostile in "[\u{0}-\u{9f}\u{202e}a,;\"]{0,40}",
        times in 1usize..300,
    ) {
        let mut text = text(&trajectory(1));
        let (mut at, piece) = (place.index(text.len()), hostile.repeat(times));
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        text.insert_str(at, &piece);
        if let Err(error) = Trajectory::read_csv(text.as_bytes()) {
            let message = error.to_string();
            prop_assert!(message.len() < 4000, "{} bytes", message.len());
            prop_assert!(message.chars().all(|c| c == '\n' || !c.is_control()), "{message:?}");
        }
        let error = Trajectory::load(format!("/nowhere/{}", piece.replace('\0', "\u{1}")));
        let message = error.unwrap_err().to_string();
        prop_assert!(message.len() < 4000 && message.chars().all(|c| !c.is_control()), "{message:?}");
    }
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
