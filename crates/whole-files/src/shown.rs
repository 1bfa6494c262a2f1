//! Texts of files in messages: nothing in them moves the cursor of a terminal or fills it.

/// The most characters of a text of a file that a message shows.
const MOST: usize = 200;

/// The most characters of a message.
const MOST_OF_MESSAGE: usize = 2000;

/// A text as messages show it: characters that are not printed, line breaks too, as escapes of Rust,
/// and the middle of a text of more than 200 characters cut, with how much.
///
/// ```
/// use whole_files::shown;
///
/// assert_eq!(shown("my file é.txt"), "my file é.txt");
/// assert_eq!(shown("\u{1b}[2J\n"), "\\u{1b}[2J\\n");
/// assert!(shown(&"a".repeat(1000)).contains("(800 more characters)"));
/// ```
pub fn shown(text: &str) -> String {
    cut(text, MOST, escaped)
}

/// A message that may hold texts of files as they are: as [`shown`], but line breaks stay, and it has
/// up to 2000 characters.
pub fn shown_message(text: &str) -> String {
    cut(text, MOST_OF_MESSAGE, |text| text.split('\n').map(escaped).collect::<Vec<_>>().join("\n"))
}

fn cut(text: &str, most: usize, show: fn(&str) -> String) -> String {
    let count = text.chars().count();
    if count <= most {
        return show(text);
    }
    let begin: String = text.chars().take(most / 2).collect();
    let end: String = text.chars().skip(count - most / 2).collect();
    format!("{}... ({} more characters) ...{}", show(&begin), count - most, show(&end))
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
