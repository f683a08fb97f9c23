import { Button } from "antd";
import { type ReactNode, useState } from "react";
import { usePlaces } from "../../api/places";
import { useSession } from "../../api/session";
import { Loaded } from "../../parts/Loaded";
import { Nothing } from "../../parts/Nothing";
import { Page } from "../../parts/Page";
import { Panel } from "../../parts/Panel";
import { type Column, Rows } from "../../parts/Rows";
import { common } from "../../parts/text";
import { useWords } from "../../words/language";
import { type Kind, type Place, PlaceForm } from "./PlaceForm";
import { text } from "./text";

/** Where the company sells and keeps its goods. */
export default function Places() {
  const words = useWords(text);
  const places = usePlaces();
  const { regionName } = places;
  const [form, setForm] = useState<{ kind: Kind; place?: Place } | null>(null);
  const region = { key: "region", title: words.region, render: (place: Place) => regionName(place.region ?? "") };
  const currency = { key: "currency", title: words.currency, render: (place: Place) => place.currency };
  const priority = { key: "priority", title: words.priority, right: true, render: (place: Place) => place.priority ?? 0 };
  return (
    <Page title={words.title}>
      <Loaded query={places.query}>
        {(all) => (
          <div className="stack">
            <Table kind="regions" add={words.addRegion} rows={all.regions} further={[]} open={setForm}>
              <Nothing title={words.noRegions} hint={words.noRegionsHint} />
            </Table>
            <Table kind="stores" add={words.addStore} rows={all.stores} further={[region, currency]} open={setForm}>
              <Nothing title={words.noStores} hint={words.noStoresHint} />
            </Table>
            <Table kind="warehouses" add={words.addWarehouse} rows={all.warehouses} further={[region, priority]} open={setForm}>
              <Nothing title={words.noWarehouses} hint={words.noWarehousesHint} />
            </Table>
          </div>
        )}
      </Loaded>
      {form && <PlaceForm {...form} close={() => setForm(null)} />}
    </Page>
  );
}

interface TableProps {
  kind: Kind;
  add: string;
  rows: Place[];
  further: Column<Place>[];
  open: (form: { kind: Kind; place?: Place }) => void;
  children: ReactNode;
}

function Table({ kind, add, rows, further, open, children }: TableProps) {
  const words = useWords(text);
  const shared = useWords(common);
  const { may } = useSession();
  const change = may("catalog.change");
  const columns: Column<Place>[] = [
    { key: "name", title: words.name, phone: "head", render: (place) => place.name || place.code },
    { key: "code", title: words.code, phone: "mark", render: (place) => <code>{place.code}</code> },
    ...further,
  ];
  if (change) {
    columns.push({
      key: "edit",
      title: shared.edit,
      right: true,
      render: (place) => (
        <Button size="small" type="text" onClick={() => open({ kind, place })}>
          {shared.edit}
        </Button>
      ),
    });
  }
  return (
    <Panel title={words[kind]} extra={change && <Button onClick={() => open({ kind })}>{add}</Button>} flush>
      <Rows label={words[kind]} columns={columns} rows={rows} rowKey={(place) => place.code} empty={children} />
    </Panel>
  );
}
