import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Alert, Button, Input, Select } from "antd";
import { useState } from "react";
import { api, ask, type Schemas } from "../../api/client";
import { usePlaces } from "../../api/places";
import { useDeed } from "../../parts/deed";
import { Labelled } from "../../parts/Labelled";
import { Loaded } from "../../parts/Loaded";
import { Panel } from "../../parts/Panel";
import { Trouble } from "../../parts/Trouble";
import { useWords } from "../../words/language";
import { text } from "../leadimports/text";
import { Meanings } from "./Meanings";
import { Preview } from "./Preview";

type Plan = Schemas["Plan"];

const TOLD: Plan = { columns: null, encoding: null, source: "", store: "" };

/** What each column of a table is; what would become of its first rows is shown at once. */
export function Match({ view }: { view: Schemas["ImportView"] }) {
  const words = useWords(text);
  const [plan, setPlan] = useState<Plan>(TOLD);
  const params = { path: { id: view.id } };
  const query = useQuery({
    queryKey: ["lead-import", String(view.id), "preview", plan],
    queryFn: () => ask(api.POST("/lead-imports/{id}/preview", { params, body: plan })),
    placeholderData: keepPreviousData,
    retry: false,
  });
  const start = useDeed({
    run: () => ask(api.POST("/lead-imports/{id}/start", { params, body: plan })),
    renews: [["lead-import", String(view.id)], ["lead-imports"], ["leads"]],
    done: words.started,
    silent: true,
  });
  const set = (patch: Partial<Plan>) => setPlan((before) => ({ ...before, ...patch }));
  return (
    <Loaded query={query}>
      {(preview) => (
        <>
          <Panel title={words.columns} flush>
            <Meanings preview={preview} choose={(columns) => set({ columns })} />
          </Panel>
          <Panel title={words.defaults}>
            <Defaults plan={plan} set={set} />
          </Panel>
          <Preview preview={preview} />
          {query.error && <Trouble error={query.error} />}
          {start.error && <Trouble error={start.error} />}
          {preview.rows.length === 0 && <Alert type="warning" showIcon title={words.blank} />}
          <div className="form-actions">
            <Button
              type="primary"
              size="large"
              disabled={preview.rows.length === 0 || Boolean(query.error)}
              loading={start.isPending}
              onClick={() => start.mutate(undefined)}
            >
              {words.start}
            </Button>
          </div>
        </>
      )}
    </Loaded>
  );
}

/** Store and source of rows that name none, and the letters of the file. */
function Defaults({ plan, set }: { plan: Plan; set: (patch: Partial<Plan>) => void }) {
  const words = useWords(text);
  const { storeOptions } = usePlaces();
  const [source, setSource] = useState(plan.source);
  return (
    <div className="import-defaults">
      <Labelled label={words.store}>
        {(id) => (
          <Select
            id={id}
            allowClear
            showSearch={{ optionFilterProp: "label" }}
            placeholder={words.storeNone}
            value={plan.store || null}
            options={storeOptions}
            onChange={(store: string | null) => set({ store: store ?? "" })}
          />
        )}
      </Labelled>
      <Labelled label={words.source}>
        {(id) => (
          <Input
            id={id}
            value={source}
            placeholder={words.sourcePlace}
            maxLength={100}
            onChange={(event) => setSource(event.target.value)}
            onBlur={() => set({ source: source.trim() })}
          />
        )}
      </Labelled>
      <Labelled label={words.encoding}>
        {(id) => (
          <Select
            id={id}
            allowClear
            placeholder={words.encodingTold}
            value={plan.encoding ?? null}
            options={[
              { value: "utf8", label: "UTF-8" },
              { value: "gbk", label: "GBK" },
            ]}
            onChange={(encoding: Schemas["Encoding"] | null) => set({ encoding: encoding ?? null })}
          />
        )}
      </Labelled>
    </div>
  );
}
