export const text = {
  title: { zh: "发布者密钥", en: "Publishers' keys" },
  hint: {
    zh: "插件文件上的签名只有与此处受信任的密钥相符才算数。",
    en: "A signature on a plugin counts if one of the keys trusted here has made it.",
  },
  trust: { zh: "信任密钥", en: "Trust a key" },
  trustHint: {
    zh: "只信任从发布者本人处确认过的密钥：它签名的插件此后视为可信。",
    en: "Trust a key only if the publisher has confirmed it to you: what it signs counts as theirs from then on.",
  },
  publisher: { zh: "发布者", en: "Publisher" },
  publisherHint: { zh: "与插件清单中的名称一致", en: "As the manifests of its plugins name it" },
  key: { zh: "公钥（PEM）", en: "Public key (PEM)" },
  keyHint: {
    zh: "Ed25519，即 mortise plugin keygen 生成的 .pub 文件内容",
    en: "Ed25519: the content of the .pub file that mortise plugin keygen wrote",
  },
  id: { zh: "密钥编号", en: "Key" },
  since: { zh: "信任时间", en: "Trusted since" },
  by: { zh: "操作人", en: "By" },
  state: { zh: "状态", en: "State" },
  trusted: { zh: "受信任", en: "Trusted" },
  revoked: { zh: "已撤销", en: "Revoked" },
  revoke: { zh: "撤销", en: "Revoke" },
  revokeSure: {
    zh: "撤销后，仅由此密钥签名的插件会被标记；要求签名时会立即卸载。确定？",
    en: "Plugins that only this key vouches for are marked, and unloaded at once where signatures are required. Revoke it?",
  },
  didRevoke: { zh: "密钥已撤销", en: "The key is revoked" },
  restore: { zh: "重新信任", en: "Trust again" },
  restoreSure: { zh: "此密钥曾被撤销。确定重新信任？", en: "This key was revoked. Trust it again?" },
  didTrust: { zh: "密钥已受信任", en: "The key is trusted" },
  empty: { zh: "还没有受信任的密钥", en: "No key is trusted yet" },
  emptyHint: {
    zh: "没有密钥时，所有插件都显示为未签名或签名未知。",
    en: "Without one, every plugin shows as unsigned or signed by nobody known.",
  },
};
