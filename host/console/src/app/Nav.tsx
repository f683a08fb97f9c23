import { Menu } from "antd";
import { Link, useLocation } from "react-router";
import { useSession } from "../api/session";
import { useWords } from "../words/language";
import { Brand } from "./Brand";
import { menu } from "./menu";
import { frame, places } from "./text";

/** The menu: what the person may do. */
export function Nav({ chosen }: { chosen?: () => void }) {
  const words = useWords(places);
  const framed = useWords(frame);
  const { may } = useSession();
  const { pathname } = useLocation();
  const groups = menu
    .map((group) => ({ ...group, entries: group.entries.filter((entry) => !entry.needs || may(entry.needs)) }))
    .filter((group) => group.entries.length > 0);
  const items = groups.map((group) => ({
    key: group.name,
    type: "group" as const,
    label: words[group.name],
    children: group.entries.map((entry) => ({
      key: entry.path,
      icon: entry.icon,
      label: <Link to={entry.path}>{words[entry.name]}</Link>,
    })),
  }));
  const paths = groups.flatMap((group) => group.entries.map((entry) => entry.path));
  return (
    <nav aria-label={framed.menu}>
      <Brand />
      <Menu mode="inline" items={items} selectedKeys={selected(pathname, paths)} onClick={() => chosen?.()} />
    </nav>
  );
}

/** The entry whose address is the longest beginning of this one. */
function selected(pathname: string, paths: string[]): string[] {
  const fits = paths.filter((path) => path === pathname || (path !== "/" && pathname.startsWith(`${path}/`)));
  return fits.sort((a, b) => b.length - a.length).slice(0, 1);
}
