export const text = {
  title: { zh: "审计", en: "Audit trail" },
  hint: { zh: "每一次管理操作，包括被拒绝的。", en: "Every act of administration, refused ones too." },
  at: { zh: "时间", en: "When" },
  actor: { zh: "操作人", en: "Who" },
  action: { zh: "操作", en: "What" },
  target: { zh: "对象", en: "Address" },
  outcome: { zh: "结果", en: "Outcome" },
  address: { zh: "来源地址", en: "From" },
  detail: { zh: "详细信息", en: "Particulars" },
  request: { zh: "请求编号", en: "Request" },
  nobody: { zh: "未登录", en: "nobody known" },
  actorFilter: { zh: "操作人，如 user:anna", en: "Who, such as user:anna" },
  empty: { zh: "还没有记录", en: "Nothing has been recorded yet" },
  emptyHint: {
    zh: "登录、修改连接、放行等操作会记录在这里。",
    en: "Sign-ins, changed connections and released holds are recorded here.",
  },
};
