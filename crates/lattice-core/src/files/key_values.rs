//! The comment line of extended XYZ: `key=value` with values in quotes or braces if they hold spaces.

/// A value of a comment line.
#[derive(Debug, PartialEq)]
pub(super) struct Value {
    /// Its text, without quotes.
    pub(super) text: String,
    /// The character of the line, from 1, at which it begins.
    pub(super) column: usize,
}

impl Value {
    /// Its words, without the commas and brackets that lists may have.
    pub(super) fn words(&self) -> impl Iterator<Item = &str> {
        let separators = |c: char| c.is_whitespace() || matches!(c, ',' | '[' | ']' | '{' | '}');
        self.text.split(separators).filter(|word| !word.is_empty())
    }
}

/// The value of the last `key=value` with this key, in any case as ASE and OVITO take it.
pub(super) fn value(line: &str, key: &str) -> Option<Value> {
    all(line).into_iter().rev().find(|(name, _)| name.eq_ignore_ascii_case(key)).map(|(_, v)| v)
}

/// The second value of a key that stands more than once.
pub(super) fn second(line: &str, key: &str) -> Option<Value> {
    all(line).into_iter().filter(|(name, _)| name.eq_ignore_ascii_case(key)).map(|(_, v)| v).nth(1)
}

fn all(line: &str) -> Vec<(String, Value)> {
    let mut found = Vec::new();
    let mut letters = line.chars().enumerate().peekable();
    loop {
        while letters.next_if(|(_, letter)| letter.is_whitespace()).is_some() {}
        if letters.peek().is_none() {
            return found;
        }
        let key = word(&mut letters, true);
        if letters.next_if(|(_, letter)| *letter == '=').is_none() {
            continue; // a word alone
        }
        let column = letters.peek().map_or(0, |(index, _)| index + 1);
        found.push((key, Value { text: word(&mut letters, false), column }));
    }
}

/// A word: in quotes or braces, or to the next space (of a key, also to the next `=`).
fn word(
    letters: &mut std::iter::Peekable<impl Iterator<Item = (usize, char)>>,
    is_key: bool,
) -> String {
    let mut text = String::new();
    let (begin, end) = match letters.peek() {
        Some((_, quote @ ('"' | '\''))) => (None, Some(*quote)),
        Some((_, '{')) => (Some('{'), Some('}')),
        Some((_, '[')) => (Some('['), Some(']')),
        _ => (None, None),
    };
    let mut depth = 0usize; // lists hold lists
    if end.is_some() {
        letters.next();
    }
    while let Some((_, letter)) = letters.next_if(|(_, letter)| {
        end.is_some() || !(letter.is_whitespace() || (is_key && *letter == '='))
    }) {
        if Some(letter) == end && depth == 0 {
            break;
        }
        match letter {
            _ if Some(letter) == begin => {
                depth += 1;
                text.push(letter);
            }
            _ if Some(letter) == end => {
                depth -= 1;
                text.push(letter);
            }
            '\\' if end.is_some() => text.extend(letters.next().map(|(_, escaped)| escaped)),
            _ => text.push(letter),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_braces_and_words_alone() {
        let line = r#"Lattice="1 0 0" alone pbc="T T F" name='a b' list={1 2} note="a \" b" x=2 x=3 cell=[[1, 0], [0,2]] last=1"#;
        let text = |key| value(line, key).map(|v| v.text);
        assert_eq!(text("lattice").unwrap(), "1 0 0");
        assert_eq!(text("pbc").unwrap(), "T T F");
        assert_eq!(text("name").unwrap(), "a b");
        assert_eq!(text("list").unwrap(), "1 2");
        assert_eq!(text("note").unwrap(), "a \" b");
        assert_eq!(text("x").unwrap(), "3");
        assert_eq!(text("alone"), None);
        let words = |key| value(line, key).unwrap().words().map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(words("cell"), ["1", "0", "0", "2"]);
        assert_eq!(text("last").unwrap(), "1");
        assert_eq!(second(line, "x").unwrap().text, "3");
        assert_eq!(second(line, "pbc"), None);
        assert_eq!(value(line, "pbc").unwrap().column, 27);
        assert_eq!(value("key", "key"), None);
        assert_eq!(value("key=", "key"), Some(Value { text: String::new(), column: 0 }));
    }
}
