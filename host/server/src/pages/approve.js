import { ask, at, complain, keyOfLink, languageOfBrowser } from "./page.js";

const words = {
  zh: {
    title: "订单审批",
    greeting: (one) => `${one.display_name}，请审批订单 ${one.essentials.number}。`,
    facts: { route: "审批流程", customer: "客户", store: "门店", actor: "提交人", amount: "含税金额", lines: "行数", files: "附件", due: "链接有效至", note: "备注" },
    none: "无",
    lacksFile: "缺少必需的附件：上传到订单后才能批准。",
    other: (step) => `${step.approver.zh}：${{ waiting: "待审批", approved: "已批准", rejected: "已拒绝", void: "已失效" }[step.state]}`,
    note: "意见（拒绝时必填）",
    approve: "批准",
    reject: "拒绝订单",
    reallyReject: "确定拒绝？订单将被拒绝，不能恢复。再按一次确认。",
    why: "请填写拒绝的理由。",
    approved: "已批准，订单继续处理。",
    waits: "已批准，还需其他人审批。",
    rejected: "已拒绝，订单不再处理。",
    missing: "链接不完整：请从头到尾复制整个链接，包括 # 后面的部分。",
    void: "链接无效：已使用、他人已作决定或已过期。请登录查看订单。",
    silent: "服务器没有应答。请稍后再试。",
  },
  en: {
    title: "Approval of an order",
    greeting: (one) => `${one.display_name}, please decide about the order ${one.essentials.number}.`,
    facts: { route: "Approval route", customer: "Customer", store: "Store", actor: "Handed in by", amount: "Amount with tax", lines: "Lines", files: "Files", due: "Link is valid until", note: "Note" },
    none: "none",
    lacksFile: "A required file is missing: it can be approved once the file is attached to the order.",
    other: (step) => `${step.approver.en}: ${{ waiting: "has yet to decide", approved: "has approved", rejected: "has rejected", void: "no longer asked" }[step.state]}`,
    note: "Note (a rejection needs one)",
    approve: "Approve",
    reject: "Reject the order",
    reallyReject: "Really reject? The order is rejected for good. Press once more to confirm.",
    why: "Say why the order is rejected.",
    approved: "Approved; the order goes on.",
    waits: "Approved; others have yet to decide.",
    rejected: "Rejected; the order is not carried out.",
    missing: "The link is not complete: copy all of it, with what follows the #.",
    void: "The link is not valid: it was used, somebody else has decided, or it has expired. Sign in to see the order.",
    silent: "The server does not answer. Try again in a moment.",
  },
};

let language = languageOfBrowser();
let text = words[language];
let confirming = false;
const key = keyOfLink();

function refused(status, { detail = "", remedy = "", text: both }) {
  if (status === 404) return text.void;
  return both ? both[language] : `${detail} ${remedy}`;
}

function amount(minor, currency) {
  if (minor === null || currency === null) return text.none;
  const format = new Intl.NumberFormat(language, { style: "currency", currency, currencyDisplay: "code" });
  return format.format(minor / 10 ** format.resolvedOptions().maximumFractionDigits);
}

function fact(name, value) {
  const term = document.createElement("dt");
  const said = document.createElement("dd");
  term.textContent = text.facts[name];
  said.textContent = value;
  at("facts").append(term, said);
}

function show(one) {
  language = one.language;
  text = words[language];
  document.documentElement.lang = language;
  const order = one.essentials;
  document.title = text.title;
  at("title").textContent = text.title;
  at("greeting").textContent = text.greeting(one);
  at("reason").textContent = one.reason[language];
  fact("customer", order.customer);
  fact("amount", amount(order.gross, order.currency));
  fact("store", order.store);
  fact("actor", order.actor);
  fact("route", one.route[language]);
  fact("files", order.files.join("、") || text.none);
  if (order.note) fact("note", order.note);
  fact("lines", String(order.line_count));
  fact("due", new Date(one.expires_at).toLocaleString(language));
  for (const line of order.lines) {
    const item = document.createElement("li");
    item.textContent = `${line.name} (${line.sku}) × ${line.quantity} ${line.unit} = ${amount(line.gross, order.currency)}`;
    at("lines").append(item);
  }
  at("others").textContent = one.others.map(text.other).join("; ");
  at("label-note").textContent = text.note;
  at("approve").textContent = text.approve;
  at("reject").textContent = text.reject;
  at("approve").disabled = one.lacks_file;
  if (one.lacks_file) complain(text.lacksFile);
  at("about").hidden = false;
}

at("form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const approve = event.submitter?.value !== "reject";
  const note = at("note").value.trim();
  if (!approve && !note) return complain(text.why);
  if (!approve && !confirming) {
    confirming = true;
    return complain(text.reallyReject);
  }
  at("approve").disabled = at("reject").disabled = true;
  const decided = await ask("approval-links/decide", { key, approve, note }, { refused, silent: text.silent });
  at("approve").disabled = at("reject").disabled = false;
  confirming = false;
  if (!decided) return;
  at("about").remove();
  at("greeting").textContent = !approve ? text.rejected : decided.state === "open" ? text.waits : text.approved;
});

document.documentElement.lang = language;
const one = key ? await ask("approval-links/look", { key }, { refused, silent: text.silent }) : complain(text.missing);
if (one) show(one);
