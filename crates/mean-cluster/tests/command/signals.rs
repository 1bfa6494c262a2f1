//! SIGINT and SIGTERM: every command says at once that it stops, and ends within two seconds, on
//! lattices of 512 x 512 too, inside a sample, an integration or the reading of a file.

use super::runner::{self, files, mean_cluster};
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Starts the command, sends a signal after `pause` and returns the seconds until it has said
/// something, until its end, its exit code and all that it said; none if it was done before.
fn stopped(words: &str, signal: &str, pause: Duration) -> Option<(f64, f64, i32, String)> {
    let arguments: Vec<&str> = words.split(' ').collect();
    let mut command = runner::command(&arguments, 2);
    let mut run = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    std::thread::sleep(pause);
    if run.try_wait().unwrap().is_some() {
        return None;
    }
    let start = Instant::now();
    let sent = Command::new("kill").args([signal, &run.id().to_string()]).status().unwrap();
    assert!(sent.success());
    let mut messages = BufReader::new(run.stderr.take().unwrap());
    let mut first = String::new();
    messages.read_line(&mut first).unwrap();
    let said = start.elapsed().as_secs_f64();
    let code = run.wait().unwrap().code().expect("it ends by itself");
    let ended = start.elapsed().as_secs_f64();
    let mut rest = String::new();
    messages.read_to_string(&mut rest).unwrap();
    Some((said, ended, code, first + &rest))
}

fn succeeds(words: &str) {
    let output = mean_cluster(&words.split(' ').collect::<Vec<_>>(), 2);
    assert!(output.status.success(), "{words}: {}", String::from_utf8_lossy(&output.stderr));
}

/// Large inputs: a directory of 512 x 512, its manifest with a schedule that never ends, a film of
/// a quarter of a gigabyte, and a trajectory.
fn prepare(folder: &Path) {
    let at = |name: &str| folder.join(name).to_str().unwrap().to_owned();
    let large = "--rows 512 --columns 512 --temperature-steps 4 --sweeps-between-samples 1";
    succeeds(&format!("anneal {large} --replicas 2 --out {}", at("large")));
    let manifest = folder.join("large/manifest.toml");
    let text = fs::read_to_string(&manifest).unwrap();
    fs::create_dir(folder.join("endless")).unwrap();
    let endless = text.replace("between_samples = 1", "between_samples = 100000000");
    let files_of = endless.find("[[file]]").unwrap();
    fs::write(folder.join("endless/manifest.toml"), format!("file = []\n{}", &endless[..files_of]))
        .unwrap();
    let mut film = fs::File::create(folder.join("film.npy")).unwrap();
    let frames = 1000;
    let header =
        format!("{{'descr': '|i1', 'fortran_order': False, 'shape': ({frames}, 512, 512), }}");
    let header = format!("{header:<117}\n");
    film.write_all(b"\x93NUMPY\x01\x00\x76\x00").unwrap();
    film.write_all(header.as_bytes()).unwrap();
    let row: Vec<u8> = (0..512 * 512).map(|n| if n % 3 == 0 { 255 } else { 1 }).collect();
    (0..frames).for_each(|_| film.write_all(&row).unwrap());
    let long = "--rows 24 --columns 24 --replicas 2 --temperature-steps 2000 --samples-per-step 3";
    succeeds(&format!(
        "anneal {long} --sweeps-between-samples 1 --film-every 0 --out {}",
        at("long")
    ));
}

#[test]
fn every_command_says_that_it_stops_and_ends_within_two_seconds() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_str().unwrap();
    prepare(folder.path());
    assert!(Command::new("mkfifo").arg(folder.path().join("fifo")).status().unwrap().success());
    let before = files_but_fifo(folder.path());
    let endless = "--sweeps-between-samples 100000000";
    let lattice = "--rows 512 --columns 512";
    let data = format!("{path}/long/trajectory.csv");
    let commands = [
        // a block of replicas, one lattice, and swaps of neighbors
        format!("anneal {lattice} {endless} --out {path}/out"),
        format!("anneal {lattice} {endless} --replicas 512 --block-width 512 --out {path}/out"),
        format!("anneal {lattice} {endless} --replicas 2 --block-width 1 --out {path}/out"),
        format!("anneal {lattice} {endless} --swaps nearest-neighbor --out {path}/out"),
        format!("reproduce --size 512 {endless} --out {path}/out"),
        format!("reproduce --quick --size 512 --samples 10000000 --out {path}/out"),
        format!("compare --size 512 --judge-size 512 --replicas 512 --out {path}/out"),
        format!("infer --size 512 --replicas 512 --all --out {path}/out"),
        format!("infer --size 12 --replicas 8 --draws 1000000 --out {path}/out"),
        format!("rerun {path}/endless"),
        format!("rerun {path}/endless --out {path}/out"),
        format!("verify {path}/large"),
        format!("figures {path}/large"),
        format!("report {path}/large"),
        format!("count {path}/film.npy"),
        format!("count {path}/fifo"),
        format!("fit {path}/fifo"),
        format!("fit {data} {data} {data} {data}"),
        format!("simulate --data {path}/fifo"),
        format!("anneal --config {path}/fifo --out {path}/out"),
        format!("simulate --data {data} --closure log_odds --starts 1000000"),
        "simulate --rates 1e9,1,1e9,1,1e9,1,1e9,1 --steps 10000000".to_owned(),
        "derive --lattice face-centred-cubic --order 5".to_owned(),
    ];
    let mut worst = (0.0, String::new());
    let mut stopped_in = 0;
    for words in &commands {
        for (signal, code, pause) in [("-INT", 130, 700), ("-TERM", 143, 300)] {
            let pause = Duration::from_millis(pause);
            let Some((said, ended, found, message)) = stopped(words, signal, pause) else {
                println!("done before the signal: {words}");
                continue;
            };
            let short = words.replace(path, "");
            println!("{signal}: said after {said:.3} s, ended after {ended:.3} s: {short}");
            if found != 0 {
                // else it came to its end just then
                assert_eq!(found, code, "{words}: {message}");
                let name = if code == 130 { "SIGINT: stopping" } else { "SIGTERM: stopping" };
                assert!(message.starts_with(name), "{words}: {message}");
                assert!(said < 1.0 && ended < 2.0, "{words}: {said} s and {ended} s");
                stopped_in += 1;
            }
            if ended > worst.0 {
                worst = (ended, short);
            }
            // nothing is left but the state of a run into a directory of its own
            let mut after = files_but_fifo(folder.path());
            after.retain(|name, _| !name.starts_with("out"));
            assert!(after.keys().eq(before.keys()), "{words} leaves {:?}", after.keys());
            assert!(after == before, "{words}");
            let _ = fs::remove_dir_all(folder.path().join("out.checkpoints"));
            let _ = fs::remove_dir_all(folder.path().join("out"));
        }
    }
    println!("the slowest ended after {:.3} s: {}", worst.0, worst.1);
    assert!(stopped_in > commands.len(), "{stopped_in}");
}

fn files_but_fifo(folder: &Path) -> std::collections::BTreeMap<String, u64> {
    // lengths tell enough, and a quarter of a gigabyte need not be read
    fn walk(folder: &Path, prefix: &str, all: &mut std::collections::BTreeMap<String, u64>) {
        for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
            let name = format!("{prefix}{}", entry.file_name().into_string().unwrap());
            if entry.file_type().unwrap().is_dir() {
                walk(&entry.path(), &format!("{name}/"), all);
            } else {
                all.insert(name, entry.metadata().unwrap().len());
            }
        }
    }
    let mut all = std::collections::BTreeMap::new();
    walk(folder, "", &mut all);
    all
}

#[test]
fn a_run_that_is_stopped_inside_a_sample_goes_on_to_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let [whole, out] = ["whole", "out"].map(|name| folder.path().join(name));
    let settings = "--rows 64 --columns 64 --replicas 64 --temperature-steps 2 --samples-per-step 1 \
                    --sweeps-between-samples 4000";
    succeeds(&format!("anneal {settings} --out {}", whole.display()));
    let words = format!("anneal {settings} --save-every 0.01 --out {}", out.display());
    let (_, _, code, message) = stopped(&words, "-INT", Duration::from_millis(200)).unwrap();
    assert_eq!(code, 130, "{message}");
    assert!(message.contains("anneal --resume"), "{message}");
    succeeds(&format!("anneal --resume {}", out.display()));
    assert!(files(&whole) == files(&out));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2, "nothing is left beside them");
}

#[test]
fn a_fifo_with_a_writer_is_read_like_a_pipe() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let small = "--rows 6 --columns 6 --replicas 2 --temperature-steps 4";
    succeeds(&format!("anneal {small} --format txt --out {}", out.display()));
    for (command, file) in [("count", "last.txt"), ("fit", "trajectory.csv")] {
        let fifo = folder.path().join(file);
        assert!(Command::new("mkfifo").arg(&fifo).status().unwrap().success());
        let (bytes, path) = (fs::read(out.join(file)).unwrap(), fifo.clone());
        let writer = std::thread::spawn(move || fs::write(path, bytes));
        let piped = mean_cluster(&[command, fifo.to_str().unwrap()], 2);
        writer.join().unwrap().unwrap();
        assert!(piped.status.success(), "{}", String::from_utf8_lossy(&piped.stderr));
        let plain = mean_cluster(&[command, out.join(file).to_str().unwrap()], 2);
        let name = |bytes: Vec<u8>, path: &Path| {
            String::from_utf8(bytes).unwrap().replace(path.to_str().unwrap(), "")
        };
        assert_eq!(name(piped.stdout, &fifo), name(plain.stdout, &out.join(file)));
    }
}

/// A run under `nohup` outlives its terminal; any other is stopped and saved with it.
#[cfg(target_os = "linux")]
#[test]
fn a_hangup_stops_a_run_unless_it_is_ignored() {
    let folder = tempfile::tempdir().unwrap();
    let words = "--rows 64 --columns 64 --sweeps-between-samples 100000000";
    let words = format!("anneal {words} --out {}", folder.path().join("out").display());
    let (_, _, code, message) = stopped(&words, "-HUP", Duration::from_millis(200)).unwrap();
    assert_eq!(code, 129, "{message}");
    let script = "trap '' HUP; exec \"$0\" \"$@\"";
    let program = env!("CARGO_BIN_EXE_mean-cluster");
    let mut command = Command::new("sh");
    command.args(["-c", script, program]).args(words.split(' '));
    let mut run = command.stderr(Stdio::null()).spawn().unwrap();
    std::thread::sleep(Duration::from_millis(300));
    let id = run.id().to_string();
    assert!(Command::new("kill").args(["-HUP", &id]).status().unwrap().success());
    std::thread::sleep(Duration::from_millis(300));
    assert!(run.try_wait().unwrap().is_none(), "it goes on");
    assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
    assert_eq!(run.wait().unwrap().code(), Some(143));
}
