export const text = {
  title: { zh: "数据保留", en: "Data retention" },
  hint: {
    zh: "订单、订单经过、工单和审计记录永久保留。",
    en: "Orders, their stories, tickets and the audit trail are kept for ever.",
  },
  keep: { zh: "保留期限", en: "How long things are kept" },
  attempts: { zh: "投递尝试记录", en: "Tries of deliveries" },
  figures: { zh: "调用统计", en: "Figures of plugin calls" },
  days: { zh: "天", en: "days" },
  goes: {
    zh: "更早的记录在一小时内删除，且不能恢复。",
    en: "What is older goes within an hour, and does not come back.",
  },
  shorter: { zh: "缩短保留期限？", en: "Keep things for a shorter time?" },
  shorterSure: {
    zh: "早于新期限的记录将永久删除。",
    en: "What is older than the new terms is deleted for good.",
  },
  used: { zh: "占用空间", en: "Space used" },
  database: { zh: "数据库", en: "Database" },
  files: { zh: "附件", en: "Attached files" },
  table: { zh: "数据表", en: "Table" },
  size: { zh: "大小", en: "Size" },
  share: { zh: "占比", en: "Share" },
  others: { zh: "其他 {n} 个表", en: "{n} other tables" },
};
