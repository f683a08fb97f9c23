export const text = {
  title: { zh: "连接", en: "Connections" },
  hint: {
    zh: "插件加上设置、凭据和授权。订单经由连接到达各个系统。",
    en: "A plugin with settings, credentials and a grant. Through connections orders reach the other systems.",
  },
  add: { zh: "新建连接", en: "New connection" },
  name: { zh: "连接", en: "Connection" },
  serves: { zh: "提供", en: "Serves" },
  health: { zh: "状态", en: "State" },
  queue: { zh: "待发送", en: "To send" },
  attempts: { zh: "24 小时投递", en: "Tries in 24 h" },
  failed: { zh: "失败", en: "Failed" },
  time: { zh: "平均用时", en: "Average time" },
  priority: { zh: "优先级", en: "Priority" },
  inFlight: { zh: "进行中的调用", en: "Calls now" },
  empty: { zh: "还没有连接", en: "There is no connection yet" },
  emptyHint: {
    zh: "先安装插件，再为它建立连接：填写设置和凭据，并授予所需权限。",
    en: "Install a plugin, then make a connection of it: settings, credentials, and what it may do.",
  },
  toPlugins: { zh: "前往插件", en: "Go to plugins" },
};
