//! Text that is partly of strangers, such as names of files, made such that no terminal takes it for commands.

use std::borrow::Cow;

/// The text in one line, with control characters written out as in Rust: a newline as `\n`, an escape as `\u{1b}`. So
/// are those that turn the direction of writing (Unicode Standard Annex 9), as they let a name look like another.
pub(crate) fn plain(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_command) {
        return Cow::Borrowed(text);
    }
    let mut plain = String::with_capacity(text.len());
    for character in text.chars() {
        if is_command(character) {
            plain.extend(character.escape_default());
        } else {
            plain.push(character);
        }
    }
    Cow::Owned(plain)
}

fn is_command(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_name_is_a_command() {
        assert_eq!(plain("Größe 1 \\ \"2\".jpg"), "Größe 1 \\ \"2\".jpg");
        assert_eq!(plain("a\n\u{1b}[2J\u{9b}\u{7f}\t.jpg"), r"a\n\u{1b}[2J\u{9b}\u{7f}\t.jpg");
        assert_eq!(plain("a\u{202E}gpj.exe"), r"a\u{202e}gpj.exe");
    }
}
