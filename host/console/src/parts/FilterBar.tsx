import { Button, Input, Select } from "antd";
import { type ReactNode, useEffect, useState } from "react";
import { useWords } from "../words/language";
import { common } from "./text";

/** Filters in a row, with a way to clear them. */
export function FilterBar({ any, clear, children }: { any: boolean; clear: () => void; children: ReactNode }) {
  const words = useWords(common);
  return (
    <search className="filters">
      {children}
      {any && (
        <Button type="text" onClick={clear}>
          {words.clear}
        </Button>
      )}
    </search>
  );
}

interface FieldProps {
  label: string;
  value: string | undefined;
  set: (value: string | undefined) => void;
  width?: number;
}

/** A filter that is typed; in force with Enter or when it is left. */
export function TypedFilter({ label, value, set, width = 160 }: FieldProps) {
  const [draft, setDraft] = useState(value ?? "");
  useEffect(() => setDraft(value ?? ""), [value]);
  const settle = () => set(draft.trim() || undefined);
  return (
    <Input
      aria-label={label}
      placeholder={label}
      allowClear
      value={draft}
      style={{ width }}
      onChange={(event) => {
        setDraft(event.target.value);
        if (event.target.value === "") set(undefined);
      }}
      onPressEnter={settle}
      onBlur={settle}
    />
  );
}

/** A filter that is chosen. */
export function ChosenFilter(props: FieldProps & { options: { value: string; label: string }[] }) {
  const { label, value, set, options, width = 160 } = props;
  return (
    <Select
      aria-label={label}
      placeholder={label}
      allowClear
      showSearch={{ optionFilterProp: "label" }}
      value={value ?? null}
      options={options}
      style={{ width }}
      onChange={(chosen: string | null) => set(chosen ?? undefined)}
    />
  );
}
