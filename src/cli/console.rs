//! What a person at a terminal reads and types: lines in their language, questions, passwords.

use super::failure::Failure;
use crate::{
    domain::people::actor::Actor,
    texts::{Language, texts},
};
use std::io::{self, BufRead, IsTerminal, Write};
use uuid::Uuid;
use zeroize::Zeroizing;

/// The terminal, or whatever stands in for it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Console {
    /// The language the person reads.
    pub(super) language: Language,
}

#[allow(clippy::unused_self, reason = "the terminal proves that printing is allowed")]
impl Console {
    /// Prints a line of what the command is for.
    pub(super) fn print(self, line: impl AsRef<str>) {
        // The reader has closed the pipe and needs no more output.
        let _ = writeln!(io::stdout().lock(), "{}", line.as_ref());
    }

    /// Prints a line beside the result: notes and errors.
    pub(super) fn note(self, line: impl AsRef<str>) {
        let _ = writeln!(io::stderr().lock(), "{}", line.as_ref());
    }

    /// The actor of the command line: the product itself, run by a user of this machine.
    pub(super) fn actor(self) -> Actor {
        let actor = Actor::system(&command_line(self.language), Uuid::now_v7().to_string());
        Actor { language: self.language, ..actor }
    }

    /// Asks for a new password twice, or reads it as the first line of standard input.
    pub(super) fn new_password(self, from_stdin: bool) -> Result<Zeroizing<String>, Failure> {
        if from_stdin {
            return self.line_of_stdin();
        }
        if !io::stdin().is_terminal() {
            return Err(Failure::usage(no_terminal(self.language)));
        }
        let first = self.hidden(&new_password(self.language))?;
        let second = self.hidden(&same_again(self.language))?;
        if first == second { Ok(first) } else { Err(Failure::refused(passwords_differ(self.language))) }
    }

    fn hidden(self, question: &str) -> Result<Zeroizing<String>, Failure> {
        let answer = rpassword::prompt_password(question);
        answer.map(Zeroizing::new).map_err(|error| self.unreadable(&error))
    }

    fn line_of_stdin(self) -> Result<Zeroizing<String>, Failure> {
        let mut line = Zeroizing::new(String::new());
        io::stdin().lock().read_line(&mut line).map_err(|error| self.unreadable(&error))?;
        let password = line.trim_end_matches(['\r', '\n']);
        if password.is_empty() {
            return Err(Failure::refused(no_password(self.language)));
        }
        Ok(Zeroizing::new(password.to_owned()))
    }

    fn unreadable(self, error: &io::Error) -> Failure {
        Failure::failed(password_unreadable(self.language, &error.to_string()))
    }
}

/// A table as text: columns side by side, wide enough for their longest cell. Chinese characters count twice.
pub(super) fn columns(rows: &[Vec<String>]) -> String {
    let count = rows.iter().map(Vec::len).max().unwrap_or_default();
    let widest = |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|cell| width(cell)).max();
    let widths: Vec<usize> = (0..count).map(|column| widest(column).unwrap_or_default()).collect();
    let line = |row: &Vec<String>| {
        let padded = row.iter().zip(&widths).map(|(cell, wide)| {
            let spaces = wide.saturating_sub(width(cell));
            format!("{cell}{}", " ".repeat(spaces))
        });
        padded.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    rows.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// Columns of a terminal that a text takes: East Asian wide characters take two.
fn width(text: &str) -> usize {
    let wide = |c: char| matches!(c, '\u{1100}'..='\u{115f}' | '\u{2e80}'..='\u{a4cf}' | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}' | '\u{fe30}'..='\u{fe6f}' | '\u{ff00}'..='\u{ff60}' | '\u{ffe0}'..='\u{ffe6}' | '\u{20000}'..='\u{3fffd}');
    text.chars().map(|c| if wide(c) { 2 } else { 1 }).sum()
}

texts! {
    command_line() { zh: "命令行", en: "command line" }
    new_password() { zh: "新密码：", en: "New password: " }
    same_again() { zh: "再输入一次：", en: "The same again: " }
    passwords_differ() { zh: "两次输入的密码不同，什么也没有改变。", en: "The two passwords differ; nothing was changed." }
    no_password() { zh: "标准输入的第一行是空的，应为密码。", en: "The first line of standard input is empty; it should be the password." }
    no_terminal() {
        zh: "这里不是终端，无法询问密码。请用 --password-stdin 从标准输入读取。",
        en: "There is no terminal to ask for a password. Use --password-stdin and write the password to standard input.",
    }
    password_unreadable(reason: &str) { zh: "无法读取密码：{reason}", en: "The password cannot be read: {reason}" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_below_each_other_in_both_scripts() {
        let rows = [vec!["星河区".to_owned(), "a".to_owned()], vec!["x".to_owned(), "b".to_owned()]];
        assert_eq!(columns(&rows), "星河区  a\nx       b");
    }
}
