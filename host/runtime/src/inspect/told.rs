//! Refusals of a file as an operator reads them.

use mortise_domain::text::Text;

use super::InspectError;

impl InspectError {
    /// What was found, what was expected, what to do.
    pub fn text(&self) -> Text {
        let zh = match self {
            Self::TooLarge { found, most } => {
                format!("文件有 {found} 字节，上限为 {most}：请以 release 模式构建并去除调试信息，或调高 plugin-bytes")
            }
            Self::NotWasm { found } => {
                let found = if found.starts_with('`') { found } else { "空文件" };
                format!(
                    "文件不是 WebAssembly：开头为 {found}，组件应以 `\\0asm` 开头；请提交 `mortise plugin build` 生成的 .wasm 文件"
                )
            }
            Self::CoreModule => {
                "文件是 WebAssembly 核心模块，不是组件：请用 `mortise plugin build` 构建，或用 `wasm-tools component new` 转换为组件"
                    .into()
            }
            Self::Truncated { at } => format!("文件在第 {at} 字节处中断：复制时被截断，请重新复制"),
            Self::Malformed { at, detail } => {
                format!("文件不是有效的组件（第 {at} 字节：{detail}）：请用当前的工具链重新构建")
            }
            Self::TooIntricate { most } => {
                format!("内层组件按实例化次数展开后，组件超过 {most} 个部分：请开发者减少组件的嵌套实例化")
            }
            Self::NoManifest => {
                "组件没有清单（自定义节 `mortise:manifest`）：请用 `mortise plugin build` 打包，它会写入 manifest.json".into()
            }
            Self::SeveralManifests { found } => {
                format!(
                    "组件有 {found} 个清单（自定义节 `mortise:manifest`）：请用 `mortise plugin build` 对编译器产出的组件只打包一次"
                )
            }
            Self::Manifest(fault) => {
                format!("清单的 {} 有误（{}）：请开发者修正 manifest.json 后重新打包", fault.field, fault.message)
            }
            Self::Contract { found, misfit } => misfit.text(found).zh,
            Self::WrongWorld { found, expected } => {
                let found = if found.starts_with('`') { found } else { "空" };
                format!("组件导出的是 {found}，没有接口约定中的任何接口（{expected}）：请按 `wit/v1` 的 world 实现其中之一")
            }
            Self::ForeignImport { found } => {
                format!("组件导入了 `{found}`，本主机不提供：插件只能导入 `wit/v1` 的接口、WASI 0.2 和 `wasi:http/outgoing-handler`")
            }
            Self::MissingFunction { interface, function, found } => {
                format!("接口 `{interface}` 缺少函数 `{function}`，现有 {found}：请按本主机的 `wit/v1` 构建插件")
            }
        };
        Text::new(zh, self.to_string())
    }
}
