//! How figures of a definition are known: `[sources]`, `[reasons]`, and which figure rests on which.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::section::{Document, Read, in_order, known_names};
use crate::constellation::Confidence;

/// What a figure rests on.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Basis {
    pub confidence: Confidence,
    /// Citation, or the reason of an assumption.
    pub source: String,
}

/// The tables `[sources]` and `[reasons]` of a file.
#[derive(Debug, Default)]
pub(super) struct Library<'a> {
    sources: BTreeMap<&'a str, &'a str>,
    reasons: BTreeMap<&'a str, &'a str>,
}

const CONFIDENCES: [(&str, Confidence); 3] =
    [("stated", Confidence::Stated), ("derived", Confidence::Derived), ("assumed", Confidence::Assumed)];

impl<'a> Library<'a> {
    /// Reads both tables from the root of a file.
    pub fn read(document: &Document, root: &'a DeTable<'a>) -> Read<Self> {
        let texts = |key: &str| -> Read<BTreeMap<&'a str, &'a str>> {
            let Some(value) = root.get(key) else { return Ok(BTreeMap::new()) };
            let DeValue::Table(table) = value.get_ref() else {
                let message = format!("{key} must be a table of texts, headed [{key}]");
                let help = format!("below [{key}] write a key and its text: paper = \"…\"");
                return Err(Box::new(document.error(&value.span(), message).help(help)));
            };
            in_order(table)
                .into_iter()
                .map(|(name, value)| match value.get_ref() {
                    DeValue::String(text) if !text.trim().is_empty() => {
                        Ok((name.get_ref().as_ref(), text.trim()))
                    }
                    _ => {
                        let message = format!("{} in [{key}] must be a text", name.get_ref());
                        let help =
                            format!("write {} = \"…\"; other fields stand above [{key}]", name.get_ref());
                        Err(Box::new(document.error(&value.span(), message).help(help)))
                    }
                })
                .collect()
        };
        Ok(Self { sources: texts("sources")?, reasons: texts("reasons")? })
    }

    /// The default of a table: its `source` and `confidence`.
    pub fn default_of(&self, document: &Document, table: &DeTable) -> Read<Option<Basis>> {
        let confidence = match table.get("confidence") {
            None => Confidence::Stated,
            Some(value) => {
                let word = value.get_ref().as_str().unwrap_or_default();
                match CONFIDENCES.iter().find(|(known, _)| *known == word) {
                    Some(&(_, confidence)) => confidence,
                    None => {
                        let message = "confidence must be stated, derived or assumed";
                        return Err(Box::new(document.error(&value.span(), message)));
                    }
                }
            }
        };
        match (table.get("source"), table.get("confidence")) {
            (Some(value), _) => self.basis(document, confidence, value).map(Some),
            (None, Some(value)) => {
                let error = document.error(&value.span(), "confidence without a source beside it");
                Err(Box::new(
                    error.help("add source = \"<key of [sources]>\", or the reason of the assumption"),
                ))
            }
            (None, None) => Ok(None),
        }
    }

    /// The sources of single figures: `stated.x`, `derived.x`, `assumed.x`.
    pub fn overrides_of<'t>(&self, document: &Document, table: &'t DeTable<'t>) -> Read<Overrides<'t>> {
        let mut entries: Vec<Override<'t>> = Vec::new();
        for (word, confidence) in CONFIDENCES {
            let Some(value) = table.get(word) else { continue };
            let DeValue::Table(figures) = value.get_ref() else {
                let error = document.error(&value.span(), format!("{word} must name a figure"));
                let help = format!("write {word}.altitude_km = \"…\", or source = \"…\" for the whole table");
                return Err(Box::new(error.help(help)));
            };
            for (name, value) in in_order(figures) {
                let key = name.get_ref().as_ref();
                if entries.iter().any(|entry| entry.key == key) {
                    let message = format!("{key} has two sources of different confidence");
                    let error = document.error(&name.span(), message);
                    return Err(Box::new(error.help("keep one of stated, derived and assumed for a figure")));
                }
                let basis = self.basis(document, confidence, value)?;
                entries.push(Override { key, span: name.span(), basis, used: Cell::new(false) });
            }
        }
        Ok(Overrides { entries })
    }

    fn basis(&self, document: &Document, confidence: Confidence, value: &Spanned<DeValue>) -> Read<Basis> {
        let resolve = |value: &Spanned<DeValue>| match (value.get_ref().as_str(), confidence) {
            (Some(text), Confidence::Assumed) => self.reason(document, text, value.span()),
            (Some(text), _) => self.citation(document, text, value.span()),
            (None, _) => Err(Box::new(
                document
                    .error(&value.span(), "a source must be a text")
                    .help("write a key of [sources] in quotes"),
            )),
        };
        let source = match value.get_ref() {
            DeValue::Array(items) if !items.is_empty() => {
                items.iter().map(resolve).collect::<Read<Vec<_>>>()?.join("; ")
            }
            _ => resolve(value)?,
        };
        Ok(Basis { confidence, source })
    }

    /// `key` or `key: remark` of a source.
    fn citation(&self, document: &Document, text: &str, span: Range<usize>) -> Read<String> {
        let (key, remark) = match text.split_once(':') {
            Some((key, remark)) => (key.trim(), Some(remark.trim())),
            None => (text.trim(), None),
        };
        let Some(source) = self.sources.get(key) else {
            let error = document.error(&span, format!("'{key}' is not a key of [sources]"));
            return Err(Box::new(error.help(known_names(key, self.sources.keys().copied()))));
        };
        Ok(match remark {
            Some(remark) => format!("{source} ({remark})"),
            None => (*source).to_owned(),
        })
    }

    /// A key of `[reasons]`, or the reason itself in words.
    fn reason(&self, document: &Document, text: &str, span: Range<usize>) -> Read<String> {
        let text = text.trim();
        if let Some(reason) = self.reasons.get(text) {
            return Ok((*reason).to_owned());
        }
        if text.contains(' ') {
            return Ok(text.to_owned());
        }
        let error =
            document.error(&span, format!("'{text}' is neither a reason in words nor a key of [reasons]"));
        let help = match self.reasons.is_empty() {
            true => "write the reason in a few words, such as \"no source gives it\"".to_owned(),
            false => known_names(text, self.reasons.keys().copied()),
        };
        Err(Box::new(error.help(help)))
    }
}

/// Sources of single figures of one table.
#[derive(Debug)]
pub(super) struct Overrides<'a> {
    entries: Vec<Override<'a>>,
}

#[derive(Debug)]
struct Override<'a> {
    key: &'a str,
    span: Range<usize>,
    basis: Basis,
    used: Cell<bool>,
}

impl Overrides<'_> {
    /// The source of one figure, if it has its own.
    pub fn of(&self, key: &str) -> Option<Basis> {
        let entry = self.entries.iter().find(|entry| entry.key == key)?;
        entry.used.set(true);
        Some(entry.basis.clone())
    }

    /// Refuses sources of figures that are not there.
    pub fn check_used(&self, document: &Document, header: &str, known: &[&str]) -> Read<()> {
        let Some(entry) = self.entries.iter().find(|entry| !entry.used.get()) else { return Ok(()) };
        let message = format!("a source for '{}', but {header} has no such figure", entry.key);
        let error = document.error(&entry.span, message);
        Err(Box::new(error.help(known_names(entry.key, known.iter().copied()))))
    }
}
