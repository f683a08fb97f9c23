import { UserAddOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useState } from "react";
import { api, ask, type Schemas } from "../../api/client";
import { usePages } from "../../api/pages";
import { useSession } from "../../api/session";
import { FilterBar, TypedFilter } from "../../parts/FilterBar";
import { given, useFilters } from "../../parts/filters";
import { Mark } from "../../parts/Mark";
import { Nothing } from "../../parts/Nothing";
import { Page } from "../../parts/Page";
import { type Column, Rows } from "../../parts/Rows";
import { Ago } from "../../parts/Values";
import { useSaid, useWords } from "../../words/language";
import { roles } from "../../words/names";
import { Deeds } from "./Deeds";
import { Link } from "./Link";
import { PersonForm } from "./PersonForm";
import { text } from "./text";

type User = Schemas["User"];

/** Who may come in. */
export default function People() {
  const words = useWords(text);
  const { may } = useSession();
  const [form, setForm] = useState<{ user?: User } | null>(null);
  const [invited, setInvited] = useState<Schemas["Invited"] | null>(null);
  const { values, set, clear, any } = useFilters("search");
  const query = given(values);
  const list = usePages(["users", query], (cursor) =>
    ask(api.GET("/users", { params: { query: { ...query, ...given({ cursor }) } } })),
  );
  const columns = useColumns();
  if (may("users.change")) {
    columns.push({
      key: "deeds",
      title: words.deeds,
      render: (user) => <Deeds user={user} edit={() => setForm({ user })} told={setInvited} />,
    });
  }
  const invite = may("users.change") && (
    <Button type="primary" icon={<UserAddOutlined />} onClick={() => setForm({})}>
      {words.invite}
    </Button>
  );
  return (
    <Page title={words.title} hint={words.hint} actions={invite}>
      <FilterBar any={any} clear={clear}>
        <TypedFilter label={words.search} value={values.search} set={(value) => set("search", value)} width={240} />
      </FilterBar>
      <Rows
        label={words.title}
        columns={columns}
        rows={list.rows}
        rowKey={(user) => user.name}
        error={list.error}
        again={list.refetch}
        empty={<Nothing title={words.empty} />}
        more={list.hasNextPage}
        reading={list.isFetchingNextPage}
        readMore={list.fetchNextPage}
      />
      {form && <PersonForm {...form} close={() => setForm(null)} told={setInvited} />}
      {invited && <Link invited={invited} close={() => setInvited(null)} />}
    </Page>
  );
}

function useColumns(): Column<User>[] {
  const words = useWords(text);
  const say = useSaid();
  const state = (user: User) => {
    if (user.disabled) return <Mark tone="calm">{words.disabled}</Mark>;
    return user.has_password ? <Mark tone="good">{words.active}</Mark> : <Mark tone="wait">{words.invited}</Mark>;
  };
  return [
    { key: "display", title: words.display, phone: "head", render: (user) => user.display_name || user.name },
    { key: "name", title: words.name, render: (user) => <code>{user.name}</code> },
    { key: "roles", title: words.roles, render: (user) => (user.roles ?? []).map((role) => say(roles[role])).join(" · ") },
    {
      key: "places",
      title: words.stores,
      render: (user) => [...(user.stores ?? []), ...(user.regions ?? [])].join(" · ") || "–",
    },
    { key: "state", title: words.state, phone: "mark", render: state },
    {
      key: "last",
      title: words.last,
      render: (user) => (user.last_login_at ? <Ago at={user.last_login_at} /> : <span className="quiet">{words.never}</span>),
    },
  ];
}
