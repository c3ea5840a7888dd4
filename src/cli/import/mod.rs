//! `import`: imports a file and reports what is wrong row by row.

mod summary;

use super::{console::Console, failure::Failure, help::Help, progress::Progress, start, typed::typed};
use crate::{
    app::App,
    domain::{date::parse_date_lenient, people::actor::Actor, registry::industry::IndustryEdition},
    services::{
        Error,
        operation::calendar,
        registry::imports::{FILE_BYTES_MAX, Mode, Report, Upload, enterprises::EnterpriseList, receipts::ReceiptList},
    },
    settings::Settings,
    sheets::{self, AmountUnit},
    texts::{Explain, Language, texts},
};
use chrono::NaiveDate;
use clap::{Args, Subcommand};
use std::{
    fs::File,
    io::Read,
    path::{Path, PathBuf},
};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    list: List,
}

#[derive(Debug, Subcommand)]
enum List {
    Enterprises(EnterpriseArguments),
    Receipts(ReceiptArguments),
    Calendar(CalendarArguments),
}

#[derive(Debug, Args)]
struct EnterpriseArguments {
    #[command(flatten)]
    file: FileArguments,
    #[arg(long, value_name = "EDITION", default_value = "gb_2017")]
    industry_edition: String,
}

#[derive(Debug, Args)]
struct ReceiptArguments {
    #[command(flatten)]
    file: FileArguments,
    #[arg(long, value_name = "UNIT")]
    unit: Option<String>,
    #[arg(long)]
    allow_fewer: bool,
}

#[derive(Debug, Args)]
struct CalendarArguments {
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[arg(long, value_name = "TEXT")]
    source: Option<String>,
    #[arg(long)]
    dry_run: bool,
}

#[derive(Debug, Args)]
struct FileArguments {
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[arg(long, value_name = "NAME")]
    source: String,
    #[arg(long, value_name = "TEXT")]
    legal_basis: String,
    #[arg(long, value_name = "DATE")]
    data_date: String,
    #[arg(long, value_name = "NAME")]
    sheet: Option<String>,
    #[arg(long)]
    dry_run: bool,
    #[arg(long)]
    partial: bool,
    #[arg(long, value_name = "FILE")]
    errors: Option<PathBuf>,
}

pub(super) const HELP: Help = Help {
    about,
    details,
    arguments: &[],
    commands: &[("enterprises", &ENTERPRISES), ("receipts", &RECEIPTS), ("calendar", &CALENDAR)],
};

const CALENDAR: Help = Help {
    about: calendar_about,
    details: calendar_details,
    arguments: &[("file", file), ("source", calendar_source), ("dry_run", dry_run)],
    commands: &[],
};

const ENTERPRISES: Help = Help {
    about: enterprises_about,
    details: enterprises_details,
    arguments: &[
        ("file", file),
        ("source", source),
        ("legal_basis", legal_basis),
        ("data_date", data_date),
        ("sheet", sheet),
        ("dry_run", dry_run),
        ("partial", partial),
        ("errors", errors_file),
        ("industry_edition", industry_edition),
    ],
    commands: &[],
};

const RECEIPTS: Help = Help {
    about: receipts_about,
    details: receipts_details,
    arguments: &[
        ("file", file),
        ("source", source),
        ("legal_basis", legal_basis),
        ("data_date", data_date),
        ("sheet", sheet),
        ("dry_run", dry_run),
        ("partial", partial),
        ("errors", errors_file),
        ("unit", unit),
        ("allow_fewer", allow_fewer),
    ],
    commands: &[],
};

/// Imports one file.
pub(super) fn run(console: Console, settings: Settings, arguments: &Arguments) -> Result<(), Failure> {
    let app = start::app(console.language, settings)?;
    let import = Import { console, app };
    match &arguments.list {
        List::Enterprises(arguments) => import.enterprises(arguments),
        List::Receipts(arguments) => import.receipts(arguments),
        List::Calendar(arguments) => import.calendar(arguments),
    }
}

struct Import {
    console: Console,
    app: App,
}

impl Import {
    fn enterprises(&self, arguments: &EnterpriseArguments) -> Result<(), Failure> {
        let language = self.console.language;
        let edition: IndustryEdition = typed(language, "--industry-edition", &arguments.industry_edition)?;
        let today = self.app.today();
        self.import(&arguments.file, |upload, actor, mode, progress| {
            let list = EnterpriseList::read(upload, edition, today, |done, rows| {
                progress.show(reading(language), done, rows);
            })?;
            let import = self.app.write_now(actor, |tx| {
                list.import(tx, mode, |done, rows| {
                    progress.show(if done < rows { comparing(language) } else { writing(language) }, done, rows);
                })
            });
            import.map(|(report, _)| report)
        })
    }

    fn receipts(&self, arguments: &ReceiptArguments) -> Result<(), Failure> {
        let language = self.console.language;
        let unit = arguments.unit.as_deref().map(|text| typed::<AmountUnit>(language, "--unit", text)).transpose()?;
        let today = self.app.today();
        self.import(&arguments.file, |upload, actor, mode, progress| {
            let list = ReceiptList::read(upload, unit, today, |done, rows| {
                progress.show(if done < rows { reading(language) } else { writing(language) }, done, rows);
            })?;
            let mode = Mode { allow_fewer: arguments.allow_fewer, ..mode };
            self.app.write_now(actor, |tx| list.import(tx, mode)).map(|(report, _)| report)
        })
    }

    fn calendar(&self, arguments: &CalendarArguments) -> Result<(), Failure> {
        let language = self.console.language;
        let bytes = read(language, &arguments.file)?;
        let parsed = sheets::calendar::read(&bytes).map_err(|error| Failure::refused(error.text(language)))?;
        let imported = self.app.write_now(&self.console.actor(), |tx| {
            calendar::import(tx, &parsed, arguments.source.as_deref(), arguments.dry_run)
        });
        let (report, _) = imported.map_err(|error| Failure::of(language, &error))?;
        summary::tell_calendar(self.console, &report, arguments.dry_run)
    }

    /// What every list has in common: the file, where it came from, and what is said afterwards.
    fn import(
        &self,
        arguments: &FileArguments,
        import: impl FnOnce(&Upload<'_>, &Actor, Mode, &Progress) -> Result<Report, Error>,
    ) -> Result<(), Failure> {
        let language = self.console.language;
        let bytes = read(language, &arguments.file)?;
        let name = arguments.file.file_name().unwrap_or_default().to_string_lossy();
        let upload = Upload {
            file_name: &name,
            bytes: &bytes,
            sheet: arguments.sheet.as_deref(),
            source: &arguments.source,
            legal_basis: &arguments.legal_basis,
            data_on: day(language, &arguments.data_date)?,
        };
        let mode = Mode { dry_run: arguments.dry_run, partial: arguments.partial, allow_fewer: false };
        let progress = Progress::new();
        let report = import(&upload, &self.console.actor(), mode, &progress);
        progress.end();
        let report = report.map_err(|error| Failure::of(language, &error))?;
        summary::tell(self.console, &report, mode, arguments.errors.as_deref())
    }
}

fn read(language: Language, path: &Path) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    // One byte more than allowed, so that the size is seen to be too large.
    let read = File::open(path).and_then(|file| file.take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes));
    match read {
        Ok(_) => Ok(bytes),
        Err(error) => Err(Failure::failed(unreadable(language, &path.display().to_string(), &error.to_string()))),
    }
}

fn day(language: Language, text: &str) -> Result<NaiveDate, Failure> {
    parse_date_lenient(text).map_err(|error| Failure::usage(format!("--data-date: {}", error.text(language))))
}

texts! {
    about() { zh: "导入电子表格（xlsx、xls、csv）", en: "Import a spreadsheet (xlsx, xls, csv)" }
    details() {
        zh: "逐行检查；有一行有误就什么也不写入，除非使用 --partial。错误按文件中的真实行号列出。
表头可用常见的各种写法，位置不限；标题行、小计、合计、页脚会自动略过。csv 可为 UTF-8 或 GB18030。
服务运行时也可以导入。退出码：0 已导入；3 文件或某些行被拒绝。",
        en: "Every row is checked; with one bad row nothing is written, unless --partial is given. Errors are listed with their row numbers in the file.
The usual names of columns are accepted, and the header may stand anywhere near the top; titles, subtotals, totals and footers are skipped. A csv file may be UTF-8 or GB18030.
The server may run at the same time. Exit codes: 0 imported; 3 the file or some of its rows were refused.",
    }
    enterprises_about() { zh: "导入税源清单", en: "Import a tax-source list" }
    enterprises_details() {
        zh: "必需的列：统一社会信用代码、企业名称。可选：行业代码、注册地址、经营地址、所属街道、主管税务机关、入驻日期、企业类别、纳税经营情况、联系人、联系电话。
已有的企业按代码更新，空白单元格不改动原有内容。注册地址或主管税务机关迁出本区的，记为确凿线索并触发预警。

示例：
  wellspring import enterprises 税源清单.xlsx --source 街道台账 --legal-basis 税收征管法第五条 --data-date 2026-11-01 --dry-run
  wellspring import enterprises 税源清单.csv --source 街道台账 --legal-basis 税收征管法第五条 --data-date 2026-11-01 --errors 错误.csv",
        en: "Required columns: unified social credit code, name. Optional: industry code, registered and operating address, street office, tax authority, entry date, tier, tax and operating presence, contact, contact's phone.
Known enterprises are updated by their codes; empty cells change nothing. A registered address or tax authority that left the district is a hard signal and opens an alert.

Examples:
  wellspring import enterprises list.xlsx --source ledger --legal-basis \"Tax Administration Law art. 5\" --data-date 2026-11-01 --dry-run
  wellspring import enterprises list.csv --source ledger --legal-basis \"Tax Administration Law art. 5\" --data-date 2026-11-01 --errors errors.csv",
    }
    receipts_about() { zh: "导入入库税款", en: "Import tax receipts" }
    receipts_details() {
        zh: "必需的列：统一社会信用代码、入库月份、税种、入库金额。可选：所属期、区级留成、预算级次、纳税人名称。
同一来源、同一入库月份的新文件取代旧文件；不到原有条数一半的文件会被拒绝，除非使用 --allow-fewer。
数据日期在月末之后、每行都能读懂的文件，表示该来源这个月已报全；只有这样，才会认为文件中没有的企业当月没有缴税。
退税（负数）照录；教育费附加等非税收入不计入。金额单位必须写明：在文件中，或用 --unit。

示例：
  wellspring import receipts 入库税款202610.xlsx --source 税务局 --legal-basis 税收征管法第六条 --data-date 2026-11-05 --unit wan",
        en: "Required columns: unified social credit code, treasury month, tax type, amount. Optional: period, district amount, budget level, name.
A new file of the same source and treasury month replaces the old one; a file with fewer than half as many receipts is refused, unless --allow-fewer is given.
A file dated after the end of a month, with no bad rows, completes that month for its source; only then does an enterprise that is not in the file count as having paid nothing.
Refunds are negative and kept; charges that are not taxes are skipped. The unit of the amounts must be stated, in the file or with --unit.

Example:
  wellspring import receipts receipts-2026-10.xlsx --source \"tax office\" --legal-basis \"Tax Administration Law art. 6\" --data-date 2026-11-05 --unit wan",
    }
    calendar_about() { zh: "导入工作日历", en: "Import a work calendar" }
    calendar_details() {
        zh: "必需的列：日期、类型（放假或上班）。可选：节日、来源。只写与周一至周五不同的日子。
文件里出现的年份整年替换，其他年份不变；有一行有误就什么也不写入。
没有日历的年份按周一至周五计算。

示例：
  wellspring import calendar 2027年放假安排.csv --source 国务院办公厅关于2027年部分节假日安排的通知",
        en: "Required columns: day, kind (holiday or workday). Optional: name, source. List only days that differ from Monday to Friday.
Each year in the file is replaced as a whole, other years stay; with one bad row nothing is written.
In a year without a calendar Monday to Friday count.

Example:
  wellspring import calendar holidays-2027.csv --source \"notice of the State Council's General Office on the holidays of 2027\"",
    }
    calendar_source() { zh: "通知的名称和日期；每行写明来源时可不给出", en: "Title and date of the notice; not needed when every row names its source" }
    unit() { zh: "金额单位：yuan（元）或 wan（万元）；文件写明时可不给出", en: "Unit of the amounts: yuan or wan (ten thousand yuan); not needed when the file states it" }
    allow_fewer() { zh: "即使文件的条数不到原有的一半，也取代该月", en: "Replace a month even if the file has fewer than half as many receipts" }
    file() { zh: "要导入的文件", en: "The file to import" }
    source() { zh: "数据来源，例如 街道台账", en: "Source of the data, such as the ledger of the street office" }
    legal_basis() { zh: "提供数据的法律依据，必填", en: "Legal basis on which the data was provided; required" }
    data_date() { zh: "数据的日期，例如 2026-11-01", en: "Date of the data, such as 2026-11-01" }
    sheet() { zh: "工作表名称；不给出时取第一张像清单的表", en: "Name of the sheet; by default the first that looks like the list" }
    dry_run() { zh: "只检查并说明会发生什么，不写入", en: "Check and report, write nothing" }
    partial() { zh: "导入正确的行，略过有误的行", en: "Import the good rows, skip the bad ones" }
    errors_file() { zh: "把全部错误写入此 csv 文件", en: "Write all errors to this csv file" }
    industry_edition() { zh: "行业代码的版本：gb_2017（默认）或 gb_2011", en: "Edition of GB/T 4754 of the industry codes: gb_2017 (default) or gb_2011" }
    reading() { zh: "读取", en: "reading" }
    comparing() { zh: "比对", en: "comparing" }
    writing() { zh: "写入", en: "writing" }
    unreadable(path: &str, reason: &str) { zh: "无法读取文件 {path}：{reason}", en: "The file {path} cannot be read: {reason}" }
}
