import { MoreOutlined } from "@ant-design/icons";
import { App, Button, Dropdown } from "antd";
import { api, ask, type Schemas } from "../../api/client";
import { useDeed } from "../../parts/deed";
import { common } from "../../parts/text";
import { useWords } from "../../words/language";
import { text } from "./text";

interface Props {
  user: Schemas["User"];
  edit: () => void;
  told: (invited: Schemas["Invited"]) => void;
}

/** What an admin can do with somebody's account. */
export function Deeds({ user, edit, told }: Props) {
  const words = useWords(text);
  const shared = useWords(common);
  const { modal } = App.useApp();
  const params = { path: { name: user.name } };
  const renews = [["users"]];
  const invite = useDeed({ run: () => ask(api.POST("/users/{name}/invite", { params })), renews, after: told });
  const disable = useDeed({ run: () => ask(api.POST("/users/{name}/disable", { params })), renews, done: words.did });
  const enable = useDeed({ run: () => ask(api.POST("/users/{name}/enable", { params })), renews, done: words.did });
  const forget = useDeed({ run: () => ask(api.DELETE("/users/{name}", { params })), renews, done: words.did });
  const sure = () =>
    modal.confirm({
      title: words.forget,
      content: words.forgetSure,
      okText: words.forget,
      okButtonProps: { danger: true },
      cancelText: shared.cancel,
      onOk: () => forget.mutateAsync(undefined).catch(() => undefined),
    });
  const items = [
    { key: "edit", label: shared.edit, onClick: edit },
    { key: "invite", label: words.newLink, onClick: () => invite.mutate(undefined) },
    user.disabled
      ? { key: "enable", label: words.enable, onClick: () => enable.mutate(undefined) }
      : { key: "disable", label: words.disable, onClick: () => disable.mutate(undefined) },
    { key: "forget", label: words.forget, danger: true, onClick: sure },
  ];
  return (
    <Dropdown menu={{ items }} trigger={["click"]}>
      <Button size="small" type="text" icon={<MoreOutlined />} aria-haspopup="menu" aria-label={`${words.deeds}: ${user.name}`} />
    </Dropdown>
  );
}
