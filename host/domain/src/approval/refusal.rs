//! Why somebody may not decide.

use std::collections::BTreeSet;

use super::{ApprovalState, Approver};
use crate::text::Text;

/// Why somebody may not decide.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// It is over.
    Closed(ApprovalState),
    /// The step is decided, or there is none of this number.
    Decided,
    /// They handed the order in themselves, or have corrected it.
    Own,
    /// They have agreed for another one.
    Twice,
    /// Others are asked.
    NotAsked(BTreeSet<Approver>),
    /// The file is missing.
    NoFile,
}

impl Refusal {
    /// Is it a matter of who asks, rather than of what is there?
    pub const fn is_of_person(&self) -> bool {
        matches!(self, Self::Own | Self::Twice | Self::NotAsked(_))
    }

    /// What is wrong.
    pub fn text(&self) -> Text {
        match self {
            Self::Closed(state) => {
                let zh = match state {
                    ApprovalState::Approved => "已全部批准",
                    ApprovalState::Rejected => "已被拒绝",
                    ApprovalState::Open | ApprovalState::Void => "已失效",
                };
                Text::new(format!("该审批{zh}，不能再作决定"), format!("the approval is {} already", state.name()))
            }
            Self::Decided => Text::new("该步骤不存在或已有人作出决定", "this step has been decided, or there is none"),
            Self::Own => Text::new(
                "订单由本人提交或修改过，不能由本人审批",
                "you handed this order in or corrected it yourself, so somebody else decides about it",
            ),
            Self::Twice => Text::new(
                "本人已批准其中一个步骤，其他步骤须由他人批准",
                "you have approved one of the steps already; another person approves the others",
            ),
            Self::NotAsked(asked) => {
                let list = |of: fn(Text) -> String| asked.iter().map(|one| of(one.title())).collect::<Vec<_>>();
                Text::new(
                    format!("等待审批的是：{}", list(|text| text.zh).join("、")),
                    format!("it waits for: {}", list(|text| text.en).join(", ")),
                )
            }
            Self::NoFile => Text::new(
                "缺少必需的附件，请先上传到订单再批准",
                "a required file is missing: attach it to the order, then approve",
            ),
        }
    }

    /// What to do.
    pub const fn remedy(&self) -> &'static str {
        match self {
            Self::Closed(_) | Self::Decided => "Read the approval again.",
            Self::Own => "Ask another approver.",
            Self::Twice => "Ask the approver of the other step.",
            Self::NotAsked(_) => "Have one of those who are asked decide, or an admin.",
            Self::NoFile => "Send the file to POST /orders/{number}/attachments.",
        }
    }
}
