/** Words about requests to other systems. */
export const exchangeText = {
  request: { zh: "请求", en: "Request" },
  response: { zh: "回答", en: "Answer" },
  noAnswer: { zh: "没有回答：{error}", en: "No answer: {error}" },
  headers: { zh: "头部", en: "Headers" },
  log: { zh: "插件日志", en: "The plugin's log" },
  notSent: { zh: "未发送", en: "Not sent" },
};
