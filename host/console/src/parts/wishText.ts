/** What a plugin may be allowed, in plain words. */
export const wishText = {
  http: { zh: "访问 {what}", en: "Send requests to {what}" },
  httpUnset: {
    zh: "访问设置“{setting}”中的地址（尚未填写）",
    en: "Send requests to the address in the setting “{setting}”, which is empty",
  },
  kv: { zh: "保存最多 {what} 的自有数据", en: "Keep up to {what} of data of its own" },
  records: { zh: "读取{what}", en: "Read {what}" },
  reveal: { zh: "看到凭据“{what}”的原文", en: "See the credential “{what}” itself" },
  none: {
    zh: "不需要任何权限：它不能访问网络、文件或数据。",
    en: "It wishes for nothing: it reaches no network, no file and no data.",
  },
  private: { zh: "此地址可位于内网", en: "This address may lie in a private network" },
  privateHint: { zh: "仅当系统在公司内网时勾选", en: "Only where the system stands in your own network" },
  danger: {
    zh: "凭据会交给插件本身，请确认其来源可信。",
    en: "The plugin gets the credential itself: be sure of where it comes from.",
  },
  unused: { zh: "可在设置中授权", en: "Granted with each connection" },
};
