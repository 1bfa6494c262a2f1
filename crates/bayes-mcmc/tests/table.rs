//! Chains written and read: the same bits, thinned, whole or not at all.

use std::fs;

use bayes_mcmc::{Chains, DelayedRejection, McmcError, from_fn};

fn chains() -> Chains {
    let density = from_fn(|x| Ok(-0.5 * x[0] * x[0] - x[1].abs())).named(["4 k1 + k2", "a, \"b\""]);
    let sampler = DelayedRejection::new([1.0, 1e-9], [0.5, 1e-10]).unwrap();
    sampler.starting_at([0.1, -1e-300]).chains(3).sample(&density, 101, 5).unwrap()
}

#[test]
fn there_and_back() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("chains.csv");
    let chains = chains();
    chains.write_csv(&path, 1).unwrap();
    let read = Chains::read_csv(&path).unwrap();
    assert_eq!(read.names(), chains.names());
    assert_eq!(read.points(), chains.points());
    assert_eq!(read.log_densities(), chains.log_densities());
    assert_eq!(read.stages(), chains.stages());
    // over the old one, thinned
    chains.write_csv(&path, 7).unwrap();
    let thinned = Chains::read_csv(&path).unwrap();
    assert_eq!(thinned.points(), chains.points().slice(ndarray::s![.., ..;7, ..]));
    assert!(fs::read_to_string(&path).unwrap().contains("\n2,98,"));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn what_is_no_table_is_a_typed_error() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("chains.csv");
    let missing = Chains::read_csv(&path).unwrap_err();
    assert!(matches!(missing, McmcError::File { .. }), "{missing}");
    let nowhere = chains().write_csv(folder.path().join("no/folder.csv"), 1).unwrap_err();
    assert!(matches!(nowhere, McmcError::File { .. }), "{nowhere}");
    assert!(matches!(chains().write_csv(&path, 0), Err(McmcError::InvalidSize { .. })));
    let head = "chain,draw,log_density,stage,x\n";
    for (text, wrong) in [
        ("", 1),
        ("chain,draw,log_density,stage\n", 1),
        ("chain,draw,stage,log_density,x\n", 1),
        (head, 0),
        (&format!("{head}0,0,-1,1,2\n0,1,-1,1\n"), 3),
        (&format!("{head}0,0,-1,1,two\n"), 2),
        (&format!("{head}0,0,-1,300,2\n"), 2),
        (&format!("{head}0,0,-1,1,2\n2,0,-1,1,2\n"), 3),
        (&format!("{head}0,0,-1,1,2\n0,1,-1,1,2\n1,0,-1,1,2\n"), 0),
    ] {
        fs::write(&path, text).unwrap();
        match Chains::read_csv(&path).unwrap_err() {
            McmcError::Table { line, .. } => assert_eq!(line, wrong, "{text}"),
            other => panic!("{other}"),
        }
    }
}
