//! The report of an import: what was done, and what is wrong with which row.

use crate::{
    cli::{console::Console, failure::Failure},
    domain::month::Month,
    services::{
        operation::calendar::CalendarReport,
        registry::imports::{Mode, Report},
    },
    sheets::{RowError, error_list},
    texts::{Explain, texts},
};
use std::{fs, path::Path};

/// Errors shown on the screen; a file holds them all.
const SHOWN: usize = 50;

/// Says what came of the file, and fails when nothing was taken over that should have been.
pub(super) fn tell(console: Console, report: &Report, mode: Mode, errors: Option<&Path>) -> Result<(), Failure> {
    let language = console.language;
    list_errors(console, &report.errors, errors)?;
    list_passed_over(console, report);
    let counts = counts(
        language,
        report.rows_read,
        report.created,
        report.changed,
        report.unchanged,
        report.outdated,
        report.bad_rows(),
        report.signals,
    );
    if !report.errors.is_empty() && !mode.partial {
        return Err(Failure::refused(refused(language, report.bad_rows())));
    }
    for (month, sources) in &report.awaited {
        console.note(awaited(language, *month, &sources.join(language.list_separator())));
    }
    console.print(if mode.dry_run { would(language, &counts) } else { done(language, &counts) });
    Ok(())
}

/// Says what came of a calendar, and fails when nothing was taken over that should have been.
pub(super) fn tell_calendar(console: Console, report: &CalendarReport, dry_run: bool) -> Result<(), Failure> {
    let language = console.language;
    list_errors(console, &report.errors, None)?;
    if !report.errors.is_empty() {
        return Err(Failure::refused(calendar_refused(language, report.errors.len())));
    }
    let years = report.years.iter().map(|(year, days)| days_of_year(language, *year, *days));
    let years = years.collect::<Vec<_>>().join(language.list_separator());
    console.print(if dry_run { calendar_would(language, &years) } else { calendar_done(language, &years) });
    Ok(())
}

fn list_errors(console: Console, errors: &[RowError], file: Option<&Path>) -> Result<(), Failure> {
    let language = console.language;
    for error in errors.iter().take(SHOWN) {
        console.note(error.text(language));
    }
    if let Some(path) = file {
        let list = error_list(errors, language);
        let shown = path.display().to_string();
        fs::write(path, list).map_err(|error| Failure::failed(not_written(language, &shown, &error.to_string())))?;
        console.note(written(language, errors.len(), &shown));
    } else if errors.len() > SHOWN {
        console.note(more(language, errors.len() - SHOWN));
    }
    Ok(())
}

fn list_passed_over(console: Console, report: &Report) {
    let language = console.language;
    let skipped = &report.skipped;
    let added_up = skipped.totals + skipped.repeated_headers + skipped.footers + skipped.titles;
    if added_up + skipped.not_taxes > 0 {
        console.note(passed_over(language, added_up, skipped.not_taxes));
    }
    if !report.ignored_columns.is_empty() {
        console.note(ignored(language, &report.ignored_columns.join(language.list_separator())));
    }
}

texts! {
    counts(read: usize, created: usize, changed: usize, unchanged: usize, outdated: usize, bad: usize, signals: usize) {
        zh: "读取 {read} 行，新增 {created}，更新 {changed}，未变 {unchanged}，早于现有数据 {outdated}，有误 {bad}；迁出线索 {signals} 条",
        en: "{read} rows read, {created} new, {changed} changed, {unchanged} unchanged, {outdated} older than the existing data, {bad} bad; signals of a move: {signals}",
    }
    done(counts: &str) { zh: "已导入：{counts}。", en: "Imported: {counts}." }
    would(counts: &str) { zh: "试运行，没有写入：{counts}。", en: "Dry run, nothing written: {counts}." }
    refused(rows: usize) {
        zh: "有 {rows} 行有误，什么也没有写入。请改正后重新导入，或用 --partial 只导入正确的行。",
        en: "Bad rows: {rows}. Nothing was written. Correct them and import again, or use --partial to import the good rows alone.",
    }
    calendar_refused(errors: usize) {
        zh: "有 {errors} 处错误，什么也没有写入。请改正后重新导入。",
        en: "Errors: {errors}. Nothing was written. Correct them and import again.",
    }
    days_of_year(year: i32, days: usize) { zh: "{year}年 {days} 天", en: "{year} (days: {days})" }
    calendar_done(years: &str) { zh: "已导入：{years}。", en: "Imported: {years}." }
    calendar_would(years: &str) { zh: "试运行，没有写入：{years}。", en: "Dry run, nothing written: {years}." }
    awaited(month: Month, sources: &str) {
        zh: "{month} 还要等以下来源报全，才能判断谁没有缴税：{sources}",
        en: "{month} is not complete: enterprises without receipts are not assessed before these sources have sent everything: {sources}",
    }
    more(count: usize) {
        zh: "还有 {count} 处错误未显示；用 --errors 文件.csv 写出全部错误。",
        en: "{count} more errors are not shown; --errors FILE.csv writes them all.",
    }
    written(count: usize, path: &str) { zh: "{count} 处错误已写入 {path}。", en: "{count} errors written to {path}." }
    not_written(path: &str, reason: &str) { zh: "无法写入 {path}：{reason}", en: "{path} cannot be written: {reason}" }
    passed_over(rows: usize, not_taxes: usize) {
        zh: "略过标题、合计、页脚等 {rows} 行，非税收入 {not_taxes} 行。",
        en: "Skipped: {rows} rows of titles, totals and footers, {not_taxes} rows of charges that are not taxes.",
    }
    ignored(columns: &str) { zh: "没有使用的列：{columns}", en: "Columns not used: {columns}" }
}
