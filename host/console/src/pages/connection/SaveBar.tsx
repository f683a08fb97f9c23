import { Button } from "antd";
import { useDeed } from "../../parts/deed";
import { Trouble } from "../../parts/Trouble";
import { useWords } from "../../words/language";
import { type Draft, put } from "./draft";
import { text } from "./text";

/** Saves what was changed, or discards it. */
export function SaveBar({ draft, revision }: { draft: Draft; revision: number }) {
  const words = useWords(text);
  const save = useDeed({
    run: () => put(draft.draft, revision),
    renews: [["connection", draft.draft.name], ["connections"], ["status"]],
    done: words.saved,
    silent: true,
  });
  return (
    <div className="save-bar">
      {save.error && <Trouble error={save.error} />}
      <div className="between">
        <strong>{words.unsaved}</strong>
        <span className="row">
          <Button onClick={draft.discard}>{words.discard}</Button>
          <Button type="primary" loading={save.isPending} onClick={() => save.mutate(undefined)}>
            {words.save}
          </Button>
        </span>
      </div>
    </div>
  );
}
