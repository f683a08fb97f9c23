export const text = {
  title: { zh: "公司设置", en: "Company settings" },
  hint: {
    zh: "本系统服务于一家公司；这些设置立即对全部节点生效。",
    en: "One installation serves one company. Changes are in force at once, on all nodes.",
  },
  name: { zh: "公司名称", en: "Name" },
  currency: { zh: "本位币", en: "Currency" },
  currencyHint: { zh: "公司记账的币种（ISO 4217）", en: "In which the company counts (ISO 4217)" },
  zone: { zh: "时区", en: "Time zone" },
  zoneHint: { zh: "“今天”按此时区计算", en: "Its days are the company's days" },
  locale: { zh: "通知语言", en: "Language of messages" },
  localeHint: { zh: "自动消息使用的语言，如 zh-CN、en-GB", en: "Of automatic messages, such as zh-CN or en-GB" },
  system: { zh: "系统", en: "System" },
  version: { zh: "版本", en: "Version" },
  database: { zh: "数据库", en: "Database" },
};
