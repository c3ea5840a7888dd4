//! The rows of a list: columns with label, look and cell. A table, cards on a phone, a sheet of paper and an exported file are
//! made of the same columns.

use crate::sheets::Written;
use chrono::NaiveDate;

/// How the cells of a column look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// Words.
    Text,
    /// Words that are cut where the table is too wide.
    Cut,
    /// A number, on the right.
    Number,
    /// A day, an instant or a code: digits of one width.
    Code,
}

/// A column of a list of `T`.
pub struct Column<'p, T> {
    label: String,
    look: Look,
    on_cards: OnCards,
    cell: Box<dyn Fn(&T) -> Cell + 'p>,
}

/// How a column stands on a card.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum OnCards {
    /// With its label.
    Labelled,
    /// Without: it speaks for itself.
    Plain,
    /// Not at all.
    Absent,
}

impl<'p, T> Column<'p, T> {
    /// A column of words.
    pub fn new(label: impl Into<String>, cell: impl Fn(&T) -> Cell + 'p) -> Self {
        Self { label: label.into(), look: Look::Text, on_cards: OnCards::Labelled, cell: Box::new(cell) }
    }

    /// A column that looks so.
    #[must_use]
    pub fn look(self, look: Look) -> Self {
        Self { look, ..self }
    }

    /// A column whose cells stand on cards without its label.
    #[must_use]
    pub fn plain_on_cards(self) -> Self {
        Self { on_cards: OnCards::Plain, ..self }
    }

    /// A column that cards leave out.
    #[must_use]
    pub fn absent_on_cards(self) -> Self {
        Self { on_cards: OnCards::Absent, ..self }
    }

    /// What it is called.
    pub fn label(&self) -> &str {
        &self.label
    }

    /// What it holds of a row in a file.
    pub fn written(&self, row: &T) -> Written {
        (self.cell)(row).written()
    }

    /// How wide it is in a file, in characters of which a Chinese one takes two.
    pub const fn width(&self) -> u32 {
        match self.look {
            Look::Cut => 40,
            Look::Text => 24,
            Look::Code => 20,
            Look::Number => 12,
        }
    }

    /// The classes of a cell. A card leaves out what is not there.
    fn class(&self, cell: &Cell) -> String {
        let look = match self.look {
            Look::Text => "",
            Look::Cut => "cut",
            Look::Number => "num",
            Look::Code => "code",
        };
        let on_cards = match self.on_cards {
            OnCards::Absent => "card-skip",
            _ if cell.pieces.is_empty() => "card-skip",
            OnCards::Plain if self.look == Look::Cut => "card-text",
            OnCards::Plain | OnCards::Labelled => "",
        };
        [look, on_cards].into_iter().filter(|class| !class.is_empty()).collect::<Vec<_>>().join(" ")
    }
}

/// What stands in a cell, piece by piece.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cell {
    /// The pieces, in their order.
    pub pieces: Vec<Piece>,
    number: Option<i64>,
}

/// A piece of a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// Words.
    Text(String),
    /// Words that matter less.
    Muted(String),
    /// Words that matter more.
    Strong(String),
    /// Words about something late.
    Late(String),
    /// A label.
    Tag(String),
    /// A label that stands out.
    Accent(String),
    /// A label of something wrong.
    Bad(String),
    /// Characters that stand for themselves.
    Code(String),
    /// A day or an instant.
    Time(String),
    /// A way to something.
    Link(String, String),
    /// A day that leads to something.
    TimeLink(String, String),
    /// A level with its mark: code and name.
    Level(&'static str, &'static str),
    /// The state of a mail: code and name.
    DeliveryState(&'static str, &'static str),
    /// Words with more of them for who points at them.
    Titled(String, String),
    /// Words on cards alone, where their own column is absent.
    OnCards(String),
    /// Names with their values.
    Pairs(Vec<(String, String)>),
}

impl Cell {
    /// Words, or a dash for none.
    pub fn text(text: impl Into<String>) -> Self {
        let text = text.into();
        if text.is_empty() { Self::nothing() } else { Self::of(Piece::Text(text)) }
    }

    /// Words that may be unknown.
    pub fn known(text: Option<impl Into<String>>) -> Self {
        text.map_or_else(Self::nothing, Self::text)
    }

    /// Nothing is known, or nothing is there.
    pub fn nothing() -> Self {
        Self::default()
    }

    /// A count, as a page writes it.
    pub fn number(number: i64) -> Self {
        Self { pieces: vec![Piece::Text(super::super::format::count(number))], number: Some(number) }
    }

    /// A day that may be unknown.
    pub fn day(day: Option<NaiveDate>) -> Self {
        day.map_or_else(Self::nothing, |day| Self::of(Piece::Time(day.to_string())))
    }

    /// One piece.
    pub fn of(piece: Piece) -> Self {
        Self { pieces: vec![piece], number: None }
    }

    /// With another piece, if there is one.
    #[must_use]
    pub fn and(mut self, piece: impl IntoIterator<Item = Piece>) -> Self {
        self.pieces.extend(piece);
        self
    }

    fn written(&self) -> Written {
        if let Some(number) = self.number {
            return Written::Number(number);
        }
        let words: Vec<String> = self.pieces.iter().filter_map(Piece::words).collect();
        if let [Piece::Time(day)] = self.pieces.as_slice()
            && let Ok(day) = day.parse::<NaiveDate>()
        {
            return Written::Day(day);
        }
        if words.is_empty() { Written::Empty } else { Written::Text(words.join(" ")) }
    }
}

impl Piece {
    /// What it says in a file.
    fn words(&self) -> Option<String> {
        match self {
            Self::Text(text)
            | Self::Muted(text)
            | Self::Strong(text)
            | Self::Late(text)
            | Self::Tag(text)
            | Self::Accent(text)
            | Self::Bad(text)
            | Self::Code(text)
            | Self::Time(text)
            | Self::Link(_, text)
            | Self::TimeLink(_, text)
            | Self::Titled(text, _) => Some(text.clone()),
            Self::Level(_, name) | Self::DeliveryState(_, name) => Some((*name).to_owned()),
            Self::OnCards(_) => None,
            Self::Pairs(pairs) => {
                let pairs: Vec<String> = pairs.iter().map(|(name, value)| format!("{name} {value}")).collect();
                Some(pairs.join("; "))
            }
        }
    }
}

/// A column's head on a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heading {
    /// Its label.
    pub label: String,
    /// Its class.
    pub class: &'static str,
}

/// A cell on a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownCell {
    /// The label on a card.
    pub label: Option<String>,
    /// Its classes.
    pub class: String,
    /// What stands in it.
    pub cell: Cell,
}

/// A list's rows on a page; the cell that names the row is its head.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Table {
    /// The heads of the columns.
    pub headings: Vec<Heading>,
    /// The rows.
    pub rows: Vec<Vec<ShownCell>>,
    /// The place of the column that names a row.
    pub head: usize,
}

impl Table {
    /// The table of these rows; `head` is the place of the column that names one.
    pub fn new<T>(columns: &[Column<'_, T>], head: usize, rows: &[T]) -> Self {
        let heading = |column: &Column<'_, T>| Heading {
            label: column.label.clone(),
            class: if column.look == Look::Number { "num" } else { "" },
        };
        let shown = |column: &Column<'_, T>, row: &T| {
            let cell = (column.cell)(row);
            let label = (column.on_cards == OnCards::Labelled).then(|| column.label.clone());
            ShownCell { label, class: column.class(&cell), cell }
        };
        Self {
            headings: columns.iter().map(heading).collect(),
            rows: rows.iter().map(|row| columns.iter().map(|column| shown(column, row)).collect()).collect(),
            head,
        }
    }
}
