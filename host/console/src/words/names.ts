import type { Schemas } from "../api/client";
import type { Text } from "./words";

// Names of what the API lists. The types come from its description: a new state without a name does not compile.

const t = (zh: string, en: string): Text => ({ zh, en });

export const orderStates: Record<Schemas["OrderState"], Text> = {
  received: t("处理中", "Processing"),
  held: t("待处理", "On hold"),
  rejected: t("已拒绝", "Rejected"),
  cancelled: t("已取消", "Cancelled"),
  confirmed: t("已确认", "Confirmed"),
  shipped: t("已发货", "Shipped"),
  completed: t("已完成", "Completed"),
};

export const orderKinds: Record<Schemas["OrderKind"], Text> = {
  sale: t("销售", "Sale"),
  return: t("退货", "Return"),
};

export const deliveryStates: Record<Schemas["DeliveryState"], Text> = {
  blocked: t("排队（等前一步）", "Queued behind another"),
  pending: t("待发送", "To be sent"),
  done: t("已送达", "Delivered"),
  waiting: t("等待人工", "Waits for a person"),
  cancelled: t("已撤销", "Called off"),
};

export const operations: Record<Schemas["Operation"], Text> = {
  "push-order": t("写入销售订单", "Write sales order"),
  "push-receivable": t("写入应收单", "Write receivable"),
  "push-pick": t("下达拣货单", "Send pick task"),
  notify: t("发送通知", "Send message"),
  "cancel-order": t("撤销销售订单", "Cancel sales order"),
  "cancel-receivable": t("撤销应收单", "Cancel receivable"),
  "cancel-pick": t("撤销拣货单", "Cancel pick task"),
};

export const interfaces: Record<Schemas["Interface"], Text> = {
  erp: t("ERP", "ERP"),
  inventory: t("库存", "Inventory"),
  geocoder: t("地图定位", "Map"),
  pricing: t("定价", "Pricing"),
  notifier: t("通知", "Messages"),
  "order-policy": t("订单规则", "Order rules"),
};

export const healths: Record<Schemas["Health"], Text> = {
  ready: t("正常", "Working"),
  disabled: t("已停用", "Switched off"),
  paused: t("已暂停", "Paused"),
  broken: t("无法加载", "Cannot be loaded"),
  "lacks-credentials": t("缺少凭据", "Lacks credentials"),
  resting: t("熔断中", "Resting (breaker open)"),
};

export const roles: Record<Schemas["Role"], Text> = {
  admin: t("管理员", "Admin"),
  operator: t("运维", "Operator"),
  supervisor: t("主管", "Supervisor"),
  finance: t("财务", "Finance"),
  sales: t("销售", "Sales"),
  developer: t("开发者", "Developer"),
};

export const holdKinds: Record<Schemas["HoldKind"], Text> = {
  business: t("需人工处理", "Needs a person"),
  technical: t("自动恢复", "Resolves itself"),
};

export const outcomes: Record<Schemas["OutcomeView"], Text> = {
  begun: t("未完成", "Begun"),
  done: t("成功", "Done"),
  refused: t("被拒绝", "Refused"),
  failed: t("失败", "Failed"),
};

export const records: Record<Schemas["RecordKind"], Text> = {
  products: t("商品", "Products"),
  prices: t("价目表", "Price lists"),
  customers: t("客户", "Customers"),
  orders: t("订单", "Orders"),
  codes: t("编码对照", "Code maps"),
};

export const failureClasses: Record<Schemas["Failure"]["class"], Text> = {
  rejected: t("对方拒绝", "Rejected by the system"),
  invalid: t("数据不符合要求", "Data not accepted"),
  retry: t("稍后重试", "To be retried"),
  "rate-limited": t("超出频率限制", "Too many requests"),
  unauthorized: t("凭据无效", "Credentials refused"),
  duplicate: t("已存在", "Exists already"),
  "not-found": t("未找到", "Not found"),
  unavailable: t("系统无响应", "System unavailable"),
  broken: t("插件异常", "Plugin broke"),
};

/** Codes of the host's own holds; rules of a company bring their own words. */
export const holdCodes: Record<string, Text> = {
  "place-vague": t("地址不够精确", "Vague address"),
  "place-unavailable": t("地图服务不可用", "Map unavailable"),
  "short-stock": t("库存不足", "Short of stock"),
  "stock-unavailable": t("库存系统不可用", "Inventory unavailable"),
  "credit-exceeded": t("超出信用额度", "Over the credit limit"),
  "price-unavailable": t("定价不可用", "Pricing unavailable"),
  "price-missing": t("缺少价格", "No price"),
  "policy-unavailable": t("规则不可用", "Rules unavailable"),
  "amount-over-limit": t("金额超限", "Amount over the limit"),
  "suspected-duplicate": t("疑似重复订单", "Suspected duplicate"),
};

/** Steps of an evaluation. */
export const steps: Record<string, Text> = {
  price: t("定价", "Pricing"),
  stock: t("库存", "Stock"),
  place: t("定位", "Location"),
  credit: t("信用", "Credit"),
  policy: t("规则", "Rules"),
};

/** What a column of a table of leads can be. */
export const leadFields: Record<Schemas["Field"], Text> = {
  external_id: t("外部编号", "Number elsewhere"),
  name: t("姓名", "Name"),
  company: t("公司", "Company"),
  title: t("职务", "Position"),
  phone: t("电话", "Telephone"),
  email: t("邮箱", "E-mail"),
  wechat: t("微信", "WeChat"),
  store: t("门店", "Store"),
  owner: t("负责人", "Looked after by"),
  source: t("来源", "Source"),
  grade: t("等级", "Grade"),
  stage: t("阶段", "Stage"),
  province: t("省份", "Province"),
  city: t("城市", "City"),
  district: t("区县", "District"),
  address: t("地址", "Address"),
  industry: t("行业", "Industry"),
  purchase_band: t("采购规模", "Purchase volume"),
  main_supplier: t("现有供应商", "Present supplier"),
  decision_rank: t("决策角色", "Role in decisions"),
  pain: t("痛点", "What troubles them"),
  tags: t("标签", "Tags"),
  note: t("备注", "Note"),
  consent: t("同意记录", "Consent"),
};
