import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Input, Select } from "antd";
import { useDeferredValue, useState } from "react";
import { api, ask } from "../../api/client";
import { useSession } from "../../api/session";
import { useWords } from "../../words/language";
import { text } from "./text";

const SHOWN = 30;

interface Props {
  id?: string;
  value?: string;
  onChange?: (value: string) => void;
}

/** A customer, found by code or name; typed by hand by those who may not see customers. */
export function CustomerChoice({ id, value, onChange }: Props) {
  const words = useWords(text);
  const { may } = useSession();
  const [typed, setTyped] = useState("");
  const search = useDeferredValue(typed);
  const query = useQuery({
    queryKey: ["customers", "choice", search],
    queryFn: () => ask(api.GET("/catalog/customers", { params: { query: { search, limit: SHOWN } } })),
    enabled: may("customers.read"),
    placeholderData: keepPreviousData,
  });
  if (!may("customers.read")) {
    return <Input {...(id ? { id } : {})} value={value ?? ""} onChange={(event) => onChange?.(event.target.value)} />;
  }
  const options = (query.data?.items ?? []).map(({ code, name }) => ({ value: code, label: `${name || code} · ${code}` }));
  return (
    <Select
      {...(id ? { id } : {})}
      showSearch={{ filterOption: false, onSearch: setTyped }}
      placeholder={words.customerPlace}
      value={value ?? null}
      loading={query.isFetching}
      options={options}
      onChange={(chosen: string) => onChange?.(chosen)}
    />
  );
}

/** An item, found by code or name. */
export function ProductChoice({ id, value, onChange }: Props) {
  const words = useWords(text);
  const [typed, setTyped] = useState("");
  const search = useDeferredValue(typed);
  const query = useQuery({
    queryKey: ["products", "choice", search],
    queryFn: () => ask(api.GET("/catalog/products", { params: { query: { search, limit: SHOWN } } })),
    placeholderData: keepPreviousData,
  });
  const options = (query.data?.items ?? []).map(({ sku, name }) => ({ value: sku, label: `${name} · ${sku}` }));
  return (
    <Select
      {...(id ? { id } : {})}
      showSearch={{ filterOption: false, onSearch: setTyped }}
      placeholder={words.customerPlace}
      value={value ?? null}
      loading={query.isFetching}
      options={options}
      onChange={(chosen: string) => onChange?.(chosen)}
    />
  );
}

/** The units of an item; its base unit first. */
export function UnitChoice({ id, value, onChange, sku }: Props & { sku: string | undefined }) {
  const query = useQuery({
    queryKey: ["product", sku],
    queryFn: () => ask(api.GET("/catalog/products/{sku}", { params: { path: { sku: sku ?? "" } } })),
    enabled: Boolean(sku),
    staleTime: 60_000,
  });
  const base = query.data?.base_unit;
  const units = base ? [base, ...(query.data?.units ?? []).map(([unit]) => unit)] : [];
  return (
    <Select
      {...(id ? { id } : {})}
      disabled={units.length === 0}
      value={value ?? base ?? null}
      options={[...new Set(units)].map((unit) => ({ value: unit, label: unit }))}
      onChange={(chosen: string) => onChange?.(chosen)}
    />
  );
}
