/** Names of the pages. */
export const places = {
  work: { zh: "业务", en: "Business" },
  operations: { zh: "运行", en: "Operations" },
  standing: { zh: "基础资料", en: "Standing data" },
  admin: { zh: "管理", en: "Administration" },
  overview: { zh: "概览", en: "Overview" },
  orders: { zh: "订单", en: "Orders" },
  newOrder: { zh: "新建订单", en: "New order" },
  holds: { zh: "待处理订单", en: "Holds" },
  leads: { zh: "线索", en: "Leads" },
  deliveries: { zh: "投递", en: "Deliveries" },
  tickets: { zh: "工单", en: "Tickets" },
  connections: { zh: "连接", en: "Connections" },
  plugins: { zh: "插件", en: "Plugins" },
  customers: { zh: "客户", en: "Customers" },
  products: { zh: "商品与库存", en: "Products and stock" },
  prices: { zh: "价目表", en: "Price lists" },
  places: { zh: "区域、门店与仓库", en: "Stores and warehouses" },
  people: { zh: "人员", en: "People" },
  tokens: { zh: "API 令牌", en: "API tokens" },
  audit: { zh: "审计", en: "Audit trail" },
  company: { zh: "公司设置", en: "Company settings" },
};

/** Words of the frame around the pages. */
export const frame = {
  menu: { zh: "菜单", en: "Menu" },
  openMenu: { zh: "打开菜单", en: "Open menu" },
  profile: { zh: "我的账户", en: "My account" },
  leave: { zh: "退出登录", en: "Sign out" },
  skip: { zh: "跳到正文", en: "Skip to the content" },
  find: { zh: "订单号，回车打开", en: "Order number, Enter opens" },
  findLabel: { zh: "按订单号打开", en: "Open an order by its number" },
  lost: { zh: "没有这个页面", en: "There is no such page" },
  lostHint: { zh: "地址可能有误，或您没有查看权限。", en: "The address may be wrong, or you may not see it." },
  home: { zh: "回到首页", en: "Go to the first page" },
  fell: { zh: "页面出错", en: "The page failed" },
  fellHint: {
    zh: "请重新加载；如果再次出现，请告知管理员。",
    en: "Load it again; if that does not help, tell whoever runs the server.",
  },
  reload: { zh: "重新加载", en: "Load again" },
};
