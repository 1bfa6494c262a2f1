//! `mean-cluster derive` prints the paper's equations and refuses what is none.

use super::runner::mean_cluster;

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
        // the equation dC+/dt = 0 is exact, but (5) by itself moves C+
        "dC+/dt = 0",
        "Conserved for all rates: C+",
        "Conserved by the equations of 2 sites alone, which a closed system solves: none",
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
        (["--rules", "+ -> -,+ -> -"], "given twice, as number 1 and number 2"),
        (["--rules", "+ -> - @ my rate"], "holds no space"),
        (["--rules", "+ -> - @ 2"], "begin with a digit"),
        (["--rules", "swap @ k,+ -> - @ k1"], "both have a rate constant k1"),
    ] {
        let (succeeded, text, error) = derive(&arguments);
        assert!(!succeeded && text.is_empty() && error.contains(reason), "{error}");
    }
}

/// Two rules with one name have one rate constant: `0 1 -> 1 1` and `1 0 -> 0 0` with one k conserve
/// C1 (z k C01 - z k C10 = 0).
#[test]
fn a_name_is_one_rate_constant() {
    let voter = |other: &str| {
        let rules = format!("0 1 -> 1 1 @ k,1 0 -> 0 0 @ {other}");
        derive(&["--lattice", "square", "--species", "1,0", "--rules", &rules]).1
    };
    let text = voter("k");
    assert!(text.contains("dC1/dt = 0\n") && text.contains("for all rates: C1\n"), "{text}");
    assert!(voter("j").contains("for all rates: none\n"));
}

/// A search for conserved sums that is too large costs the note, not the equations.
#[test]
fn equations_are_printed_whatever_the_notes_cost() {
    let many = "a,b,c,d,e,f,g,h,i,j,k,l";
    for (arguments, equations) in [
        (
            &["--lattice", "honeycomb", "--species", many, "--rules", "a -> b", "--order", "3"][..],
            1026,
        ),
        (&["--lattice", "kagome", "--order", "6"], 100),
    ] {
        for format in ["text", "latex"] {
            let (succeeded, text, error) = derive(&[arguments, &["--format", format][..]].concat());
            assert!(succeeded, "{error}");
            let shown =
                text.lines().filter(|line| line.contains("/dt = ") || line.contains("{dt} &="));
            assert!(shown.count() >= equations);
            assert!(
                text.contains("Conserved for all rates: unknown (conserved sums were not searched")
            );
        }
    }
}

/// In LaTeX the notes are comments, which say what the numbers in names mean.
#[test]
fn notes_in_each_format() {
    let (_, latex, _) = derive(&["--format", "latex", "--why", "--order", "3"]);
    let (_, after) = latex.split_once("\\end{align}\n").unwrap();
    assert!(after.lines().all(|line| line.starts_with('%')), "{after}");
    for note in ["% A closure must give: C△", "% Windows:\n", "% ∠: ", "% Why the larger clusters"]
    {
        assert!(after.contains(note) || note.contains('△'), "{after}");
    }
    let (succeeded, text, error) = derive(&["--format", "svg", "--why"]);
    assert!(!succeeded && text.is_empty() && error.contains("why"), "{error}");
}

/// Lattices and rules whose equations once depended on the run, and others.
const CASES: [(&str, &str, &str, &str, u64); 9] = [
    ("triangular", "+,-", "2", "swap", 0x54a0_add4_0a22_2c7f),
    ("square", "0,1", "3", "0 1 -> 1 1 @ lambda,1 -> 0 @ death", 0x46b9_e13f_645d_2bb5),
    ("honeycomb", "A,B,V", "2", "swap", 0x14dc_cf21_d497_8f2a),
    ("kagome", "S,I,R", "2", "S I -> I I @ beta,I -> R @ gamma,swap", 0x3868_8457_fd0f_6b15),
    ("simple-cubic", "A,B", "2", "swap @ k", 0x4c9b_0a93_1f2a_6db1),
    ("face-centred-cubic", "A,B,V", "1", "A V -> V A,B V -> V B", 0x73c2_c05b_d9e6_6e3b),
    ("body-centred-cubic", "0,1", "1", "0 -> 1 by 1 @ up,1 -> 0 by 0 @ up", 0x5cdd_822b_ce9b_9a33),
    ("honeycomb", "A,B,V", "3", "swap", 0xb446_88f8_af07_aa72),
    ("triangular", "CO,O,V", "2", "V -> CO,V V -> O O,CO O -> V V @ react", 0x5716_0051_f433_5f38),
];

/// Runs of fresh processes, each with its own seeds of hash maps. A value that a test here freezes
/// holds on every machine.
#[test]
fn the_same_bytes_in_every_process() {
    let runs = std::env::var("DERIVE_RUNS").map_or(4, |runs| runs.parse().unwrap());
    for (lattice, species, order, rules, frozen) in CASES {
        for format in ["text", "latex", "svg"] {
            let arguments = ["--lattice", lattice, "--species", species, "--order", order];
            let arguments = [&arguments[..], &["--rules", rules, "--format", format]].concat();
            let (succeeded, first, error) = derive(&arguments);
            assert!(succeeded, "{error}");
            for _ in 1..runs {
                assert_eq!(derive(&arguments).1, first, "{arguments:?}");
            }
            if format == "text" {
                assert_eq!(fowler_noll_vo(&first), frozen, "{arguments:?}\n{first}");
            }
        }
    }
}

/// FNV-1a, 64 bits.
fn fowler_noll_vo(text: &str) -> u64 {
    let next = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    text.bytes().fold(0xcbf2_9ce4_8422_2325, next)
}
