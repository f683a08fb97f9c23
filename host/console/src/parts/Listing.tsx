import { Button } from "antd";
import type { ComponentProps, ReactNode } from "react";
import type { Pages } from "../api/pages";
import { useWords } from "../words/language";
import { FilterBar } from "./FilterBar";
import { Nothing } from "./Nothing";
import { Rows } from "./Rows";
import { common } from "./text";

type Shown<T> = Pick<ComponentProps<typeof Rows<T>>, "label" | "columns" | "rowKey" | "detail" | "selected" | "select">;

interface Props<T> extends Shown<T> {
  list: Pages<T>;
  /** What the list is narrowed by, of `useFilters`. */
  filters: { any: boolean; clear: () => void };
  /** Told where there is nothing although nothing was asked for. */
  empty: ComponentProps<typeof Nothing>;
  /** The filters' fields. */
  children: ReactNode;
}

/** A list that is narrowed by filters and read on page by page; it says why it is empty. */
export function Listing<T>({ list, filters, empty, children, ...shown }: Props<T>) {
  const words = useWords(common);
  const { any, clear } = filters;
  const none = any ? (
    <Nothing title={words.noMatch} hint={words.noMatchHint} action={<Button onClick={clear}>{words.clear}</Button>} />
  ) : (
    <Nothing {...empty} />
  );
  return (
    <>
      <FilterBar any={any} clear={clear}>
        {children}
      </FilterBar>
      <Rows<T>
        {...shown}
        rows={list.rows}
        error={list.error}
        again={list.refetch}
        empty={none}
        more={list.hasNextPage}
        reading={list.isFetchingNextPage}
        readMore={list.fetchNextPage}
      />
    </>
  );
}
