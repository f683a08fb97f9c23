import { Skeleton } from "antd";
import { lazy, Suspense } from "react";
import type { Schemas } from "../../api/client";
import { Nothing } from "../../parts/Nothing";
import { Panel } from "../../parts/Panel";
import { hasSettings } from "../../parts/schema/localize";
import { useWords } from "../../words/language";
import type { Draft } from "./draft";
import { text } from "./text";

const SettingsForm = lazy(() => import("../../parts/schema/SettingsForm"));

/** The plugin's settings, as its schema describes them. */
export function Settings({ draft, manifest, readOnly }: { draft: Draft; manifest: Schemas["Manifest"]; readOnly: boolean }) {
  const words = useWords(text);
  if (!hasSettings(manifest.settings)) {
    return (
      <Panel>
        <Nothing title={words.noSettings} />
      </Panel>
    );
  }
  return (
    <Panel>
      <Suspense fallback={<Skeleton active />}>
        <SettingsForm
          schema={manifest.settings}
          value={draft.draft.settings}
          change={(settings) => draft.set({ settings })}
          disabled={readOnly}
        />
      </Suspense>
    </Panel>
  );
}
