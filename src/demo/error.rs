//! Why a demonstration district was not created.

use crate::{
    services,
    texts::{Explain, Language},
};
use std::path::PathBuf;

/// The reasons.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database holds something else.
    #[error("the database is not empty and holds no demonstration district")]
    Foreign,
    /// The file with the credentials cannot be read or written.
    #[error("{path}: {reason}")]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        reason: String,
    },
    /// A use case failed.
    #[error(transparent)]
    Service(#[from] services::Error),
}

impl Explain for Error {
    fn code(&self) -> &'static str {
        match self {
            Self::Foreign => "demo_database_not_empty",
            Self::File { .. } => "demo_credentials_file",
            Self::Service(_) => "demo_failed",
        }
    }

    fn text(&self, language: Language) -> String {
        match self {
            Self::Foreign => say::foreign(language),
            Self::File { path, reason } => say::file(language, &path.display().to_string(), reason),
            Self::Service(error) => say::service(language, &error.to_string()),
        }
    }
}

mod say {
    crate::texts::texts! {
        foreign() {
            zh: "数据库中已有其他数据，演示辖区只写入空数据库。请用设置项 data_dir 另选目录，或另建一个数据库。",
            en: "The database holds other data, and a demonstration district needs an empty one. Choose another directory with the setting data_dir, or another database.",
        }
        file(path: &str, reason: &str) {
            zh: "无法读写 {path}：{reason}。请检查数据目录的权限和剩余空间。",
            en: "{path} cannot be read or written: {reason}. Check the permissions of the data directory and free space.",
        }
        service(reason: &str) {
            zh: "未能建成演示辖区，什么也没有写入：{reason}",
            en: "The demonstration district was not created and nothing was written: {reason}",
        }
    }
}
