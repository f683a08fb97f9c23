import type { Schemas } from "../../api/client";
import { Panel } from "../../parts/Panel";
import { WishList } from "../../parts/WishList";
import { NOTHING_GRANTED, wishesOf } from "../../parts/wishes";
import type { Draft } from "./draft";

/** What the plugin wishes for, and what of it this connection grants. */
export function Grant({ draft, manifest, readOnly }: { draft: Draft; manifest: Schemas["Manifest"]; readOnly: boolean }) {
  const wishes = wishesOf(manifest.wishes, manifest.settings, draft.draft.settings);
  return (
    <Panel>
      <WishList
        wishes={wishes}
        grant={draft.draft.grant ?? NOTHING_GRANTED}
        change={readOnly ? undefined : (grant) => draft.set({ grant })}
      />
    </Panel>
  );
}
