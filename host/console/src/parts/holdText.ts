/** Words about holds. */
export const holdText = {
  toApproval: { zh: "查看审批", en: "See the approval" },
  release: { zh: "放行", en: "Release" },
  releaseTitle: { zh: "放行“{what}”", en: "Release “{what}”" },
  note: { zh: "原因（记录在订单经过中）", en: "Why (stands in the order's story)" },
  noteMissing: { zh: "请说明放行原因", en: "Say why it is released" },
  notePlace: { zh: "例如：已电话与客户核实地址", en: "For example: the customer confirmed the address by telephone" },
  done: { zh: "已放行，订单将重新评估", en: "Released; the order is judged again" },
  consequence: {
    zh: "放行后订单继续处理；如条件仍不满足（如库存不足），会再次保留。",
    en: "The order then goes on. Where something is still missing, such as stock, it is held again.",
  },
  placeVague: {
    zh: "放行后将按填写的原地址发货。",
    en: "The goods will be sent to the address as it was written.",
  },
  role: { zh: "需要角色：{role}", en: "Needs the role {role}" },
  since: { zh: "{when}起等待", en: "waits since {when}" },
  releasedBy: { zh: "{who} 放行", en: "Released by {who}" },
  candidates: { zh: "地图给出的候选地点", en: "Places that the map offers" },
  particulars: { zh: "详细信息", en: "Particulars" },
  waits: { zh: "等待", en: "Waits for" },
};
