export const text = {
  title: { zh: "更正订单 {number}", en: "Correct order {number}" },
  hint: {
    zh: "保存后立即重新评估；此前的人工放行和审批随之失效。",
    en: "It is judged again at once. What people have released or approved of it before is void.",
  },
  why: { zh: "更正原因", en: "Why it is corrected" },
  whyHint: { zh: "记录在订单经过中", en: "Stands in the order's story" },
  save: { zh: "保存更正", en: "Save the correction" },
  saved: { zh: "订单 {number} 已更正并重新评估", en: "Order {number} is corrected and judged again" },
  waits: { zh: "等待原因", en: "What it waits for" },
  nothing: { zh: "没有待处理事项", en: "It waits for nothing" },
  over: { zh: "此订单不能再更正", en: "This order cannot be corrected any more" },
  overHint: {
    zh: "只有处理中或待处理的订单可以更正。已确认的订单请取消后重新提交。",
    en: "Only an order that waits can be corrected. Cancel a confirmed one and hand in another.",
  },
  back: { zh: "返回订单", en: "Back to the order" },
};
