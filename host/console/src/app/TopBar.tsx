import { MenuOutlined, SearchOutlined, UserOutlined } from "@ant-design/icons";
import { Button, Dropdown, Input, Layout } from "antd";
import { useState } from "react";
import { useNavigate } from "react-router";
import { useSession } from "../api/session";
import { useDeed } from "../parts/deed";
import { useWords } from "../words/language";
import { LanguageSwitch } from "./LanguageSwitch";
import { frame } from "./text";

/** The bar above the page: find an order, language, account. */
export function TopBar({ openMenu }: { openMenu: (() => void) | undefined }) {
  const words = useWords(frame);
  const { may } = useSession();
  return (
    <Layout.Header className="bar">
      {openMenu && <Button type="text" icon={<MenuOutlined />} aria-label={words.openMenu} onClick={openMenu} />}
      {may("orders.read") ? <Find /> : <span />}
      <div className="bar-end">
        <LanguageSwitch />
        <Account />
      </div>
    </Layout.Header>
  );
}

function Find() {
  const words = useWords(frame);
  const go = useNavigate();
  const [number, setNumber] = useState("");
  const open = () => {
    if (!number.trim()) return;
    go(`/orders/${encodeURIComponent(number.trim())}`);
    setNumber("");
  };
  return (
    <Input
      className="find"
      prefix={<SearchOutlined aria-hidden="true" />}
      placeholder={words.find}
      aria-label={words.findLabel}
      value={number}
      onChange={(event) => setNumber(event.target.value)}
      onPressEnter={open}
    />
  );
}

function Account() {
  const words = useWords(frame);
  const { me, leave } = useSession();
  const go = useNavigate();
  const out = useDeed({ run: leave });
  const items = [
    { key: "profile", label: words.profile, onClick: () => go("/profile") },
    { key: "leave", label: words.leave, onClick: () => out.mutate(undefined) },
  ];
  return (
    <Dropdown menu={{ items }} trigger={["click"]}>
      <Button type="text" icon={<UserOutlined />} aria-haspopup="menu">
        <span className="who">{me.display_name || me.name}</span>
      </Button>
    </Dropdown>
  );
}
