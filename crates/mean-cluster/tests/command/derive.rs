//! `mean-cluster derive` prints the paper's equations and refuses what is none.

use crate::runner::mean_cluster;

fn derive(arguments: &[&str]) -> (bool, String, String) {
    let output = mean_cluster(&[&["derive"], arguments].concat(), 1);
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.success(), text(output.stdout), text(output.stderr))
}

#[test]
fn the_equations_of_the_paper() {
    let given = ["--lattice", "triangular", "--species", "+,-", "--order", "2", "--rules", "swap"];
    let (succeeded, text, _) = derive(&given);
    assert!(succeeded);
    for line in [
        "dC++/dt = 4 k1 C∠+-+ + 2 k2 C+-+ - 4 k3 C∠++- - 2 k4 C++-",
        "dC--/dt = 4 k5 C∠-+- + 2 k6 C-+- - 4 k7 C∠--+ - 2 k8 C--+",
        "dC+-/dt = 2 k3 C∠++- + 2 k7 C∠--+ + k4 C++- + k8 C--+ - 2 k1 C∠+-+ - 2 k5 C∠-+- - k2 C+-+ - k6 C-+-",
        "Conserved for all rates: none",
    ] {
        assert!(text.lines().any(|printed| printed == line), "{text}");
    }
    let (_, text, _) = derive(&["--one-rate"]);
    assert!(text.contains("Conserved for all rates: C+\n"), "{text}");
    let contact = "0 1 -> 1 1 @ lambda, 1 -> 0 @ mu";
    let (_, text, _) = derive(&[
        "--lattice",
        "square",
        "--species",
        "1,0",
        "--rules",
        contact,
        "--format",
        "latex",
    ]);
    assert!(text.contains("\\frac{d C_{1}}{dt} &= 4 \\lambda\\,C_{10} - \\mu\\,C_{1}"), "{text}");
}

#[test]
fn refusals_say_what_to_do() {
    for (arguments, reason) in [
        (["--rules", "1 to 0"], "is not understood"),
        (["--rules", "A -> B"], "there is no species \"A\"; there are +, -"),
        (["--lattice", "cubic"], "face-centred-cubic"),
        (["--species", "+"], "2 to 16"),
        (["--order", "0"], "order = 0"),
        (["--order", "99"], "lower the order"),
    ] {
        let (succeeded, text, error) = derive(&arguments);
        assert!(!succeeded && text.is_empty() && error.contains(reason), "{error}");
    }
}
