export const text = {
  title: { zh: "审批", en: "Approvals" },
  hint: { zh: "按审批规则等待同意的订单。", en: "Orders that wait for somebody to agree, by the approval routes." },
  show: { zh: "显示", en: "Show" },
  mine: { zh: "等我审批", en: "Mine to decide" },
  all: { zh: "全部待审批", en: "All that wait" },
  closed: { zh: "已处理", en: "Decided" },
  emptyMine: { zh: "没有等您审批的订单", en: "Nothing waits for you" },
  empty: { zh: "没有审批", en: "There is no approval" },
  emptyHint: {
    zh: "金额超限等需要同意的订单会出现在这里。",
    en: "Orders over a limit, and others that somebody must agree to, will appear here.",
  },
};
