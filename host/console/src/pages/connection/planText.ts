/** Words about planned calls. */
export const planText = {
  tab: { zh: "预演", en: "Plan" },
  title: { zh: "预演一次调用", en: "Plan a call" },
  hint: {
    zh: "查看插件会向对方系统发出的每个请求。不发送，不保存，凭据已隐去。",
    en: "See each request that the plugin would send to the other system. Nothing is sent or kept, and credentials are blotted out.",
  },
  what: { zh: "预演内容", en: "What is planned" },
  ofOrder: { zh: "将订单写入 ERP", en: "Writing an order into the ERP" },
  ofCall: { zh: "其他调用", en: "Another call" },
  order: { zh: "订单号", en: "Order number" },
  orderPlace: { zh: "例如 SO-00000017", en: "Such as SO-00000017" },
  function: { zh: "功能", en: "Function" },
  arguments: { zh: "参数（JSON）", en: "Arguments (JSON)" },
  noJson: { zh: "参数不是有效的 JSON", en: "The arguments are no valid JSON" },
  plan: { zh: "预演", en: "Show the requests" },
  none: { zh: "此插件没有可预演的调用", en: "There is nothing to plan here" },
  noneHint: {
    zh: "它提供的功能不需要访问其他系统。",
    en: "What it serves needs no other system.",
  },
  requests: { zh: "{function} 的请求（{n}）", en: "Requests of {function} ({n})" },
  noRequests: { zh: "没有请求", en: "It sends nothing" },
  noRequestsHint: { zh: "插件不访问对方系统就能应答。", en: "The plugin answers without the other system." },
  assume: { zh: "假设对方回答（JSON 或文本）", en: "Assume this answer (JSON or text)" },
  assumePlace: { zh: '例如 {"errcode": 0}', en: 'Such as {"errcode": 0}' },
  assumeHint: {
    zh: "预演停在最后一个请求，因为没有对方的回答。填写一个假设的回答，查看之后的请求。",
    en: "The plan stops at the last request, for it has no answer. Assume one to see what would follow.",
  },
  goOn: { zh: "按此回答继续", en: "Go on with this answer" },
  ended: { zh: "调用完成，没有更多请求", en: "The call ends here; nothing else would be sent" },
};
