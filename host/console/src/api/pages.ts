import { type QueryKey, useInfiniteQuery } from "@tanstack/react-query";

/** A page of a list as the API gives it. */
export interface Listed<T> {
  items: T[];
  next?: string | null;
}

/** A list that is read on page by page. */
export function usePages<T>(key: QueryKey, read: (cursor: string | undefined) => Promise<Listed<T>>, every?: number) {
  const query = useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam }) => read(pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next ?? undefined,
    refetchInterval: every ?? false,
  });
  const rows = query.data?.pages.flatMap((page) => page.items);
  return { ...query, rows };
}

/** A list that is being read. */
export type Pages<T> = ReturnType<typeof usePages<T>>;
