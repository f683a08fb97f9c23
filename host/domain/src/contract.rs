//! Versions of the contract: which ones this host speaks, and what to do about the others.

use crate::text::Text;

/// The contract that this host speaks: major and minor. It speaks the earlier minor versions of the same major version, too.
pub const CONTRACT: (u32, u32) = (1, 0);

/// How a version differs from those that this host speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Misfit {
    /// The host is too old for it.
    Newer,
    /// The plugin is too old for the host.
    Older,
}

impl Misfit {
    /// What is wrong with this version; none: the host speaks it.
    pub fn of(version: (u32, u32)) -> Option<Self> {
        if version > CONTRACT {
            Some(Self::Newer)
        } else if version.0 < CONTRACT.0 {
            Some(Self::Older)
        } else {
            None
        }
    }

    /// What happened, why, and what to do. `found`: the version as it is written.
    pub fn text(self, found: &str) -> Text {
        let (major, minor) = CONTRACT;
        match self {
            Self::Newer => Text::new(
                format!(
                    "插件按接口约定 {found} 构建，比本主机支持的 {major}.0 至 {major}.{minor} 更新：请升级主机，或用接口约定 {major}.{minor} 的 SDK 构建插件"
                ),
                format!(
                    "the plugin was built for contract {found}, which is newer than what this host speaks, {major}.0 to {major}.{minor}: upgrade the host, or build the plugin with an SDK for contract {major}.{minor}"
                ),
            ),
            Self::Older => Text::new(
                format!(
                    "插件按接口约定 {found} 构建，本主机已不再支持，只支持 {major}.0 至 {major}.{minor}：请开发者用接口约定 {major}.{minor} 的 SDK 重新构建插件，或安装插件的新版本"
                ),
                format!(
                    "the plugin was built for contract {found}, which is older than what this host speaks, {major}.0 to {major}.{minor}: install a newer version of the plugin, or have its developer build it again with an SDK for contract {major}.{minor}"
                ),
            ),
        }
    }
}

/// Major and minor number of a version such as `1.0` or `1.0.3`.
pub fn version(text: &str) -> Option<(u32, u32)> {
    let mut numbers = text.splitn(3, '.').map(str::parse);
    match (numbers.next(), numbers.next()) {
        (Some(Ok(major)), Some(Ok(minor))) => Some((major, minor)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn too_new_and_too_old_have_remedies_of_their_own() {
        let (major, minor) = CONTRACT;
        let told = |version| Misfit::of(version).map(|misfit| misfit.text("x.y").en);
        assert_eq!(told((major, minor)), None);
        assert_eq!(told((major, 0)), None);
        for newer in [(major, minor + 1), (major + 1, 0)] {
            assert!(told(newer).unwrap().contains("upgrade the host"), "{newer:?}");
        }
        let older = told((major - 1, 7)).unwrap();
        assert!(older.contains("x.y") && !older.contains("upgrade the host"), "{older}");
    }

    #[test]
    fn versions_are_read() {
        assert_eq!(
            [version("1.2"), version("1.2.3-beta.1"), version("0.10")],
            [Some((1, 2)), Some((1, 2)), Some((0, 10))]
        );
        assert_eq!([version(""), version("1"), version("a.b"), version("1.")], [None; 4]);
    }
}
