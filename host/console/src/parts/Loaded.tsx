import { Skeleton } from "antd";
import type { ReactNode } from "react";
import { useWords } from "../words/language";
import { Trouble } from "./Trouble";
import { common } from "./text";

interface Props<T> {
  query: { data: T | undefined; error: unknown; refetch: () => unknown };
  children: (data: T) => ReactNode;
}

/** What a query has read; its trouble, or that it still reads. */
export function Loaded<T>({ query, children }: Props<T>) {
  const words = useWords(common);
  if (query.data !== undefined) return <>{children(query.data)}</>;
  if (query.error) return <Trouble error={query.error} again={query.refetch} />;
  return (
    <div role="status" aria-label={words.loading}>
      <Skeleton active paragraph={{ rows: 6 }} />
    </div>
  );
}
