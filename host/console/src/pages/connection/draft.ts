import { useCallback, useState } from "react";
import { api, ask, type Schemas } from "../../api/client";

export type Connection = Schemas["Connection"];
type View = Schemas["ConnectionView"];

/** What can be written, out of what is shown. */
export function written({ revision: _r, updated_at: _u, fault: _f, ...connection }: View): Connection {
  return connection;
}

/** A connection that is being changed. */
export function useDraft(view: View) {
  const [changes, setChanges] = useState<Partial<Connection>>({});
  const set = useCallback((patch: Partial<Connection>) => setChanges((before) => ({ ...before, ...patch })), []);
  const discard = useCallback(() => setChanges({}), []);
  const draft: Connection = { ...written(view), ...changes };
  const changed = JSON.stringify(draft) !== JSON.stringify(written(view));
  return { draft, set, discard, changed };
}

export type Draft = ReturnType<typeof useDraft>;

/** Stores a connection; refused where somebody else has changed it meanwhile. */
export function put(connection: Connection, revision: number | undefined) {
  const path = { name: connection.name };
  const header = revision === undefined ? {} : { "If-Match": `"${revision}"` };
  return ask(api.PUT("/connections/{name}", { params: { path, header }, body: connection }));
}
