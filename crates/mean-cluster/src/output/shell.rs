//! Paths as a shell takes them, for commands that are printed to be run.

use std::path::Path;

/// A path as one word of a shell: as it is, in quotes where it has spaces or the like, or with escapes
/// (as bash and zsh have them) where it has bytes that a terminal does not show.
pub(crate) fn shell_word(path: &Path) -> String {
    let bytes = path.as_os_str().as_encoded_bytes();
    let is_plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"/._-+=:@%,".contains(byte);
    match path.to_str() {
        Some(text) if !text.is_empty() && bytes.iter().all(is_plain) => text.to_owned(),
        Some(text) if !text.chars().any(char::is_control) => {
            format!("'{}'", text.replace('\'', "'\\''"))
        }
        _ => {
            let escaped = |byte: &u8| match byte {
                b' '..=b'~' if !b"'\\".contains(byte) => char::from(*byte).to_string(),
                byte => format!("\\x{byte:02x}"),
            };
            format!("$'{}'", bytes.iter().map(escaped).collect::<String>())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_mean_the_path() {
        for (path, word) in [
            ("/tmp/out-1.x", "/tmp/out-1.x"),
            ("/tmp/my runs", "'/tmp/my runs'"),
            ("/tmp/it's $HOME", "'/tmp/it'\\''s $HOME'"),
            ("/tmp/a\nb", "$'/tmp/a\\x0ab'"),
        ] {
            assert_eq!(shell_word(Path::new(path)), word);
        }
    }
}
