import { Spin } from "antd";
import { lazy, Suspense, useEffect } from "react";
import { SessionProvider, useWho } from "../api/session";
import { Trouble } from "../parts/Trouble";
import { useLanguage } from "../words/language";
import { Shell } from "./Shell";

const SignIn = lazy(() => import("../pages/signin/SignIn"));

/** Whoever is signed in sees the pages; others the door. */
export function Door() {
  const who = useWho();
  const { choose } = useLanguage();
  const language = who.data?.language;
  useEffect(() => {
    // What a person reads in is theirs, wherever they sign in.
    if (language) choose(language);
  }, [language, choose]);
  if (who.isPending) return <Spin fullscreen />;
  if (who.error) {
    return (
      <main className="door">
        <Trouble error={who.error} again={who.refetch} />
      </main>
    );
  }
  return <Suspense fallback={<Spin fullscreen />}>{who.data ? <Inside me={who.data} /> : <SignIn />}</Suspense>;
}

function Inside({ me }: { me: NonNullable<ReturnType<typeof useWho>["data"]> }) {
  return (
    <SessionProvider me={me}>
      <Shell />
    </SessionProvider>
  );
}
