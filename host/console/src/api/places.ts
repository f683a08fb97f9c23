import { useQuery } from "@tanstack/react-query";
import { api, ask, type Schemas } from "./client";

interface Places {
  regions: Schemas["Region"][];
  stores: Schemas["Store"][];
  warehouses: Schemas["Warehouse"][];
}

const NOWHERE: Places = { regions: [], stores: [], warehouses: [] };

async function readPlaces(): Promise<Places> {
  const [regions, stores, warehouses] = await Promise.all([
    ask(api.GET("/catalog/regions")),
    ask(api.GET("/catalog/stores")),
    ask(api.GET("/catalog/warehouses")),
  ]);
  return { regions: regions.items, stores: stores.items, warehouses: warehouses.items };
}

/** Regions, stores and warehouses, for choices and for names in place of codes. */
export function usePlaces() {
  const query = useQuery({ queryKey: ["places"], queryFn: readPlaces, staleTime: 60_000 });
  const places = query.data ?? NOWHERE;
  const naming = (list: { code: string; name: string }[]) => (code: string) =>
    list.find((one) => one.code === code)?.name || code;
  return {
    ...places,
    query,
    storeOptions: places.stores.map(({ code, name }) => ({ value: code, label: name || code })),
    storeName: naming(places.stores),
    regionName: naming(places.regions),
    warehouseName: naming(places.warehouses),
  };
}
