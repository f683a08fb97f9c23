import { ask, at, complain, keyOfLink, languageOfBrowser } from "./page.js";

const words = {
  zh: {
    greeting: (invite) => `${invite.display_name}（${invite.name}），请设置密码。`,
    replaced: "设置后，原密码失效，其他设备上的登录全部退出。",
    password: "密码",
    again: "再次输入密码",
    hint: "至少 10 个字符。几个不相关的词好记，也难猜。",
    send: "设置密码",
    differ: "两次输入的密码不一致。",
    weak: () => "这个密码太短，或太容易猜到。请换一个：至少 10 个字符，不以账户名或常见密码开头，也不重复少数几个字符。",
    done: "密码已设置，此浏览器已登录。",
    go: "打开控制台",
    missing: "链接不完整：请从头到尾复制整个链接，包括 # 后面的部分。",
    void: "邀请链接无效：已使用、已被新链接取代或已过期。请联系管理员重新邀请。",
    silent: "服务器没有应答。请稍后再试。",
  },
  en: {
    greeting: (invite) => `${invite.display_name} (${invite.name}), please set a password.`,
    replaced: "The present password ends with it, and all other devices are signed out.",
    password: "Password",
    again: "The same password again",
    hint: "At least 10 characters. A few unrelated words are easy to remember and hard to guess.",
    send: "Set the password",
    differ: "The two passwords differ.",
    weak: (fault) => `The password ${fault}.`,
    done: "The password is set, and this browser is signed in.",
    go: "Open the console",
    missing: "The link is not complete: copy all of it, with what follows the #.",
    void: "The invitation is not valid: it was used, replaced by a newer one, or has expired. Ask an admin for a new one.",
    silent: "The server does not answer. Try again in a moment.",
  },
};

let text = words[languageOfBrowser()];
const key = keyOfLink();

function refused(status, { detail = "", remedy = "", errors = [] }) {
  if (status === 404) return text.void;
  const fault = errors.find((error) => error.field === "password");
  return fault ? text.weak(fault.message) : `${detail} ${remedy}`;
}

function show(invite) {
  text = words[invite.language];
  document.documentElement.lang = invite.language;
  at("greeting").textContent = text.greeting(invite) + (invite.has_password ? ` ${text.replaced}` : "");
  at("name").value = invite.name;
  at("label-password").textContent = text.password;
  at("label-again").textContent = text.again;
  at("hint").textContent = text.hint;
  at("send").textContent = text.send;
  at("form").hidden = false;
  at("password").focus();
}

at("form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const password = at("password").value;
  if (password !== at("again").value) return complain(text.differ);
  at("send").disabled = true;
  const me = await ask("invites/accept", { key, password }, { refused, silent: text.silent });
  at("send").disabled = false;
  if (!me) return;
  at("form").remove();
  at("greeting").textContent = text.done;
  at("go").textContent = text.go;
  at("go").hidden = false;
  at("go").focus();
});

document.documentElement.lang = languageOfBrowser();
const invite = key ? await ask("invites/look", { key }, { refused, silent: text.silent }) : complain(text.missing);
if (invite) show(invite);
