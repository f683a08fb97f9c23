import { Drawer, Layout, Spin } from "antd";
import { Suspense, useState } from "react";
import { Navigate, Route, Routes, useLocation } from "react-router";
import { useLive } from "../api/live";
import { useSession } from "../api/session";
import { useWide } from "../parts/wide";
import { useWords } from "../words/language";
import { Fallen } from "./Fallen";
import { Lost } from "./Lost";
import { further, menu } from "./menu";
import { Nav } from "./Nav";
import { TopBar } from "./TopBar";
import { frame } from "./text";

/** The frame: menu, bar, and the page that the address names. */
export function Shell() {
  const words = useWords(frame);
  const wide = useWide();
  const [open, setOpen] = useState(false);
  const { pathname } = useLocation();
  return (
    <Layout className="shell">
      <a className="skip" href="#content">
        {words.skip}
      </a>
      {wide && (
        <Layout.Sider width={228} className="side">
          <Nav />
        </Layout.Sider>
      )}
      <Drawer placement="left" size={260} open={open && !wide} onClose={() => setOpen(false)} title={words.menu}>
        <Nav chosen={() => setOpen(false)} />
      </Drawer>
      <Layout>
        <TopBar openMenu={wide ? undefined : () => setOpen(true)} />
        <main id="content" className="content" tabIndex={-1}>
          <Fallen key={pathname}>
            <Suspense fallback={<Spin className="waiting" />}>
              <Pages />
            </Suspense>
          </Fallen>
        </main>
      </Layout>
    </Layout>
  );
}

function Pages() {
  const { may } = useSession();
  useLive();
  const pages = [...menu.flatMap((group) => group.entries), ...further];
  const allowed = pages.filter((page) => !page.needs || may(page.needs));
  const first = allowed[0]?.path;
  return (
    <Routes>
      {allowed.map(({ path, page: Shown }) => (
        <Route key={path} path={path} element={<Shown />} />
      ))}
      {first && first !== "/" && <Route path="/" element={<Navigate to={first} replace />} />}
      <Route path="*" element={<Lost />} />
    </Routes>
  );
}
