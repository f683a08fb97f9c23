/** Words about shadow upgrades. */
export const shadowText = {
  title: { zh: "影子升级", en: "Shadow upgrade" },
  hint: {
    zh: "用新版本重做最近的调用，对方的回答取自记录，不发送任何请求，然后比较结果。",
    en: "The last calls are made again on the new version, answered from the record. Nothing is sent, and the differences are shown.",
  },
  run: { zh: "用最近的调用试算", en: "Try it on the last calls" },
  none: { zh: "没有可用的调用记录", en: "No call is on record" },
  noneHint: {
    zh: "记录从服务器启动后开始；有订单经过此连接后再试。",
    en: "The record begins when the server starts: try again when orders have passed this connection.",
  },
  same: { zh: "{calls} 次调用中 {n} 次结果相同，没有不同", en: "{n} of {calls} calls went alike, and none otherwise" },
  different: { zh: "{calls} 次调用中 {n} 次结果不同", en: "{n} of {calls} calls went otherwise" },
  unclear: {
    zh: "{n} 次无法判断：记录中没有所需的回答。",
    en: "Of {n} nothing can be said: the record has no answer to what they ask.",
  },
  answer: { zh: "结果不同", en: "another answer" },
  requests: { zh: "请求不同", en: "other requests" },
  present: { zh: "现在的版本", en: "Present version" },
  next: { zh: "新版本", en: "New version" },
};
