import { type QueryKey, useMutation, useQueryClient } from "@tanstack/react-query";
import { App } from "antd";
import { troubleOf } from "../api/trouble";
import { useSaid } from "../words/language";

interface Deed<A, R> {
  /** Does it. */
  run: (argument: A) => Promise<R>;
  /** What is read again afterwards. */
  renews?: QueryKey[];
  /** Told when it is done. */
  done?: string | ((result: R) => string);
  after?: (result: R) => void;
  /** The caller shows the trouble itself. */
  silent?: boolean;
}

/** Something that a person does: tells when it is done or why not, and reads again what it changed. */
export function useDeed<A, R>({ run, renews = [], done, after, silent }: Deed<A, R>) {
  const queries = useQueryClient();
  const { message, notification } = App.useApp();
  const say = useSaid();
  return useMutation<R, Error, A>({
    mutationFn: run,
    onSuccess: (result) => {
      const told = typeof done === "function" ? done(result) : done;
      if (told) message.success(told);
      after?.(result);
    },
    onError: (error) => {
      if (silent) return;
      const trouble = troubleOf(error);
      const fields = (trouble.problem.errors ?? []).map((fault) => `${fault.field}: ${fault.message}`);
      const lines = [say(trouble.detail), ...(fields.length > 1 ? fields : []), say(trouble.remedy)];
      notification.error({ title: say(trouble.title), description: lines.filter(Boolean).join(" "), duration: 8 });
    },
    onSettled: () => Promise.all(renews.map((queryKey) => queries.invalidateQueries({ queryKey }))),
  });
}
