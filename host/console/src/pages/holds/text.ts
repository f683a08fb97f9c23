export const text = {
  title: { zh: "待处理订单", en: "Holds" },
  hint: {
    zh: "因规则或疑问而保留的订单。需人工处理的由有权限的人放行；系统暂不可用造成的会自动恢复。",
    en: "Orders that a rule or a doubt holds. Business holds wait for a person; those that a system's failure caused resolve themselves.",
  },
  kind: { zh: "类型", en: "Kind" },
  code: { zh: "原因", en: "Reason" },
  order: { zh: "订单", en: "Order" },
  customer: { zh: "客户", en: "Customer" },
  empty: { zh: "没有待处理的订单", en: "No order is on hold" },
  emptyHint: {
    zh: "金额超限、地址不清、库存不足等需要确认的订单会出现在这里。",
    en: "Orders over a limit, with a vague address or short of stock will appear here.",
  },
};
