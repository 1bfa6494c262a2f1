//! Trajectories as CSV or NPY: what is read has its sum rules, and is written and read back the same. So is
//! a trajectory of any clusters.
#![no_main]

use cluster_stats::{ClusterTrajectory, Trajectory};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(data) = ClusterTrajectory::read_csv(bytes) {
        let mut written = Vec::new();
        data.write_csv(&mut written).expect("memory takes it");
        let again = ClusterTrajectory::read_csv(&written[..]).expect("what was written is read");
        assert_eq!(again, data);
    }
    let read = match bytes.starts_with(b"\x93NUMPY") {
        true => Trajectory::read_npy(bytes),
        false => Trajectory::read_csv(bytes),
    };
    let Ok(data) = read else { return };
    for record in data.records() {
        // to the rounding of three digits, the fewest that are believed
        record.concentrations.check(0.02).expect("sum rules");
    }
    let mut written = Vec::new();
    data.write_csv(&mut written).expect("memory takes it");
    assert_eq!(Trajectory::read_csv(&written[..]).expect("what was written is read"), data);
});
