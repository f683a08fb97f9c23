export const text = {
  title: { zh: "登录", en: "Sign in" },
  lead: { zh: "订单与业务系统的连接平台", en: "Orders, and the systems behind them" },
  name: { zh: "用户名", en: "User name" },
  password: { zh: "密码", en: "Password" },
  enter: { zh: "登录", en: "Sign in" },
  nameMissing: { zh: "请输入用户名", en: "Enter your user name" },
  passwordMissing: { zh: "请输入密码", en: "Enter your password" },
  first: {
    zh: "首次使用？服务启动时给出的链接用于设置管理员密码。忘记密码请联系管理员重新邀请。",
    en: "First time here? The server prints a link when it starts; it sets the admin's password. Who has forgotten a password asks an admin for a new link.",
  },
};
