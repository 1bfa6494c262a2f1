//! Texts of files in messages: nothing in them moves the cursor of a terminal or fills it.

/// The most characters of a text of a file that a message shows.
const MOST: usize = 200;

/// A text as messages show it: characters that are not printed, line breaks too, as escapes of Rust,
/// and the middle of a long text cut, with how much. As `lattice_core::shown`, which this crate may be
/// built without.
pub(crate) fn shown(text: &str) -> String {
    let count = text.chars().count();
    if count <= MOST {
        return escaped(text);
    }
    let begin: String = text.chars().take(MOST / 2).collect();
    let end: String = text.chars().skip(count - MOST / 2).collect();
    format!("{}... ({} more characters) ...{}", escaped(&begin), count - MOST, escaped(&end))
}

fn escaped(text: &str) -> String {
    let mut shown = String::new();
    for letter in text.chars() {
        match letter {
            '"' | '\'' | '\\' => shown.push(letter),
            // combining marks stay with the letter before them
            _ => shown.extend(format!("a{letter}").escape_debug().skip(1)),
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_is_short_and_printed() {
        assert_eq!(shown("my file é.csv"), "my file é.csv");
        assert_eq!(shown("\u{1b}[2J\r\n\u{202e}"), "\\u{1b}[2J\\r\\n\\u{202e}");
        assert!(shown(&"a".repeat(1000)).contains("a... (800 more characters) ...a"));
    }
}
