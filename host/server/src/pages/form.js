import { ask, at, languageOfBrowser } from "./page.js";

const words = {
  zh: {
    title: "联系我们",
    name: "姓名",
    phone: "手机号码",
    company: "公司（选填）",
    need: "想了解什么（选填）",
    consent: "同意保存以上信息并接听来电",
    send: "提交",
    done: "已收到，我们会尽快联系您。",
    faults: { phone: "请填写正确的手机号码。", name: "请填写姓名。", consent: "需要您的同意。" },
    many: "此网络提交过多，请一分钟后再试。",
    silent: "服务器没有应答，请稍后再试。",
    unknown: "链接不正确：没有这家门店。",
  },
  en: {
    title: "Contact us",
    name: "Name",
    phone: "Telephone",
    company: "Company (optional)",
    need: "What you would like to know (optional)",
    consent: "I agree that these data are kept and that I am called",
    send: "Send",
    done: "Received. We will be in touch soon.",
    faults: { phone: "This is no telephone number.", name: "Please give your name.", consent: "Your consent is needed." },
    many: "Too many forms came from this network. Try again in a minute.",
    silent: "The server does not answer. Try again in a moment.",
    unknown: "The link is not right: there is no such store.",
  },
};

const language = languageOfBrowser();
const text = words[language];
const store = decodeURIComponent(location.pathname.split("/").pop());
const source = new URLSearchParams(location.search).get("utm_source") ?? "";

document.documentElement.lang = language;
document.title = text.title;
at("title").textContent = text.title;
for (const field of ["name", "phone", "company", "need", "consent"]) at(`label-${field}`).textContent = text[field];
at("send").textContent = text.send;
at("form").hidden = false;

function refused(status, { errors = [], detail }) {
  if (status === 429) return text.many;
  if (status === 404) return text.unknown;
  return text.faults[errors[0]?.field] ?? detail ?? text.silent;
}

at("form").addEventListener("submit", async (event) => {
  event.preventDefault();
  at("send").disabled = true;
  const value = (id) => at(id).value;
  const body = {
    name: value("name"), phone: value("phone"), company: value("company"), need: value("need"),
    consent: at("consent").checked, source, website: value("website"),
  };
  const taken = await ask(`forms/${encodeURIComponent(store)}`, body, { refused, silent: text.silent });
  at("send").disabled = false;
  if (!taken) return;
  at("form").hidden = true;
  at("done").textContent = text.done;
});
