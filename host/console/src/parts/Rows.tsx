import { Button, Skeleton, Table } from "antd";
import type { Key, ReactNode } from "react";
import { useWords } from "../words/language";
import { fill } from "../words/words";
import { Trouble } from "./Trouble";
import { common } from "./text";
import { useWide } from "./wide";

/** A column of a list. */
export interface Column<T> {
  key: string;
  title: string;
  render: (row: T) => ReactNode;
  /** Figures stand at the right. */
  right?: boolean;
  width?: number | string;
  /** On a telephone each row is a card: its head, the mark at the head's end, a line, or left out. A line where missing. */
  phone?: "head" | "mark" | "line" | "none";
}

interface Props<T> {
  label: string;
  columns: Column<T>[];
  rows: T[] | undefined;
  rowKey: (row: T) => Key;
  error?: unknown;
  again?: () => unknown;
  /** What is shown where there is no row. */
  empty: ReactNode;
  /** There are more to read. */
  more?: boolean;
  reading?: boolean;
  readMore?: () => unknown;
  /** More about a row, folded away. */
  detail?: (row: T) => ReactNode;
  /** It is unfolded at first. */
  unfolded?: boolean;
  selected?: Key[];
  select?: (keys: Key[]) => void;
}

/** A list: a table, or cards on a telephone. */
export function Rows<T>(props: Props<T>) {
  const { rows, error, again, empty, more, reading, readMore } = props;
  const words = useWords(common);
  const wide = useWide();
  if (error && !rows) return <Trouble error={error} {...(again ? { again } : {})} />;
  if (rows?.length === 0) return <div className="panel">{empty}</div>;
  if (!rows && !wide) return <Skeleton active className="panel" />;
  return (
    <div className="rows">
      {wide ? <Wide {...props} /> : <Cards {...props} />}
      {rows && more !== undefined && (
        <div className="rows-foot">
          <span className="quiet">{fill(words.loaded, { n: rows.length })}</span>
          {more && (
            <Button loading={reading ?? false} onClick={() => readMore?.()}>
              {words.more}
            </Button>
          )}
        </div>
      )}
    </div>
  );
}

function Wide<T>({ label, columns, rows, rowKey, detail, unfolded, selected, select }: Props<T>) {
  const shown = columns.map((column) => ({
    key: column.key,
    title: column.title,
    render: (_: unknown, row: T) => column.render(row),
    ...(column.right ? { align: "right" as const } : {}),
    ...(column.width ? { width: column.width } : {}),
  }));
  return (
    // What scrolls must be reachable by the keyboard.
    // biome-ignore lint/a11y/noNoninteractiveTabindex: see above
    <section className="rows-scroll" tabIndex={0} aria-label={label}>
      <Table<T>
        size="middle"
        columns={shown}
        dataSource={rows ?? []}
        rowKey={rowKey}
        loading={!rows}
        pagination={false}
        {...(detail
          ? { expandable: { expandedRowRender: (row: T) => detail(row), defaultExpandAllRows: unfolded ?? false } }
          : {})}
        {...(select ? { rowSelection: { selectedRowKeys: selected ?? [], onChange: select } } : {})}
      />
    </section>
  );
}

function Cards<T>({ label, columns, rows, rowKey, detail }: Props<T>) {
  const at = (place: string) => columns.filter((column) => (column.phone ?? "line") === place);
  return (
    <ul className="cards" aria-label={label}>
      {(rows ?? []).map((row) => (
        <li key={rowKey(row)} className="card">
          <div className="card-head">
            <div>
              {at("head").map((column) => (
                <div key={column.key}>{column.render(row)}</div>
              ))}
            </div>
            <div>
              {at("mark").map((column) => (
                <div key={column.key}>{column.render(row)}</div>
              ))}
            </div>
          </div>
          <dl>
            {at("line").map((column) => (
              <div key={column.key}>
                <dt>{column.title}</dt>
                <dd>{column.render(row)}</dd>
              </div>
            ))}
          </dl>
          {detail?.(row)}
        </li>
      ))}
    </ul>
  );
}
